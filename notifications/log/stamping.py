"""Stamping: give committed events their seq, under one lock that nobody waits for."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from notifications.conf import options
from notifications.events import CREATED, Entry
from notifications.log.counter import counter
from notifications.log.reading import read
from notifications.models import Address, Counter, Event, EventTopic
from notifications.signals import stamped

EVENT, TOPIC = Event._meta.db_table, EventTopic._meta.db_table
ADDRESS, COUNTER = Address._meta.db_table, Counter._meta.db_table

# Below PostgreSQL's deadlock_timeout (1 s): in a deadlock with a publisher the stamp gives way.
LOCK_TIMEOUT = "250ms"

NUMBER = f"""
    UPDATE {EVENT} SET seq = numbered.number, before = numbered.preceding
    FROM (
        SELECT id AS event_id, CAST(%s AS bigint) + row_number() OVER (ORDER BY id) AS number,
               lag(tag, 1, CAST(%s AS varchar)) OVER (ORDER BY id) AS preceding
        FROM (SELECT id, tag FROM {EVENT} WHERE seq IS NULL ORDER BY id LIMIT %s) AS oldest
    ) AS numbered
    WHERE {EVENT}.id = numbered.event_id
"""

# The newest event that created it counts: a notification whose audience shrank is created again.
POSITION = f"""
    UPDATE {ADDRESS} SET position = told.seq
    FROM (
        SELECT event.notification_id AS about, topic.topic AS name, max(event.seq) AS seq
        FROM {EVENT} AS event JOIN {TOPIC} AS topic ON topic.seq = event.seq
        WHERE event.seq > %s AND event.seq <= %s AND event.type = '{CREATED}'
        GROUP BY event.notification_id, topic.topic
    ) AS told
    WHERE {ADDRESS}.notification_id = told.about AND {ADDRESS}.topic = told.name
"""

INDEX_POSTGRESQL = f"""
    INSERT INTO {TOPIC} (topic, seq, internal)
    SELECT * FROM unnest(%s::varchar[], %s::bigint[], %s::boolean[])
"""
INDEX_SQLITE = f"INSERT INTO {TOPIC} (topic, seq, internal) VALUES (%s, %s, %s)"

TAKE_POSTGRESQL = f"SELECT head, tag FROM {COUNTER} WHERE id = 1 FOR UPDATE SKIP LOCKED"
# A write comes first, so that the transaction never has to upgrade a lock, which fails at once.
TAKE_SQLITE = f"UPDATE {COUNTER} SET head = head WHERE id = 1 RETURNING head, tag"


def stamp() -> list[Entry]:
    """Stamp what waits and send `stamped`, batch by batch; returns the entries.

    Returns at once when another process is stamping: that one looks for waiting events again
    after its commit. Raises the database's errors; `RuntimeError` inside a transaction.
    """
    done: list[Entry] = []
    for _round in range(options.STAMP_ROUNDS):
        if not Event.objects.filter(seq=None).exists():
            break
        batch = _stamp_batch()
        if not batch:
            break
        stamped.send_robust(sender=Event, entries=batch)
        done += batch
    return done


def _stamp_batch() -> list[Entry]:
    connection = connections[options.DATABASE]
    counter()
    outermost = not connection.in_atomic_block
    # Durable: never part of a transaction of somebody else (but of a TestCase, which never ends).
    with transaction.atomic(using=options.DATABASE, durable=True), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _set_up_transaction(cursor, outermost)
        taken = _take_counter(cursor, connection.vendor)
        return _stamp_after(cursor, connection.vendor, *taken) if taken else []


def _set_up_transaction(cursor: CursorWrapper, outermost: bool) -> None:
    if outermost:
        # REPEATABLE READ would not see what committed while this transaction began.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
    # What clients were told must survive a crash of the database.
    cursor.execute("SET LOCAL synchronous_commit TO ON")
    cursor.execute(f"SET LOCAL lock_timeout TO '{LOCK_TIMEOUT}'")


def _take_counter(cursor: CursorWrapper, vendor: str) -> tuple[int, str] | None:
    cursor.execute(TAKE_POSTGRESQL if vendor == "postgresql" else TAKE_SQLITE)
    rows = cursor.fetchall()
    return (rows[0][0], rows[0][1]) if rows else None


def _stamp_after(cursor: CursorWrapper, vendor: str, head: int, tag: str) -> list[Entry]:
    cursor.execute(NUMBER, [head, tag, options.STAMP_BATCH])
    if not cursor.rowcount:
        return []
    entries = read(head, cursor.rowcount)
    last = entries[-1]
    _index(cursor, vendor, entries)
    cursor.execute(POSITION, [head, last.seq])
    cursor.execute(
        f"UPDATE {COUNTER} SET head = %s, tag = %s WHERE id = 1", [last.seq, last.check]
    )
    return entries


def _index(cursor: CursorWrapper, vendor: str, entries: Sequence[Entry]) -> None:
    rows = [(topic, each.seq, each.internal) for each in entries for topic in each.topics]
    if not rows:
        return
    if vendor == "postgresql":
        cursor.execute(INDEX_POSTGRESQL, [list(column) for column in zip(*rows, strict=True)])
    else:
        cursor.executemany(INDEX_SQLITE, rows)
