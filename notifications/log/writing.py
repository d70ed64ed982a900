"""The transaction of a change and of the events that tell of it: two commits, one wait for disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db import transaction as database

from notifications.conf import options
from notifications.log.appending import Stamping, stamping_of

# Something in the journal, so that its commit waits until all before it are on the disk:
# https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION
WRITE_TO_JOURNAL = "SELECT pg_logical_emit_message(true, 'noticeboard', '')"


@contextmanager
def transaction() -> Iterator[None]:
    """Write a change and append its events; durable when left, as with ``transaction.atomic``.

    On PostgreSQL the commit of the change need not wait for the disk, because that of the stamp
    follows and does: one journal holds both, in this order. Where another process stamps, or a
    stamp fails, the wait is made up for. Inside somebody's transaction this is a savepoint.
    """
    connection = connections[options.DATABASE]
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with database.atomic(using=options.DATABASE):
            yield
        return
    with database.atomic(using=options.DATABASE):
        yield
        stamping = _only_stamping(connection)
        if stamping is not None:
            _commit_synchronously(connection, "OFF")
    if stamping is not None and not stamping.done:
        _wait_for_disk(connection)


def _only_stamping(connection: Any) -> Stamping | None:
    """What stamps after the commit, if that is all that follows: whoever else waits for the commit
    may count on the disk."""
    return stamping_of(connection) if len(connection.run_on_commit) == 1 else None


def _wait_for_disk(connection: Any) -> None:
    with database.atomic(using=options.DATABASE):
        _commit_synchronously(connection, "ON")
        with connection.cursor() as cursor:
            cursor.execute(WRITE_TO_JOURNAL)


def _commit_synchronously(connection: Any, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL synchronous_commit TO {value}")
