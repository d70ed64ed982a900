"""Reading the log: its head, everything after a position, and the events of some topics."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connections

from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import Discontinued
from notifications.events import INTERNAL, Entry, iso
from notifications.log.counter import counter
from notifications.log.statements import (
    FIRST_OF_EACH_POSTGRESQL,
    FIRST_OF_ONE_SQLITE,
    READ_EVENTS,
)
from notifications.models import Event

COLUMNS = ("seq", "tag", "before", "topics", "type", "time", "data")

# SQLite takes at most 500 terms in a compound SELECT.
TOPICS_A_QUERY = 400


class Head(NamedTuple):
    """The newest position, and the floor below which cursors cannot be continued."""

    cursor: Cursor
    floor: int


def head() -> Head:
    """Where the log ends now."""
    now = counter()
    return Head(Cursor(now.head, now.tag), now.floor)


def read(seq: int, limit: int) -> list[Entry]:
    """At most `limit` entries after position `seq`, in order, internal ones too, unverified."""
    with connections[options.DATABASE].cursor() as cursor:
        cursor.execute(READ_EVENTS, [seq, limit])
        return [_entry(row) for row in cursor.fetchall()]


def after(
    cursor: Cursor,
    topics: Collection[str] | None = None,
    limit: int = 500,
    *,
    internal: bool = False,
) -> list[Entry]:
    """At most `limit` entries after the cursor, in order; with `topics` only those told to them.

    Without `topics` internal entries are included, with topics only if asked for. Fewer than
    `limit` means: complete up to any head that was read before this call. Raises `Discontinued`
    when the cursor cannot be continued.
    """
    if topics is None:
        entries = read(cursor.seq, limit)
    else:
        entries = _of(sorted(set(topics)), cursor.seq, internal, limit)
    check(cursor)
    return entries


def check(cursor: Cursor) -> None:
    """Raise `Discontinued` unless the log continues from this cursor.

    Call it *after* reading: the floor only rises, so rows that were read before are complete.
    """
    found = Event.objects.filter(seq=cursor.seq).values_list("tag", flat=True).first()
    now = counter()
    if cursor.seq < now.floor:
        raise Discontinued("too_old")
    if cursor.seq > now.head:
        raise Discontinued("ahead")
    if cursor.check != (found if cursor.seq else now.origin):
        raise Discontinued("unknown")


def pending(topics: Collection[str]) -> bool:
    """Are there events of these topics, visible to this transaction, that have no seq yet?"""
    wanted = frozenset(topics)
    waiting = Event.objects.filter(seq=None).exclude(type__in=INTERNAL)
    texts = waiting.values_list("topics", flat=True)
    return any(not wanted.isdisjoint(text.split()) for text in texts)


def _of(topics: list[str], seq: int, internal: bool, limit: int) -> list[Entry]:
    seqs = _seqs_of(topics, seq, internal, limit)
    rows = Event.objects.filter(seq__in=seqs).order_by("seq").values_list(*COLUMNS)
    return [_entry(row) for row in rows]


def _seqs_of(topics: list[str], seq: int, internal: bool, limit: int) -> list[int]:
    connection = connections[options.DATABASE]
    found: set[int] = set()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FIRST_OF_EACH_POSTGRESQL, [topics, seq, internal, limit, limit])
            return [row[0] for row in cursor.fetchall()]
        for start in range(0, len(topics), TOPICS_A_QUERY):
            some = topics[start : start + TOPICS_A_QUERY]
            branches = " UNION ALL ".join([FIRST_OF_ONE_SQLITE] * len(some))
            values = [value for topic in some for value in (topic, seq, internal, limit)]
            cursor.execute(branches, values)
            found.update(row[0] for row in cursor.fetchall())
    return sorted(found)[:limit]


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, tag, before, topics, type, time, data = row
    if isinstance(time, str):
        # SQLite has no times: what is not asked through a model's field comes as it is stored.
        time = datetime.fromisoformat(time).replace(tzinfo=UTC)
    return Entry(seq, tag, before, tuple(topics.split()), type, iso(time), data)
