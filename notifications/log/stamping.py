"""Stamping: give committed events their seq, under one lock that nobody waits for."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connections, transaction
from django.db.backends.utils import CursorWrapper

from notifications.conf import options
from notifications.events import CREATED, Entry
from notifications.log.counter import counter
from notifications.log.reading import read
from notifications.log.statements import (
    ANY_WAITS,
    INDEX_EVENT_SQLITE,
    INDEX_EVENTS_POSTGRESQL,
    MOVE_COUNTER,
    NUMBER_EVENTS,
    PLACE_ADDRESSES,
    TAKE_COUNTER_POSTGRESQL,
    TAKE_COUNTER_SQLITE,
)
from notifications.models import Event
from notifications.signals import stamped

# How long the stamp waits for what others have locked. Below PostgreSQL's deadlock_timeout (1 s),
# so that in a deadlock with a publisher the stamp gives way; SQLite has one lock for everything.
PATIENCE_MS = 250
POSTGRESQL_LOCK_NOT_AVAILABLE = "55P03"
# In WAL mode a commit then waits for no disk; https://sqlite.org/pragma.html#pragma_synchronous
SQLITE_NORMAL = 1


def stamp() -> list[Entry]:
    """Stamp what waits and send `stamped`, batch by batch; returns the entries.

    Returns without them when another process is stamping: that one looks for waiting events again
    after its commit. Raises the database's errors; `RuntimeError` inside a transaction.
    """
    done: list[Entry] = []
    for _round in range(options.STAMP_ROUNDS):
        if not _any_waits():
            break
        batch = _stamp_batch()
        if not batch:
            break
        stamped.send_robust(sender=Event, entries=batch)
        done += batch
    return done


def _any_waits() -> bool:
    with connections[options.DATABASE].cursor() as cursor:
        cursor.execute(ANY_WAITS)
        return bool(cursor.fetchone()[0])


def _stamp_batch() -> list[Entry]:
    try:
        with _lightly():
            return _stamp_under_lock()
    except OperationalError as error:
        if not _is_busy(error):
            raise
        # Somebody writes who stamps afterwards, or who changes what we would stamp: later, then.
        _let_go(error)
        return []


@contextmanager
def _lightly() -> Iterator[None]:
    """On SQLite, for one transaction: do not wait long for the lock, nor for the disk at the end.

    A stamp that a power cut takes away is made again by the next one. In which order, the events'
    own checks tell: a cursor that it does not fit is answered with a reset. What was published is
    on the disk before, by the commit of its publisher.
    """
    connection = connections[options.DATABASE]
    if connection.vendor == "postgresql" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = {name: _pragma(cursor, name) for name in ("busy_timeout", "synchronous")}
        _set_pragmas(cursor, {"busy_timeout": PATIENCE_MS, "synchronous": SQLITE_NORMAL})
        try:
            yield
        finally:
            _set_pragmas(cursor, usual)


def _pragma(cursor: CursorWrapper, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")
    return int(cursor.fetchone()[0])


def _set_pragmas(cursor: CursorWrapper, values: Mapping[str, int]) -> None:
    for name, value in values.items():
        cursor.execute(f"PRAGMA {name} = {value}")


def _is_busy(error: OperationalError) -> bool:
    cause = error.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(cause, "sqlstate", None) == POSTGRESQL_LOCK_NOT_AVAILABLE


def _let_go(error: BaseException | None) -> None:
    # The frames hold a cursor of this thread's connection. Another thread's garbage collection
    # would free it, and stand still for as long as the connection waits for SQLite's lock.
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__


def _stamp_under_lock() -> list[Entry]:
    connection = connections[options.DATABASE]
    outermost = not connection.in_atomic_block
    # Durable: never part of a transaction of somebody else (but of a TestCase, which never ends).
    with transaction.atomic(using=options.DATABASE, durable=True), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _set_up_transaction(cursor, outermost)
        taken = _take_counter(cursor, connection.vendor)
        return _stamp_after(cursor, connection.vendor, *taken) if taken else []


def _set_up_transaction(cursor: CursorWrapper, outermost: bool) -> None:
    # REPEATABLE READ would not see what committed while this transaction began.
    level = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;" if outermost else ""
    # What clients were told must survive a crash of the database.
    durable = "SET LOCAL synchronous_commit TO ON;"
    cursor.execute(f"{level} {durable} SET LOCAL lock_timeout TO '{PATIENCE_MS}ms'")


def _take_counter(cursor: CursorWrapper, vendor: str) -> tuple[int, str] | None:
    """The head and its tag; None if another has taken them."""
    take = TAKE_COUNTER_POSTGRESQL if vendor == "postgresql" else TAKE_COUNTER_SQLITE
    for _chance in range(2):
        cursor.execute(take)
        rows = cursor.fetchall()
        if rows:
            return (rows[0][0], rows[0][1])
        # It may be missing: then it is there now.
        counter()
    return None


def _stamp_after(cursor: CursorWrapper, vendor: str, head: int, tag: str) -> list[Entry]:
    cursor.execute(NUMBER_EVENTS, [head, tag, options.STAMP_BATCH])
    if not cursor.rowcount:
        return []
    entries = read(head, cursor.rowcount)
    last = entries[-1]
    _index(cursor, vendor, entries)
    cursor.execute(PLACE_ADDRESSES, [head, last.seq, CREATED])
    cursor.execute(MOVE_COUNTER, [last.seq, last.check])
    return entries


def _index(cursor: CursorWrapper, vendor: str, entries: Sequence[Entry]) -> None:
    rows = [(topic, each.seq, each.internal) for each in entries for topic in each.topics]
    if not rows:
        return
    if vendor == "postgresql":
        cursor.execute(
            INDEX_EVENTS_POSTGRESQL, [list(column) for column in zip(*rows, strict=True)]
        )
    else:
        cursor.executemany(INDEX_EVENT_SQLITE, rows)
