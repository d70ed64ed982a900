"""What the relay counts, and the measures of who is here and what waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest_asyncio
from prometheus_client import REGISTRY

from notifications import log, metrics, notify
from notifications.broadcast import hint
from notifications.cursor import Cursor
from notifications.relay import Relay
from notifications.relay.index import SLOTS
from notifications.signals import stamped
from tests.relay.pages import Page, in_database, sign_in, until
from tests.support.settled import settled_head

Pages = Callable[..., Page]

say = in_database(notify)


@pytest_asyncio.fixture
async def key(alice: Any) -> str:
    return await in_database(sign_in)(alice)


class Counted:
    """How much a figure has grown since."""

    def __init__(self, name: str, **labels: str) -> None:
        self.name, self.labels = name, labels
        self.before = self.now

    @property
    def now(self) -> float:
        metrics.settle()
        return REGISTRY.get_sample_value(f"noticeboard_{self.name}", self.labels) or 0.0

    @property
    def grown(self) -> float:
        return self.now - self.before


async def test_who_is_here_by_transport(relay: Relay, page: Pages, key: str) -> None:
    sockets = [await page(key, "websocket").open() for _ in range(3)]
    await page(key, "sse").open()
    relay.parts.measuring.look()
    assert Counted("connections", transport="websocket").now == 3
    assert Counted("connections", transport="sse").now == 1
    sockets[0].leave()
    sockets[0].leave()
    relay.parts.measuring.look()
    assert Counted("connections", transport="websocket").now == 2


async def test_each_event_to_each_reader_is_a_delivery(relay: Relay, page: Pages, key: str) -> None:
    readers = [await page(key, "websocket").open() for _ in range(3)]
    other = await page(key, "sse").open()
    events = Counted("deliveries_total", transport="websocket")
    streamed = Counted("deliveries_total", transport="sse")
    size, published = Counted("delivered_bytes_total"), Counted("publish_total")
    passes = Counted("relay_lag_seconds_count")
    await say("One", to="all")
    await say("Two", to="all")
    for reader in (*readers, other):
        await reader.has("One", "Two")
    await until(lambda: passes.grown >= 1)
    assert (events.grown, streamed.grown, published.grown) == (6, 2, 2)
    assert size.grown == sum(len(each) for one in (*readers, other) for each in one.payloads)


async def test_one_that_is_held_is_counted_what_it_was_given(
    relay: Relay, page: Pages, key: str, settings: Any
) -> None:
    settings.NOTICEBOARD = {"REPLAY_BATCH": 1, "BUFFER_BYTES": 100_000}
    slow = await page(key, "websocket").open()
    slow.stuck = 200_000
    events = Counted("deliveries_total", transport="websocket")
    await say("Given", to="all")
    await until(lambda: slow.entries)
    relay.parts.measuring.look()
    assert Counted("held_connections").now == 1
    assert events.grown == 1
    await say("Not given", to="all")
    await say("Neither", to="all")
    await until(lambda: relay.parts.memory.head.seq >= slow.entries[0].seq + 2)
    assert events.grown == 1
    slow.stuck = 0
    await slow.has("Given", "Not given", "Neither")
    assert events.grown == 3


async def test_what_waits_is_measured_with_the_heartbeats(
    relay: Relay, page: Pages, key: str
) -> None:
    for reader in [await page(key, "websocket").open() for _ in range(3)]:
        reader.stuck = 1_000
    for slot in range(SLOTS):
        relay.parts.clockwork.send_heartbeats(slot)
    relay.parts.measuring.look()
    assert Counted("queue_bytes").now == 3_000


async def test_what_no_hint_has_brought_is_a_hit(relay: Relay, page: Pages, key: str) -> None:
    reader = await page(key).open()
    hits = Counted("reconcile_hits_total")
    stamped.disconnect(dispatch_uid=relay.parts)
    await say("Unheard", to="all")
    await reader.has("Unheard")
    await until(lambda: hits.grown == 1)


async def test_a_hint_that_does_not_fit_is_a_gap_that_is_refilled(
    relay: Relay, page: Pages, key: str, settings: Any
) -> None:
    settings.NOTICEBOARD = {"RECONCILE_SECONDS": 60}
    reader = await page(key).open()
    gaps = Counted("gaps_refilled_total")
    stamped.disconnect(dispatch_uid=relay.parts)
    await say("Lost", to="all")
    await say("Heard", to="all")
    (entry,) = await in_database(log.read)(relay.parts.memory.head.seq + 1, 1)
    relay.parts.heard(hint([entry]))
    await reader.has("Lost", "Heard")
    await until(lambda: gaps.grown == 1)


async def test_a_replay_reads_pages_of_the_log_and_a_reset_has_its_reason(
    relay: Relay, page: Pages, key: str, settings: Any
) -> None:
    start = await in_database(settled_head)()
    await say("One", to="all")
    reader = await page(key, "sse").open(start)
    await reader.has("One")
    pages, streamed = Counted("backlog_reads_total"), Counted("deliveries_total", transport="sse")
    resets = Counted("resets_total", reason="unknown")
    relay.parts.memory.restart(relay.parts.memory.head, [])
    again = await page(key, "sse").open(start)
    await again.has("One")
    assert pages.grown >= 1
    assert streamed.grown == 1
    stranger = await page(key).open(Cursor(start.seq, "0badc0de"))
    await until(lambda: stranger.resets)
    assert resets.grown == 1


async def test_a_poll_whose_cursor_cannot_be_continued_is_a_reset(relay: Relay, key: str) -> None:
    resets = Counted("resets_total", reason="unknown")
    admission = await relay.admit(key)
    answer = await relay.poll(admission, Cursor(0, "0badc0de"), session_key=key)
    assert answer.reset == "unknown"
    assert resets.grown == 1


async def test_one_that_does_not_drain_is_a_slow_close(
    page: Pages, key: str, settings: Any
) -> None:
    settings.NOTICEBOARD = {"DRAIN_SECONDS": 0.1, "BUFFER_BYTES": 1_000}
    slow = await page(key, "websocket").open()
    closes = Counted("slow_closes_total")
    slow.stuck = 5_000
    await say("Too much", to="all")
    await until(lambda: slow.closed)
    assert closes.grown == 1


async def test_the_process_says_how_far_it_has_read_and_that_it_can(relay: Relay) -> None:
    await until(relay.parts.clockwork.loaded.is_set)
    await say("One", to="all")
    head = await in_database(log.head)()
    await until(lambda: relay.parts.memory.head == head.cursor)
    relay.parts.measuring.look()
    assert Counted("log_head").now == head.cursor.seq
    assert Counted("log_readable").now == 1
    assert Counted("resident_bytes").now > 10_000_000
