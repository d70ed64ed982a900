"""The database's clock: the only one that decides what is due."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connections

from notifications.conf import options

POSTGRESQL = "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
SQLITE = "SELECT strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"


def now() -> datetime:
    """The time now, in UTC, by the clock of the database."""
    connection = connections[options.DATABASE]
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL if connection.vendor == "postgresql" else SQLITE, [])
        (text,) = cursor.fetchone()
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
