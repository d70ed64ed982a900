"""Both polls: from memory, from the log, waiting, and what they say to a cursor that is no good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio

from notifications import log, notify
from notifications.cursor import Cursor
from notifications.errors import SignedOut, TooMany
from notifications.publishing import rights_changed
from notifications.relay import Answer, Relay
from notifications.rights import session_digest
from tests.relay.pages import in_database, sign_in, until

say = in_database(notify)
Ask = Callable[..., Any]


@pytest_asyncio.fixture
async def key(alice: Any) -> str:
    return await in_database(sign_in)(alice)


@pytest.fixture
def ask(relay: Relay, key: str) -> Ask:
    async def ask(after: Cursor | None, wait: float = 0.0, limit: int = 500) -> Answer:
        admission = await relay.admit(key)
        return await relay.poll(admission, after, wait, limit, session_key=key)

    return ask


async def test_it_starts_at_the_head(ask: Ask) -> None:
    await say("Before", to="all")
    answer = await ask(None)
    assert answer == Answer((await in_database(log.head)()).cursor)


async def test_it_pages_without_skipping(ask: Ask, relay: Relay) -> None:
    cursor = (await ask(None)).cursor
    for number in range(5):
        await say(str(number), to="all")
    await until(lambda: relay.stats()["head"] == cursor.seq + 5)
    seqs: list[int] = []
    while (answer := await ask(cursor, limit=2)).entries:
        seqs += [entry.seq for entry in answer.entries]
        cursor = answer.cursor
    assert len(seqs) == 5
    assert seqs == sorted(set(seqs))


async def test_it_pages_from_the_log_alike(ask: Ask, relay: Relay) -> None:
    cursor = (await ask(None)).cursor
    for number in range(5):
        await say(str(number), to="all")
    await until(lambda: relay.stats()["head"] == cursor.seq + 5)
    relay.parts.memory.restart(relay.parts.memory.head, [])
    first = await ask(cursor, limit=3)
    second = await ask(first.cursor, limit=3)
    assert [len(first.entries), len(second.entries)] == [3, 2]
    assert second.cursor == relay.parts.memory.head


async def test_a_waiting_poll_is_answered_by_the_first_event(ask: Ask, relay: Relay) -> None:
    cursor = (await ask(None)).cursor
    waiting = asyncio.ensure_future(ask(cursor, wait=60.0))
    await until(lambda: relay.stats()["connections"] == {"json": 1})
    await say("Now", to="all")
    answer = await waiting
    assert [entry.cursor for entry in answer.entries] == [answer.cursor]
    assert relay.stats()["connections"] == {}


async def test_a_waiting_poll_ends_with_nothing_but_a_newer_cursor(
    ask: Ask, relay: Relay, bob: Any
) -> None:
    cursor = (await ask(None)).cursor
    await say("For another", to="user:bob")
    await until(lambda: relay.stats()["head"] > cursor.seq)
    answer = await ask(cursor, wait=0.05)
    assert answer == Answer(relay.parts.memory.head)


async def test_a_poll_that_is_given_up_leaves_nothing_behind(ask: Ask, relay: Relay) -> None:
    waiting = asyncio.ensure_future(ask((await ask(None)).cursor, wait=60.0))
    await until(lambda: relay.stats()["connections"] == {"json": 1})
    waiting.cancel()
    await until(lambda: relay.stats()["connections"] == {})


@pytest.mark.parametrize(("ahead", "reason"), [(0, "unknown"), (1000, "ahead")])
async def test_a_cursor_of_another_log_is_a_reset(ask: Ask, ahead: int, reason: str) -> None:
    await say("One", to="all")
    head = (await in_database(log.head)()).cursor
    answer = await ask(Cursor(head.seq + ahead, "0" * 8), wait=60.0)
    assert (answer.cursor, answer.reset) == (head, reason)


async def test_a_waiting_poll_ends_when_its_session_does(
    ask: Ask, relay: Relay, key: str, alice: Any
) -> None:
    waiting = asyncio.ensure_future(ask((await ask(None)).cursor, wait=60.0))
    await until(lambda: relay.stats()["connections"] == {"json": 1})
    await in_database(rights_changed)([alice.pk], "signed_out", session_digest(key))
    with pytest.raises(SignedOut):
        await waiting


async def test_one_user_waits_in_so_many_places_and_no_more(
    ask: Ask, relay: Relay, settings: Any
) -> None:
    settings.NOTICEBOARD = {"CONNECTIONS_PER_USER": 1}
    cursor = (await ask(None)).cursor
    waiting = asyncio.ensure_future(ask(cursor, wait=60.0))
    await until(lambda: relay.stats()["connections"] == {"json": 1})
    with pytest.raises(TooMany):
        await ask(cursor, wait=60.0)
    waiting.cancel()
