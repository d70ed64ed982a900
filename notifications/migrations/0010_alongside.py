"""What 0005 and 0008 need on large tables, made while everybody goes on.

Databases that were migrated before it was done so have most of it: they keep what they have.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from notifications.migrations._alongside import EnsureIndex, is_there

# Part of what the database stores, hence frozen here; `inbox.words.SEPARATORS` is the same.
SEPARATORS = (
    " \t\r\n!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡¿«»‹›“”„‚‘’–—…·•、。！？，；：（）「」【】《》"
)
ROWS = 2_000

# -- only the table's name and the separators, as a literal, are put in

MAKE_TRIGGER_FUNCTION = """
    CREATE OR REPLACE FUNCTION notifications_keep_search() RETURNS trigger LANGUAGE plpgsql
    AS $function$
    BEGIN
        NEW.search := to_tsvector('simple'::pg_catalog.regconfig,
            translate(NEW.title || ' ' || NEW.body, {separators}, repeat(' ', {number})));
        RETURN NEW;
    END
    $function$
"""
MAKE_TRIGGER = """
    CREATE OR REPLACE TRIGGER notification_search BEFORE INSERT OR UPDATE OF title, body
    ON {table} FOR EACH ROW EXECUTE FUNCTION notifications_keep_search()
"""
HOW_IT_IS_MADE = """
    SELECT attgenerated FROM pg_attribute
    WHERE attrelid = %s::regclass AND attname = 'search' AND NOT attisdropped
"""
NEXT = """
    SELECT max(id) FROM (
        SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT %s
    ) AS following
"""
# By a range of keys: whatever the planner knows of the table, it takes the index.
FILL = "UPDATE {table} SET title = title WHERE id > %s AND id <= %s AND search IS NULL"
# Whoever searches reads what the index has not sorted in yet: that is to be little.
MAKE_INDEX = """
    CREATE INDEX CONCURRENTLY notification_search ON {table} USING gin (search)
    WITH (gin_pending_list_limit = 256)
"""


def add_words(apps: Any, schema_editor: Any) -> None:
    """The words of title and body, kept by PostgreSQL itself, with an index on them.

    By a trigger: a generated column would have to rewrite the table, under a lock on everybody.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    table = apps.get_model("notifications", "Notification")._meta.db_table
    named = {
        "table": schema_editor.quote_name(table),
        # Doubled where a statement has parameters; ours have none.
        "separators": schema_editor.quote_value(SEPARATORS).replace("%%", "%"),
        "number": len(SEPARATORS),
    }
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(HOW_IT_IS_MADE, [table])
        made = cursor.fetchone()
    if made is None:
        _do(schema_editor, "ALTER TABLE {table} ADD COLUMN search tsvector", named)
    elif made[0]:
        _do(schema_editor, "ALTER TABLE {table} ALTER COLUMN search DROP EXPRESSION", named)
    _do(schema_editor, MAKE_TRIGGER_FUNCTION, named)
    _do(schema_editor, MAKE_TRIGGER, named)
    _fill(schema_editor, named)
    if not is_there(schema_editor, "notification_search"):
        _do(schema_editor, MAKE_INDEX, named)


def _fill(schema_editor: Any, named: dict[str, Any]) -> None:
    """What was there before the trigger, in steps: each is committed by itself."""
    done = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(NEXT.format(**named), [done, ROWS])
            (last,) = cursor.fetchone()
            if last is None:
                return
            cursor.execute(FILL.format(**named), [done, last])
            done = last


def drop_words(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        table = apps.get_model("notifications", "Notification")._meta.db_table
        named = {"table": schema_editor.quote_name(table)}
        _do(schema_editor, "DROP TRIGGER IF EXISTS notification_search ON {table}", named)
        _do(schema_editor, "DROP FUNCTION IF EXISTS notifications_keep_search()", named)
        _do(schema_editor, "ALTER TABLE {table} DROP COLUMN IF EXISTS search", named)


def _do(schema_editor: Any, statement: str, named: dict[str, Any]) -> None:
    schema_editor.execute(statement.format(**named), params=None)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0009_processes")]

    operations = [
        EnsureIndex("post", "post_replies"),
        EnsureIndex("post", "post_of_author"),
        EnsureIndex("notification", "notification_published"),
        EnsureIndex("notification", "notification_sender_name"),
        migrations.RunPython(add_words, drop_words),
    ]
