"""The database of the log: it is one that we know, and is opened in the way that the log needs."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from notifications.conf import options

SQLITE = "sqlite3"
POSTGRESQL = ("postgresql", "postgis")

# Shorter than this, a publisher that waits for another's transaction fails where people notice.
LEAST_TIMEOUT = 5


def configured() -> dict[str, Any]:
    """The configuration of the database of the log; empty if there is none of that name."""
    return dict(settings.DATABASES.get(options.DATABASE, {}))


def vendor(database: dict[str, Any]) -> str:
    """The last part of the engine's path."""
    return str(database.get("ENGINE", "")).rpartition(".")[2]


@register()
def check_database(**kwargs: Any) -> list[CheckMessage]:
    """E010 to E012, W013 and W014: what the settings say."""
    database = configured()
    if not database:
        return [_no_alias()]
    if vendor(database) == SQLITE:
        return _check_sqlite(database.get("OPTIONS", {}))
    if vendor(database) in POSTGRESQL:
        return _check_persistence(database)
    return [
        Error(
            f"The log cannot be kept in {database['ENGINE']}.",
            hint="Use SQLite or PostgreSQL for the database"
            f" {options.DATABASE!r}, or name another one in NOTICEBOARD['DATABASE'].",
            id="noticeboard.E011",
        )
    ]


@register(Tags.database)
def check_journal(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E015: what SQLite answers; a network file system may refuse the journal that we ask for."""
    if options.DATABASE not in (databases or ()):
        return []
    connection = connections[options.DATABASE]
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    if mode == "wal":
        return []
    return [
        Error(
            f"SQLite's journal mode is {mode!r}, not WAL: readers and writers stop each other.",
            hint="Keep the file on a local disk, and open it with"
            ' OPTIONS = {"init_command": "PRAGMA journal_mode=WAL;"}.',
            id="noticeboard.E015",
        )
    ]


def _no_alias() -> Error:
    return Error(
        f"NOTICEBOARD['DATABASE'] is {options.DATABASE!r}, which is not in DATABASES.",
        hint="There are: " + ", ".join(settings.DATABASES) + ".",
        id="noticeboard.E010",
    )


def _check_sqlite(opened: dict[str, Any]) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if str(opened.get("transaction_mode")).upper() not in ("IMMEDIATE", "EXCLUSIVE"):
        found.append(
            Error(
                "SQLite's transactions begin without the write lock: under load they fail"
                ' at once with "database is locked".',
                hint='Set OPTIONS = {"transaction_mode": "IMMEDIATE"} for this database.',
                id="noticeboard.E012",
            )
        )
    if opened.get("timeout", 0) < LEAST_TIMEOUT:
        found.append(
            Warning(
                "SQLite gives up soon when another process writes.",
                hint='Set OPTIONS = {"timeout": 20} for this database.',
                id="noticeboard.W013",
            )
        )
    return found


def _check_persistence(database: dict[str, Any]) -> list[CheckMessage]:
    if database.get("CONN_MAX_AGE", 0) == 0:
        return []
    return [
        Warning(
            "CONN_MAX_AGE is not 0: under ASGI a connection is kept by every thread that used it.",
            hint='Set CONN_MAX_AGE = 0, and OPTIONS = {"pool": True} to share connections.',
            id="noticeboard.W014",
        )
    ]
