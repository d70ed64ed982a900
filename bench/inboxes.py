"""The part of `bench.inbox` that knows Django: grow one database, and ask at each size.

Rows are written as publishing would leave them, without publishing: a million of them would be
hours. Each is at a position of its own; the log stands at the last one, its earlier events pruned.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.searches import said, searches  # noqa: E402
from bench.support import percentile  # noqa: E402
from notifications import inbox, log, rights  # noqa: E402
from notifications.models import (  # noqa: E402
    Address,
    Counter,
    Event,
    Mark,
    Membership,
    Notification,
    Room,
)
from notifications.topics import ALL, room_topic, user_topic  # noqa: E402

USERS = 10_000
ROOMS = 200
MEMBERS = 250
BATCH = 5_000
ASKED = 60
SEARCHING = 20
#: What a reader has not read: every second has marked all but so many of the newest positions.
UNREAD = 2_000
#: Shares of what is said to everyone, and to a room; the rest is to one person.
TO_ALL, TO_ROOM = 0.01, 0.60


def people() -> None:
    """Users, rooms whose posts enter the inbox, and who is in them."""
    users = get_user_model().objects
    made = [get_user_model()(username=f"user-{number}", password="!") for number in range(USERS)]
    users.bulk_create(made, batch_size=BATCH)
    rooms = [Room(slug=f"room-{number}", name=f"Room {number}", notify="all")
             for number in range(ROOMS)]  # fmt: skip
    Room.objects.bulk_create(rooms)
    keys = list(users.values_list("pk", flat=True))
    chance = random.Random(4)
    Membership.objects.bulk_create(
        [Membership(room=room, user_id=key) for room in Room.objects.all()
         for key in chance.sample(keys, MEMBERS)], batch_size=BATCH,
    )  # fmt: skip


def grow(to: int) -> None:
    """Notifications up to so many, in random order of audience."""
    chance = random.Random(to)
    slugs = list(Room.objects.values_list("slug", flat=True))
    keys = list(get_user_model().objects.values_list("pk", flat=True))
    position, wanted = log.head().cursor.seq, to - Notification.objects.count()
    while wanted > 0:
        count = min(wanted, BATCH)
        _batch([_topic(chance, slugs, keys) for _ in range(count)], position)
        position, wanted = position + count, wanted - count
    _stand_at(position)
    with connection.cursor() as cursor:
        # As the database does by itself in time: statistics, and what index-only reads need.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _topic(chance: random.Random, slugs: Sequence[str], keys: Sequence[int]) -> str:
    number = chance.random()
    if number < TO_ALL:
        return ALL
    if number < TO_ALL + TO_ROOM:
        return room_topic(chance.choice(slugs))
    return user_topic(chance.choice(keys))


def _batch(topics: Sequence[str], position: int) -> None:
    chance = random.Random(position)
    made = Notification.objects.bulk_create(
        [Notification(**said(chance, position + place)) for place in range(1, len(topics) + 1)]
    )
    Address.objects.bulk_create(
        [Address(notification=each, topic=topic, position=position + place)
         for place, (each, topic) in enumerate(zip(made, topics, strict=True), 1)]
    )  # fmt: skip


def _stand_at(seq: int) -> None:
    head = Event.objects.create(seq=seq, topics=ALL, type="inbox.seen", data='{"seen_to":0}')
    Counter.objects.update(head=seq, tag=head.tag, floor=seq)


def ask(size: int) -> dict[str, Any]:
    """How long readers wait for their page, their count, and for marking all as read."""
    chance = random.Random(1)
    readers = chance.sample(list(get_user_model().objects.order_by("pk")), ASKED)
    at = log.head().cursor
    Mark.objects.filter(user__in=readers).delete()
    marks = [Mark(user=each, read_to=max(at.seq - UNREAD, 0)) for each in readers[::2]]
    Mark.objects.bulk_create(marks)
    pages, later = _times(readers, inbox.snapshot), _times(readers, _second_page)
    counts = _times(readers, inbox.unread)
    marking = [_took(inbox.read_all, each, at) for each in readers]
    return {
        "size": size, "asked": ASKED,
        "page_ms": _median(pages), "page_p99_ms": round(percentile(pages, 99), 3),
        "second_page_ms": _median(later),
        "unread_ms": _median(counts), "unread_p99_ms": round(percentile(counts, 99), 3),
        "mark_all_ms": _median(marking), "mark_all_p99_ms": round(percentile(marking, 99), 3),
        "search_ms": _searched(readers[:SEARCHING], at.seq),
    }  # fmt: skip


def _searched(readers: Sequence[Any], head: int) -> dict[str, float]:
    """How long each search takes, as `_times` says it."""
    times: dict[str, list[float]] = {}
    for reader in readers:
        for name, q in searches(rights.topics_of(reader), head).items():
            rounds = [_took(inbox.snapshot, reader, q=q) for _ in range(3)]
            times.setdefault(name, []).append(min(rounds[1:]))
    return {name: _median(each) for name, each in times.items()}


def _second_page(user: Any) -> None:
    inbox.snapshot(user, before=log.head().cursor.seq // 2)


def _times(readers: Sequence[Any], act: Callable[[Any], Any]) -> list[float]:
    """The best of three for each reader: what the call costs, not what else the machine does."""
    rounds = [[_took(act, each) for each in readers] for _ in range(4)]
    return [min(each) for each in zip(*rounds[1:], strict=True)]


def _took(act: Callable[..., Any], *arguments: Any, **named: Any) -> float:
    began = time.perf_counter()
    act(*arguments, **named)
    return (time.perf_counter() - began) * 1_000


def _median(values: Sequence[float]) -> float:
    return round(median(values), 3)


def plans() -> dict[str, list[str]]:
    """How the database goes about the slowest query of a page and of the unread count."""
    reader = get_user_model().objects.order_by("pk")[1]
    found = {}
    for name, act in (("page", inbox.snapshot), ("unread", inbox.unread)):
        with CaptureQueriesContext(connection) as captured:
            act(reader)
        slowest = max(captured.captured_queries, key=lambda each: float(each["time"]))["sql"]
        how = "ANALYZE, COSTS OFF, BUFFERS" if connection.vendor == "postgresql" else ""
        words = f"EXPLAIN ({how})" if how else "EXPLAIN QUERY PLAN"
        with connection.cursor() as cursor:
            cursor.execute(f"{words} {slowest}".replace("%", "%%"), [])
            found[name] = [str(row[-1]) for row in cursor.fetchall()]
    return found


def main(sizes: Sequence[int]) -> None:
    """Print one line of JSON for each size, and one with the plans."""
    log.head()
    people()
    for size in sizes:
        grow(size)
        print(json.dumps(ask(size)), flush=True)
    print(json.dumps({"plans": plans()}), flush=True)


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]])
