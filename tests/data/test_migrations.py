"""Migrations of large tables: nothing is rewritten, and nobody waits for an index to be made."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import AddField
from django.db.migrations.operations.base import Operation

from notifications.inbox.words import SEPARATORS
from tests.support.databases import _switched
from tests.support.services import new_postgres_database

pytestmark = pytest.mark.django_db(transaction=True)

APP = "notifications"
FIRST = "0001_initial"
# They have a row for each room, or for each of its members: looking at all of them is quick.
SMALL = {"room", "membership", "counter", "process", "mute", "preference", "mark"}
# From here on the version before may still be running when a migration is made.
ROLLING_SINCE = "0010"

INDEX = re.compile(r'CREATE (?:UNIQUE )?INDEX (CONCURRENTLY )?.* ON "?(\w+)"?')
CHECKED = re.compile(r'ALTER TABLE "?(\w+)"? ADD CONSTRAINT .* (CHECK|FOREIGN KEY|UNIQUE)\b')
WHOLE = re.compile(r"ALTER COLUMN .* TYPE|SET NOT NULL|GENERATED ALWAYS|\bUPDATE\b")
# An UPDATE of a few rows at a time, and what runs when somebody else writes one.
STEPS = re.compile(r"id > %s AND id <= %s|\b(?:TRIGGER|FUNCTION)\b")


@contextmanager
def empty_database() -> Iterator[None]:
    with _switched(new_postgres_database()):
        yield


def migrate(name: str) -> list[str]:
    """Migrate to one of our migrations; the statements that it made."""
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(str(sql))
        return execute(sql, params, many, context)

    executor = MigrationExecutor(connection)
    with connection.execute_wrapper(note):
        executor.migrate([(APP, name)])
    return [each for each in statements if "django_migrations" not in each]


def names() -> list[str]:
    loader = MigrationExecutor(connection).loader
    return sorted(name for app, name in loader.disk_migrations if app == APP)


def query(sql: str, *params: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


def files() -> dict[str, int]:
    """The file of each of our tables: a table that is rewritten gets another."""
    rows = query(
        "SELECT relname, relfilenode FROM pg_class WHERE relkind = 'r' AND relname LIKE %s",
        f"{APP}\\_%",
    )
    return dict(rows)


def large(table: str, before: dict[str, int]) -> bool:
    return table in before and table.removeprefix(f"{APP}_") not in SMALL


def faults(statement: str, before: dict[str, int]) -> list[str]:
    """What of a statement locks, reads or writes the whole of a table that may be large."""
    found = []
    if (index := INDEX.search(statement)) and not index[1] and large(index[2], before):
        found.append(f"an index made under a lock: {statement}")
    checked = CHECKED.search(statement)
    if checked and large(checked[1], before) and "NOT VALID" not in statement:
        found.append(f"all rows looked at under a lock: {statement}")
    whole, steps = WHOLE.search(statement), STEPS.search(statement)
    table = next((each for each in before if each in statement), "")
    if whole and not steps and large(table, before):
        found.append(f"a whole table at once: {statement}")
    return found


def test_no_migration_after_the_first_holds_a_large_table() -> None:
    with empty_database():
        first, *later = names()
        assert first == FIRST
        migrate(first)
        for name in later:
            before = files()
            statements = migrate(name)
            assert [each for text in statements for each in faults(text, before)] == [], name
            after = files()
            rewritten = [table for table, file in before.items() if after.get(table, file) != file]
            assert rewritten == [], name


@pytest.mark.parametrize(
    "statement",
    [
        'CREATE INDEX "x" ON "notifications_event" ("seq")',
        'CREATE UNIQUE INDEX "x" ON "notifications_receipt" ("user_id") WHERE unread',
        'ALTER TABLE "notifications_post" ADD CONSTRAINT "x" CHECK ("key" > 1)',
        'ALTER TABLE "notifications_event" ALTER COLUMN "seq" TYPE integer',
        'ALTER TABLE "notifications_event" ALTER COLUMN "seq" SET NOT NULL',
        'ALTER TABLE "notifications_event" ADD COLUMN x int GENERATED ALWAYS AS (1) STORED',
        'UPDATE "notifications_event" SET type = 1',
    ],
)
def test_it_would_find_one(statement: str) -> None:
    tables = dict.fromkeys(
        ("notifications_event", "notifications_receipt", "notifications_post"), 1
    )
    assert len(faults(statement, tables)) == 1
    assert faults(statement.replace("INDEX", "INDEX CONCURRENTLY"), {}) == []


def test_the_version_before_goes_on_writing() -> None:
    """It knows nothing of a new column: the database has to fill it."""
    executor = MigrationExecutor(connection)
    for (app, name), migration in executor.loader.disk_migrations.items():
        if app == APP and name >= ROLLING_SINCE:
            added = [each for each in flat(migration.operations) if isinstance(each, AddField)]
            for each in added:
                field = each.field
                filled = field.null or field.db_default is not models.NOT_PROVIDED
                assert filled or field.many_to_many, (name, each.name)


def flat(operations: list[Operation]) -> Iterator[Operation]:
    for each in operations:
        yield each
        yield from flat(getattr(each, "database_operations", []))


# -- a database that was migrated before 0010 was written

OLD = """
    ALTER TABLE notifications_notification ADD COLUMN search tsvector GENERATED ALWAYS AS
        (to_tsvector('simple'::regconfig, title || ' ' || body)) STORED;
    CREATE INDEX notification_search ON notifications_notification USING gin (search);
    CREATE INDEX post_replies ON notifications_post (reply_to_id) WHERE reply_to_id IS NOT NULL;
    CREATE INDEX post_of_author ON notifications_post (room_id, author, notification_id DESC);
    CREATE INDEX notification_published ON notifications_notification (published_at)
        WHERE published_at IS NOT NULL;
    CREATE INDEX notification_sender_name ON notifications_notification (upper(sender_name))
        WHERE NOT (sender_name = '')
"""
INSERT = """
    INSERT INTO notifications_notification
        (title, body, level, link, sender_name, created_at, replace_key, is_draft, inbox,
         acknowledge, actions)
    SELECT 'old ' || n, 'words', 'info', '', '', now(), '', false, true, false, '[]'
    FROM generate_series(1, %s) AS n
"""
FOUND = "SELECT count(*) FROM notifications_notification WHERE search @@ to_tsquery('simple', %s)"
INDEXES = {
    "notification_published",
    "notification_search",
    "notification_sender_name",
    "post_of_author",
    "post_replies",
}


def indexes() -> set[str]:
    rows = query(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indisvalid AND c.relname = ANY(%s)",
        sorted(INDEXES),
    )
    return {row[0] for row in rows}


def found(word: str) -> int:
    return int(query(FOUND, word)[0][0])


def made_before() -> None:
    query(OLD)
    query(INSERT, 10)


def interrupted() -> None:
    """The column is there, some rows have words, and an index is left that is none."""
    query("ALTER TABLE notifications_notification ADD COLUMN search tsvector")
    query(INSERT, 10)
    query(
        "UPDATE notifications_notification SET search = to_tsvector('simple', title) WHERE id < 4"
    )
    query("CREATE INDEX post_of_author ON notifications_post (author)")
    query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'post_of_author'::regclass")


@pytest.mark.parametrize("before", [lambda: query(INSERT, 10), made_before, interrupted])
def test_every_database_ends_with_the_same(before: Callable[[], None]) -> None:
    with empty_database():
        migrate("0009_processes")
        before()
        file = files()["notifications_notification"]
        migrate("0010_alongside")
        assert files()["notifications_notification"] == file
        assert indexes() == INDEXES
        query(INSERT, 3)
        assert found("old") == 13
        text = "right".join(SEPARATORS)
        query("UPDATE notifications_notification SET title = 'anew', body = %s WHERE id = 1", text)
        assert (found("old"), found("anew")) == (12, 1)
        words = "SELECT tsvector_to_array(search) FROM notifications_notification WHERE id = 1"
        assert query(words) == [(["anew", "right"],)]
        migrate("0009_processes")
        migrate("0010_alongside")
        assert found("old") == 12


def test_sqlite_has_the_same_indexes() -> None:
    rows = query("SELECT name FROM sqlite_master WHERE type = 'index'")
    assert INDEXES - {"notification_search"} <= {row[0] for row in rows}


def test_whoever_migrates_may_refuse_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """As docs/data.md says: a waiting ALTER TABLE would have everybody wait behind it."""
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=2s")
    with empty_database():
        assert query("SHOW lock_timeout") == [("2s",)]
