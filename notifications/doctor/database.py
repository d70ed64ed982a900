"""The database: its tables and indexes are those of this version, its clock is ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Index, Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.conf import options
from notifications.doctor.finding import Case, Said, done, problem
from notifications.models import Notification, clock

MIGRATE = "python manage.py migrate"
#: Sessions, tickets and what pages count down go by the clock of the server.
MOST_SKEW = timedelta(seconds=2)
# An index that was being built beside running work, and was not finished.
UNFINISHED = (
    "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE NOT i.indisvalid"
)
# PostgreSQL has it on a column that no model knows.
SEARCH = (
    "CREATE INDEX CONCURRENTLY notification_search ON {table} USING gin (search)"
    " WITH (gin_pending_list_limit = 256)"
)


def migrated(case: Case) -> Said:
    """Every migration of every app has been applied."""
    executor = MigrationExecutor(connections[options.DATABASE])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        vendor = connections[options.DATABASE].display_name
        return done(_("All migrations are applied to %s.") % vendor)
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, back in plan[:5])
    words = ngettext(
        "%(count)s migration is not applied: %(names)s.",
        "%(count)s migrations are not applied: %(names)s.",
        len(plan),
    )
    said = words % {"count": len(plan), "names": names + (" …" if len(plan) > 5 else "")}
    return problem(said, _("Bring the database up to date."), MIGRATE, migrations=len(plan))


def indexed(case: Case) -> Said:
    """No index of ours is missing."""
    missing = missing_indexes()
    if not missing:
        return done(_("All indexes are there."))
    words = ngettext(
        "%(count)s index is missing or unfinished, which makes reading slow: %(names)s.",
        "%(count)s indexes are missing or unfinished, which makes reading slow: %(names)s.",
        len(missing),
    )
    said = words % {"count": len(missing), "names": ", ".join(sorted(missing))}
    cure = _("Make them again, at a quiet hour.")
    return problem(said, cure, "\n".join(missing.values()), indexes=len(missing))


def in_time(case: Case) -> Said:
    """The clocks of this machine and of the database agree."""
    off = skew()
    seconds = off.total_seconds()
    if abs(off) <= MOST_SKEW:
        words = _("The clocks of server and database are %(ms)s ms apart.")
        return done(words % {"ms": round(abs(seconds) * 1000)}, skew_ms=round(seconds * 1000))
    if seconds > 0:
        words = _("The clock of this server is %(seconds)s s ahead of the database's.")
    else:
        words = _("The clock of this server is %(seconds)s s behind the database's.")
    return problem(
        words % {"seconds": f"{abs(seconds):.1f}"},
        _("Let both machines keep their time by NTP."),
        "timedatectl set-ntp true",
        skew_ms=round(seconds * 1000),
    )


def skew() -> timedelta:
    """How much this machine's clock is ahead of the database's.

    The question takes time: the database's answer is compared with the nearer end of it.
    """
    asked = timezone.now()
    there = clock.now()
    answered = timezone.now()
    if asked <= there <= answered:
        return timedelta(0)
    return asked - there if there < asked else answered - there


def missing_indexes() -> dict[str, str]:
    """Name → the statements that make it, of each index that we want and is not there.

    An index that is there and was never finished counts as missing: nothing reads it.
    """
    connection = connections[options.DATABASE]
    missing: dict[str, str] = {}
    with connection.cursor() as cursor:
        unfinished = _unfinished(cursor) if connection.vendor == "postgresql" else set()
        tables = set(connection.introspection.table_names(cursor))
        for table, wanted in _wanted():
            if table not in tables:
                # That is for the migrations to say.
                continue
            there = set(connection.introspection.get_constraints(cursor, table)) - unfinished
            for name in wanted.keys() - there:
                drop = [f'DROP INDEX "{name}";'] if name in unfinished else []
                missing[name] = "\n".join([*drop, f"{wanted[name]};"])
    return missing


def _unfinished(cursor: Any) -> set[str]:
    cursor.execute(UNFINISHED)
    return {name for (name,) in cursor.fetchall()}


def _wanted() -> Iterator[tuple[str, dict[str, str]]]:
    """Each table with the statements of its indexes and constraints, by their names."""
    for model in apps.get_app_config("notifications").get_models():
        wanted = [*model._meta.indexes, *model._meta.constraints]
        made = {each.name: _made_by(model, each) for each in wanted}
        if model is Notification and connections[options.DATABASE].vendor == "postgresql":
            made["notification_search"] = SEARCH.format(table=model._meta.db_table)
        yield model._meta.db_table, made


def _made_by(model: type[Model], wanted: Any) -> str:
    connection = connections[options.DATABASE]
    statement = str(wanted.create_sql(model, connection.schema_editor(collect_sql=True)))
    if connection.vendor == "postgresql" and isinstance(wanted, Index):
        return statement.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY", 1)
    return statement
