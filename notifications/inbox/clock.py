"""The time by which an inbox is read: the database's, the same for every process."""

from datetime import datetime

from django.db import connections
from django.utils import timezone


def now(using: str) -> datetime:
    """The database's clock, aware. SQLite runs inside the process: its clock is ours."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        # clock_timestamp and not now(): a transaction may have waited since it began.
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
