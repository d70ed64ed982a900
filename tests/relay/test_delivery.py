"""What is published reaches the open pages that may read it, once and in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio

from notifications import log, notify
from notifications.cursor import Cursor
from notifications.publishing import retract
from notifications.relay import Relay
from tests.relay.pages import Page, in_database, sign_in, until

Pages = Callable[..., Page]

say = in_database(notify)


@pytest_asyncio.fixture
async def key(alice: Any) -> str:
    return await in_database(sign_in)(alice)


async def test_it_sends_ready_and_then_what_is_published(page: Pages, key: str) -> None:
    reader = await page(key).open()
    await say("One", to="all")
    await say("Two", to="user:alice")
    await reader.has("One", "Two")
    assert reader.kinds == ["ready"]
    assert reader.controls[0].fields["user"] is not None


async def test_it_sends_nothing_to_those_who_may_not_read_it(
    page: Pages, key: str, bob: Any
) -> None:
    alices = await page(key).open()
    bobs = await page(await in_database(sign_in)(bob)).open()
    await say("For Bob", to="user:bob")
    await say("For all", to="all")
    await bobs.has("For Bob", "For all")
    await alices.has("For all")


async def test_a_reader_of_two_of_its_topics_gets_an_event_once(page: Pages, key: str) -> None:
    reader = await page(key).open()
    await say("Twice addressed", to=["all", "user:alice"])
    await say("Last", to="all")
    await reader.has("Twice addressed", "Last")


async def test_a_cursor_is_continued_from_memory(page: Pages, key: str) -> None:
    first = await page(key).open()
    for title in ("One", "Two", "Three"):
        await say(title, to="all")
    await first.has("One", "Two", "Three")
    second = await page(key).open(first.entries[0].cursor)
    await second.has("Two", "Three")
    await say("Four", to="all")
    await second.has("Two", "Three", "Four")


async def test_a_cursor_that_memory_does_not_reach_is_continued_from_the_log(
    relay: Relay, page: Pages, key: str, settings: Any
) -> None:
    settings.NOTICEBOARD = {"REPLAY_BATCH": 2}
    start = (await in_database(log.head)()).cursor
    for number in range(7):
        await say(str(number), to="all")
    first = await page(key).open()
    await until(lambda: relay.stats()["head"] >= start.seq + 7)
    relay.parts.memory.restart(relay.parts.memory.head, [])
    second = await page(key).open(start)
    await second.has(*"0123456")
    await say("7", to="all")
    await second.has(*"01234567")
    await first.has("7")


@pytest.mark.parametrize("encoding", ["websocket", "sse", "json"])
async def test_every_encoding_is_joined_into_one_write(
    relay: Relay, page: Pages, key: str, encoding: str
) -> None:
    start = (await in_database(log.head)()).cursor
    for number in range(3):
        await say(str(number), to="all")
    await until(lambda: relay.stats()["head"] >= start.seq + 3)
    reader = await page(key, encoding).open(start)
    await reader.has("0", "1", "2")
    assert len(reader.payloads) == 1


async def test_a_cursor_of_another_log_is_a_reset(page: Pages, key: str) -> None:
    await say("One", to="all")
    head = (await in_database(log.head)()).cursor
    reader = await page(key).open(Cursor(head.seq, "0" * 8))
    await until(lambda: reader.resets == ["unknown"])
    await say("Two", to="all")
    await reader.has("Two")


async def test_a_cursor_ahead_of_the_log_is_a_reset(page: Pages, key: str) -> None:
    head = (await in_database(log.head)()).cursor
    reader = await page(key).open(Cursor(head.seq + 1000, "0" * 8))
    await until(lambda: reader.resets == ["ahead"])


async def test_a_cursor_ahead_of_the_relay_only_is_continued(
    relay: Relay, page: Pages, key: str
) -> None:
    await page(key).open()
    head = relay.parts.memory.head
    await say("Told by another process", to="all")
    told = await in_database(log.read)(head.seq, 10)
    relay.parts.follower._hints.clear()
    reader = await page(key).open(told[-1].cursor)
    await say("Next", to="all")
    await reader.has("Next")
    assert reader.resets == []


async def test_what_is_retracted_is_not_replayed_from_memory(page: Pages, key: str) -> None:
    first = await page(key).open()
    start = first.controls[0].cursor
    notification = await say("Secret", to="all")
    await first.has("Secret")
    await in_database(retract)(notification)
    await first.has("Secret", "notification.retracted")
    second = await page(key).open(start)
    await second.has("notification.created", "notification.retracted")
    rows = await in_database(log.read)(start.seq, 10)
    assert second.entries == rows
