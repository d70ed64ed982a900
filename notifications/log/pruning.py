"""Pruning: delete the oldest events, so that the log does not grow for ever."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connections
from django.utils import timezone

from notifications.conf import options
from notifications.log.counter import counter
from notifications.log.pacing import Progress, silent, step
from notifications.log.stamping import stamp
from notifications.log.statements import DELETE_TOPIC
from notifications.models import Counter, Event

# Small enough that no writer waits long for SQLite's one write lock.
BATCH = 1_000


class Pruned(NamedTuple):
    """What a pruning has done: the floor now, and how many events it deleted."""

    floor: int
    events: int


def prune(before: datetime | None = None, progress: Progress = silent) -> Pruned:
    """Delete events older than `before`, which is `EVENT_DAYS` days ago if it is not given.

    Cursors below the floor cannot be continued then. The row at the floor and the head row stay,
    so that cursors there can be recognised. Whoever interrupts it does it again: what is below the
    floor goes then.
    """
    counter()
    oldest_kept = before or timezone.now() - timedelta(days=options.EVENT_DAYS)
    _raise_floor(_floor_for(oldest_kept))
    # Whoever tried to stamp in the moment when we held the counter left its events to us.
    stamp()
    floor = counter().floor
    deleted = 0
    while batch := _below(floor):
        deleted += _delete(batch)
        progress("events", deleted)
    return Pruned(floor, deleted)


def _floor_for(oldest_kept: datetime) -> int:
    stamped = Event.objects.filter(seq__isnull=False).order_by("seq")
    first = stamped.filter(time__gte=oldest_kept).values_list("seq", flat=True).first()
    return counter().head if first is None else first - 1


def _raise_floor(floor: int) -> None:
    # On its own, before anything is deleted: who misses a row also sees the floor that explains it.
    Counter.objects.filter(pk=1, floor__lt=floor).update(floor=floor)


def _below(floor: int) -> list[tuple[int, str]]:
    rows = Event.objects.filter(seq__lt=floor).order_by("seq").values_list("seq", "topics")
    return [(seq, topics) for seq, topics in rows[:BATCH] if seq is not None]


def _delete(batch: list[tuple[int, str]]) -> int:
    last_of: dict[str, int] = defaultdict(int)
    for seq, topics in batch:
        for topic in topics.split():
            last_of[topic] = seq
    last = batch[-1][0]
    with step():
        # A write comes first: see TAKE_COUNTER_SQLITE.
        deleted, _per_model = Event.objects.filter(seq__lte=last).delete()
        with connections[options.DATABASE].cursor() as cursor:
            cursor.executemany(DELETE_TOPIC, list(last_of.items()))
    return deleted
