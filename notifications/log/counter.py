"""The one row of the counter, made again wherever it is missing (a flush removes it)."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connections

from notifications.conf import options
from notifications.cursor import new_check
from notifications.log.statements import READ_COUNTER
from notifications.models import Counter, Event


class Count(NamedTuple):
    """What the row of the counter holds."""

    head: int
    tag: str
    floor: int
    origin: str


def counter() -> Count:
    """The counter as it is committed now."""
    return _read() or _make()


def _read() -> Count | None:
    with connections[options.DATABASE].cursor() as cursor:
        cursor.execute(READ_COUNTER)
        row = cursor.fetchone()
    return Count(*row) if row else None


def _make() -> Count:
    # Two processes may make it at once: the second keeps what the first has written.
    Counter.objects.bulk_create([_fresh()], ignore_conflicts=True)
    return Count(*Counter.objects.values_list(*Count._fields).get(pk=1))


def _fresh() -> Counter:
    """A counter that continues the events there are; of an empty log, with a new origin."""
    stamped = Event.objects.filter(seq__isnull=False).order_by("seq")
    first, last = stamped.first(), stamped.last()
    if first is None or last is None:
        origin = new_check()
        return Counter(tag=origin, origin=origin)
    if first.seq == 1:
        return Counter(head=last.seq or 0, tag=last.tag, origin=first.before)
    return Counter(head=last.seq or 0, tag=last.tag, floor=first.seq or 0, origin=new_check())
