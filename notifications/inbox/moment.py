"""Several reads of one instant: what a snapshot is made of."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction


@contextmanager
def moment(using: str) -> Iterator[None]:
    """All reads within see one state of the database, and hold up nobody.

    Inside a transaction of the caller that transaction is the moment.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with _deferred(connection), transaction.atomic(using):
            yield
    else:
        with transaction.atomic(using), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


@contextmanager
def _deferred(connection: object) -> Iterator[None]:
    """A plain BEGIN on SQLite: an IMMEDIATE one would make a reader queue behind the writers."""
    kept = getattr(connection, "transaction_mode", None)
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.transaction_mode = kept  # type: ignore[attr-defined]
