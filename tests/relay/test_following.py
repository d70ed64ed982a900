"""The relay follows the log: without hints, through holes, outages and another log."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio
from django.db import OperationalError, connection, transaction

from notifications import log, notify
from notifications.broadcast import hint
from notifications.models import Counter, Event, EventTopic
from notifications.relay import RESTART, TOO_SLOW, Relay, current, following
from notifications.relay.following import newest
from notifications.relay.index import SLOTS
from notifications.signals import stamped
from tests.relay.pages import DEADLINE, Page, in_database, sign_in, until

Pages = Callable[..., Page]

say = in_database(notify)


@pytest_asyncio.fixture
async def key(alice: Any) -> str:
    return await in_database(sign_in)(alice)


async def test_there_is_one_relay_per_loop(relay: Relay) -> None:
    assert current() is relay


async def test_it_finds_what_no_hint_told_of(relay: Relay, page: Pages, key: str) -> None:
    reader = await page(key).open()
    stamped.disconnect(dispatch_uid=relay.parts)
    await say("Unheard", to="all")
    await reader.has("Unheard")


class Loads:
    """How often the end of the log is loaded; the first time only when the test lets it."""

    def __init__(self) -> None:
        self.count = 0
        self.first = threading.Event()

    def newest(self, most: int) -> Any:
        self.count += 1
        if self.count == 1:
            assert self.first.wait(DEADLINE)
        return newest(most)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Loads:
    loads = Loads()
    monkeypatch.setattr(following, "newest", loads.newest)
    return loads


async def test_a_hint_that_comes_before_the_log_is_loaded_resets_nobody(
    loads: Loads, relay: Relay, page: Pages, key: str
) -> None:
    await until(lambda: loads.count == 1)
    await say("Early", to="all")
    await until(relay.parts.follower.behind.is_set)
    await asyncio.sleep(0.3)
    loads.first.set()
    reader = await page(key).open()
    await say("Later", to="all")
    await reader.has("Later")
    assert loads.count == 1
    assert reader.resets == []


async def test_it_stamps_what_a_process_left_that_died_after_its_commit(
    page: Pages, key: str
) -> None:
    reader = await page(key).open()

    def publish_and_die() -> None:
        with transaction.atomic():
            notify("Left behind", to="all")
            connection.run_on_commit.clear()

    await in_database(publish_and_die)()
    await reader.has("Left behind")


async def test_a_hint_of_another_process_is_taken_from_its_payload(
    relay: Relay, page: Pages, key: str, settings: Any
) -> None:
    reader = await page(key).open()
    stamped.disconnect(dispatch_uid=relay.parts)
    start = relay.parts.memory.head
    await say("Carried", to="all")
    entries = await in_database(log.read)(start.seq, 10)
    relay.parts.heard(hint(entries))
    relay.parts.heard(hint(entries))
    relay.parts.heard({"type": "noticeboard.hint", "head": "nonsense"})
    relay.parts.heard({"type": "of.somebody.else"})
    await reader.has("Carried")


async def test_a_log_that_was_put_back_resets_every_page(page: Pages, key: str) -> None:
    reader = await page(key).open()
    await say("Forgotten", to="all")
    await reader.has("Forgotten")

    def put_back() -> None:
        with transaction.atomic():
            Event.objects.all().delete()
            EventTopic.objects.all().delete()
            Counter.objects.all().delete()
            # Publishers overtake the old head before anybody looks.
            notify("New one", to="all")
            notify("New two", to="all")

    await in_database(put_back)()
    await until(lambda: reader.resets)
    assert reader.resets == ["unknown"]
    await say("New three", to="all")
    await until(lambda: reader.titles[-1] == "New three")
    assert reader.titles == ["Forgotten", "New three"]


async def test_a_database_that_is_away_costs_time_and_nothing_else(
    relay: Relay, page: Pages, key: str, monkeypatch: Any
) -> None:
    reader = await page(key).open()
    stamped.disconnect(dispatch_uid=relay.parts)
    run = relay._reader.run
    tries: list[object] = []

    async def away(*args: Any) -> Any:
        tries.append(args)
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(relay._reader, "run", away)
    await say("During", to="all")
    await until(lambda: len(tries) >= 2)
    monkeypatch.setattr(relay._reader, "run", run)
    await reader.has("During")


async def test_a_page_that_does_not_drain_is_held_and_goes_on_when_it_does(
    relay: Relay, page: Pages, key: str, settings: Any
) -> None:
    settings.NOTICEBOARD = {"BUFFER_BYTES": 1000}
    slow, quick = await page(key).open(), await page(key).open()
    slow.stuck = 5000
    for number in range(4):
        await say(str(number), to="all")
    await quick.has(*"0123")
    assert slow.titles == ["0"]
    assert relay.stats()["held"] == 1
    slow.stuck = 0
    await slow.has(*"0123")
    await say("4", to="all")
    await slow.has(*"01234")


async def test_a_page_that_never_drains_is_closed_to_come_back(
    page: Pages, key: str, settings: Any
) -> None:
    settings.NOTICEBOARD = {"BUFFER_BYTES": 1000, "DRAIN_SECONDS": 0.2}
    slow = await page(key).open()
    slow.stuck = 5000
    await say("One", to="all")
    await until(lambda: slow.closed == (TOO_SLOW, "too_slow", True))


async def test_heartbeats_carry_the_head_and_pass_by_who_is_behind(
    relay: Relay, page: Pages, key: str, settings: Any
) -> None:
    settings.NOTICEBOARD = {"BUFFER_BYTES": 1000}
    slow, quick = await page(key).open(), await page(key).open()
    slow.stuck = 5000
    await say("One", to="all")
    await quick.has("One")
    for slot in range(SLOTS):
        relay.parts.clockwork.send_heartbeats(slot)
    assert quick.kinds == ["ready", "heartbeat"]
    assert quick.controls[-1].cursor == quick.entries[-1].cursor
    assert slow.kinds == ["ready"]


async def test_draining_sends_everybody_away_to_come_back(
    relay: Relay, page: Pages, key: str
) -> None:
    reader = await page(key).open()
    await asyncio.wait_for(relay.drain(20), 30)
    assert reader.closed == (RESTART, "restart", True)
    assert relay.stats()["connections"] == {}
