"""Tickets at the relay: they spare a question, and a right that was withdrawn ends them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session

from notifications import notify, tickets
from notifications.cursor import Cursor
from notifications.models import Membership, Room
from notifications.publishing import rights_changed
from notifications.relay import SIGNED_OUT, Relay
from notifications.rights import admit, session_digest
from tests.publishing.test_rights import sign_in as stored
from tests.relay.pages import Page, in_database, sign_in, until

Pages = Callable[..., Page]

say = in_database(notify)


@pytest.fixture(autouse=True)
def _patience(settings: Any) -> None:
    # A machine may be so busy that a test takes longer than a ticket lives.
    settings.NOTICEBOARD = {"TICKET_SECONDS": 1_000, "REVALIDATE_SECONDS": 2_000}


@pytest_asyncio.fixture
async def key(alice: Any) -> str:
    return await in_database(sign_in)(alice)


@pytest_asyncio.fixture
async def ops(alice: Any) -> Group:
    def make() -> Group:
        group = Group.objects.create(name="ops")
        alice.groups.add(group)
        return group

    return await in_database(make)()


@pytest_asyncio.fixture
async def ticket(page: Pages, key: str, ops: Group) -> str:
    """That of a page of alice's, who is in ops."""
    reader = await page(key).open()
    reader.leave()
    assert reader.ticket
    return reader.ticket


async def forget(relay: Relay) -> None:
    """As a process that has just started, whose memory has been loaded from the log."""
    await relay.parts.follower.follow()
    await relay.parts.follower.load()
    relay.parts.admissions.doubt_all()


async def silently_ended(key: str) -> None:
    """End a session in a way that sends no signal: only who asks the database knows of it."""
    await in_database(Session.objects.filter(session_key=key).delete)()


async def test_it_lets_in_without_the_session_being_looked_at(
    relay: Relay, page: Pages, alice: Any, key: str, ops: Group, ticket: str
) -> None:
    await forget(relay)
    await silently_ended(key)
    reader = await page(key).open(ticket=ticket)
    assert reader.connection is not None
    admission = reader.connection.admission
    assert (admission.user_id, admission.by_ticket) == (alice.pk, True)
    assert admission.topics == {"all", f"user.{alice.pk}", f"group.{ops.pk}"}
    await say("Still told", to=ops)
    await reader.has("Still told")


async def test_the_session_is_looked_at_soon_after(
    relay: Relay, page: Pages, key: str, ticket: str
) -> None:
    await forget(relay)
    await silently_ended(key)
    reader = await page(key).open(ticket=ticket)
    assert reader.connection is not None
    assert reader.connection.renew_at - asyncio.get_running_loop().time() < 6
    relay.parts.renewals.look_at([reader.connection], float("inf"))
    await until(lambda: reader.closed == (SIGNED_OUT, "signed_out", False))


async def test_the_next_ticket_is_no_younger_than_the_session_was_looked_at(
    relay: Relay, page: Pages, key: str, ticket: str
) -> None:
    await forget(relay)
    reader = await page(key).open(ticket=ticket)
    first, second = (tickets.unseal(each or "", key, ()) for each in (ticket, reader.ticket))
    assert first is not None
    assert second is not None
    assert second.admission.checked == first.admission.checked


async def test_who_is_remembered_needs_none(relay: Relay, key: str, ticket: str) -> None:
    await silently_ended(key)
    assert not (await relay.admit(key, (), "rubbish")).anonymous


def deactivate(it: SimpleNamespace) -> None:
    it.alice.is_active = False
    it.alice.save()


def new_password(it: SimpleNamespace) -> None:
    it.alice.set_password("another")
    it.alice.save()


def leave(it: SimpleNamespace) -> None:
    it.alice.groups.remove(it.ops)


def delete_the_group(it: SimpleNamespace) -> None:
    it.ops.delete()


def join_a_room(it: SimpleNamespace) -> None:
    room = Room.objects.create(slug="den", name="Den")
    Membership.objects.create(room=room, user=it.alice)


def become_staff(it: SimpleNamespace) -> None:
    it.alice.is_staff = True
    it.alice.save()


def sign_out(it: SimpleNamespace) -> None:
    Session.objects.filter(session_key=it.key).delete()
    rights_changed([it.alice.pk], "signed_out", session_digest(it.key))


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    "change",
    [deactivate, new_password, leave, delete_the_group, join_a_room, become_staff, sign_out],
)
async def test_a_change_of_rights_ends_it(
    relay: Relay,
    alice: Any,
    key: str,
    ops: Group,
    ticket: str,
    change: Callable[[SimpleNamespace], None],
    restarted: bool,
) -> None:
    await in_database(change)(SimpleNamespace(alice=alice, key=key, ops=ops))
    if restarted:
        await forget(relay)
    else:
        await relay.parts.follower.follow()
    admission = await relay.admit(key, (), ticket)
    assert not admission.by_ticket
    assert admission == await in_database(admit)(key)


async def test_a_room_that_is_closed_to_others_ends_it(
    relay: Relay, page: Pages, bob: Any, ticket: str
) -> None:
    room = await in_database(Room.objects.create)(slug="hall", name="Hall", is_public=True)
    key, asked = await in_database(sign_in)(bob), ("room.hall",)
    reader = await page(key).open(asked=asked)
    room.is_public = False
    await in_database(room.save)()
    await forget(relay)
    admission = await relay.admit(key, asked, reader.ticket)
    assert not admission.by_ticket
    assert "room.hall" not in admission.topics


async def test_the_log_out_of_another_session_does_not_end_it(
    relay: Relay, alice: Any, key: str, ticket: str
) -> None:
    other = await in_database(sign_in)(alice)
    await in_database(rights_changed)([alice.pk], "signed_out", session_digest(other))
    await forget(relay)
    assert (await relay.admit(key, (), ticket)).by_ticket


async def test_changes_of_others_do_not_end_it(
    relay: Relay, bob: Any, key: str, ticket: str
) -> None:
    await in_database(rights_changed)([bob.pk], "password")
    await say("And much else", to="all")
    await forget(relay)
    assert (await relay.admit(key, (), ticket)).by_ticket


async def test_the_session_decides_where_memory_does_not_reach_back(
    relay: Relay, key: str, ticket: str
) -> None:
    await say("Since then", to="all")
    await forget(relay)
    relay.parts.memory.restart(relay.parts.memory.head, [])
    assert not (await relay.admit(key, (), ticket)).by_ticket


@pytest.mark.parametrize("ahead", [0, 1, 1_000])
async def test_the_session_decides_if_the_log_is_another_one(
    relay: Relay, key: str, ticket: str, ahead: int
) -> None:
    found = tickets.unseal(ticket, key, ())
    assert found is not None
    foreign = tickets.seal(found.admission, Cursor(found.cursor.seq + ahead, "0badc0de"))
    await forget(relay)
    assert not (await relay.admit(key, (), foreign)).by_ticket


async def test_it_is_nothing_in_other_hands(relay: Relay, bob: Any, key: str, ticket: str) -> None:
    others = await in_database(sign_in)(bob)
    await forget(relay)
    assert (await relay.admit(others, (), ticket)).user_id == bob.pk
    assert (await relay.admit(None, (), ticket)).anonymous
    assert (await relay.admit("0123456789abcdefghijklmnopqrstuv", (), ticket)).anonymous
    more = await relay.admit(key, ("room.den",), ticket)
    assert not more.by_ticket


async def test_what_comes_into_doubt_after_it_has_let_in_waits_for_the_session(
    relay: Relay, page: Pages, alice: Any, key: str, ops: Group, ticket: str
) -> None:
    await forget(relay)
    reader = await page(key).open(ticket=ticket)
    await in_database(alice.groups.remove)(ops)
    await say("For ops", to=ops)
    await say("For all", to="all")
    await reader.has("For all")
    assert reader.resets == ["topics"]


async def test_a_session_that_signed_out_stays_out_although_its_row_is_still_there(
    relay: Relay, alice: Any, key: str, ticket: str
) -> None:
    await in_database(rights_changed)([alice.pk], "signed_out", session_digest(key))
    await relay.parts.follower.follow()
    assert (await relay.admit(key, (), ticket)).anonymous


async def test_what_the_log_says_of_rights_is_remembered_within_bounds(relay: Relay) -> None:
    changes = relay.parts.admissions._changes
    for first in range(0, 25_000, 500):
        await in_database(rights_changed)(range(first, first + 500), "topics")
    await relay.parts.follower.follow()
    head = relay.parts.memory.head
    assert changes.none_since(head, ["user.1", "user.24999"])
    relay.parts.memory.restart(head, relay.parts.memory.newest(2))
    await in_database(rights_changed)([1], "topics")
    await relay.parts.follower.follow()
    assert not changes.none_since(head, ["user.1"])
    assert changes.none_since(head, ["user.24999"])
    assert len(changes._last) <= 1_501
    assert json.loads(relay.parts.memory.newest(1)[0].data)["reason"] == "topics"


@pytest.mark.parametrize("engine", ["cache", "cached_db", "file", "signed_cookies"])
async def test_it_is_bound_to_the_cookie_of_any_session_store(
    relay: Relay, alice: Any, settings: Any, tmp_path: Any, engine: str
) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    key, other = await in_database(stored)(alice), await in_database(stored)(alice)
    await until(relay.parts.clockwork.loaded.is_set)
    ticket = relay.ticket(await relay.admit(key), key)
    assert ticket
    await forget(relay)
    admission = await relay.admit(key, (), ticket)
    assert (admission.user_id, admission.by_ticket) == (alice.pk, True)
    assert not (await relay.admit(other + "x", (), ticket)).by_ticket
    await in_database(rights_changed)([alice.pk], "signed_out", session_digest(key))
    await relay.parts.follower.follow()
    assert (await relay.admit(key, (), ticket)).anonymous
