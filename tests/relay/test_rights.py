"""Rights that change while a page is open: it is reset or closed, and gets nothing in between."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest_asyncio
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session

from notifications import log, notify
from notifications.models import Room
from notifications.publishing import rights_changed
from notifications.relay import SIGNED_OUT, Relay
from notifications.rights import session_digest
from tests.relay.pages import Page, in_database, sign_in, until

Pages = Callable[..., Page]

say = in_database(notify)


@pytest_asyncio.fixture
async def key(alice: Any) -> str:
    return await in_database(sign_in)(alice)


async def test_a_page_that_gains_a_topic_is_reset_and_goes_on_with_it(
    page: Pages, key: str, alice: Any
) -> None:
    group = await in_database(Group.objects.create)(name="ops")
    reader = await page(key).open()
    await in_database(alice.groups.add)(group)
    await until(lambda: reader.resets == ["topics"])
    await say("For ops", to=group)
    await reader.has("For ops")


async def test_a_page_that_loses_a_topic_gets_nothing_of_it_any_more(
    page: Pages, key: str, alice: Any
) -> None:
    group = await in_database(Group.objects.create)(name="ops")
    await in_database(alice.groups.add)(group)
    reader = await page(key).open()
    await in_database(alice.groups.remove)(group)
    await say("For ops", to=group)
    await say("For all", to="all")
    await reader.has("For all")
    assert reader.resets == ["topics"]


async def test_who_comes_back_after_its_topics_changed_is_reset(
    relay: Relay, page: Pages, key: str, alice: Any
) -> None:
    start = (await in_database(log.head)()).cursor
    group = await in_database(Group.objects.create)(name="ops")
    await in_database(alice.groups.add)(group)
    from_memory = await page(key).open(start)
    await until(lambda: from_memory.resets == ["topics"])
    relay.parts.memory.restart(relay.parts.memory.head, [])
    from_log = await page(key).open(start)
    await until(lambda: from_log.resets == ["topics"])


async def test_a_deactivated_user_is_closed(page: Pages, key: str, alice: Any) -> None:
    reader = await page(key).open()
    alice.is_active = False
    await in_database(alice.save)()
    await until(lambda: reader.closed == (SIGNED_OUT, "signed_out", False))
    await say("For all", to="all")
    assert reader.entries == []


async def test_a_session_that_signed_out_is_closed_although_its_row_is_still_there(
    page: Pages, key: str, alice: Any
) -> None:
    reader = await page(key).open()
    other = await page(await in_database(sign_in)(alice)).open()
    await in_database(rights_changed)([alice.pk], "signed_out", session_digest(key))
    await until(lambda: reader.closed)
    assert reader.closed == (SIGNED_OUT, "signed_out", False)
    assert await in_database(Session.objects.filter(session_key=key).exists)()
    await say("For all", to="all")
    await other.has("For all")
    assert other.kinds == ["ready"]


async def test_an_internal_event_is_never_sent(page: Pages, key: str, alice: Any) -> None:
    reader = await page(key).open()
    await in_database(rights_changed)([alice.pk], "password")
    await say("For all", to="all")
    await reader.has("For all")
    assert reader.resets == []


async def test_what_comes_while_rights_are_in_doubt_comes_after(
    relay: Relay, page: Pages, key: str, alice: Any
) -> None:
    reader = await page(key).open()
    await in_database(rights_changed)([alice.pk], "password")
    for number in range(5):
        await say(str(number), to="all")
    await reader.has(*"01234")


async def test_a_session_that_ends_by_the_clock_is_closed(
    relay: Relay, page: Pages, key: str
) -> None:
    reader = await page(key).open()
    await in_database(Session.objects.all().delete)()
    relay.parts.admissions.doubt_all()
    relay.parts.renewals.look_at([reader.connection], float("inf"))
    await until(lambda: reader.closed)


async def test_a_visitor_reads_public_rooms_until_they_are_private(
    page: Pages, database: str
) -> None:
    room = await in_database(Room.objects.create)(slug="lobby", name="Lobby", is_public=True)
    visitor = await page().open()
    await say("Hello", to="room:lobby")
    await visitor.has("Hello")
    assert json.loads(visitor.entries[0].data)["room"] == "lobby"
    room.is_public = False
    await in_database(room.save)()
    await say("Secret", to="room:lobby")
    await until(lambda: visitor.closed)
    assert "Secret" not in visitor.titles
