"""Disconnecting: in every process through the log, and whoever was sent away stays away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session

from notifications import log
from notifications.cursor import Cursor
from notifications.errors import BadRequest, Forbidden, NotFound, TooMany
from notifications.operating import ending
from notifications.relay import COME_BACK, SIGNED_OUT, Relay
from tests.relay.pages import DEADLINE, Page, in_database, sign_in, until

Pages = Callable[..., Page]

disconnect = in_database(ending.disconnect)
close = in_database(ending.close)
sign_out = in_database(ending.sign_out)


def operator(make_user: Callable[[str], Any], name: str = "operator") -> Any:
    """One who may see the page and disconnect others."""
    user = make_user(name)
    user.is_staff = True
    user.save()
    found = Permission.objects.filter(codename__in=["view_process", "disconnect"])
    user.user_permissions.set(found)
    return type(user).objects.get(pk=user.pk)


async def opened(page: Page, after: Cursor) -> Page | None:
    """The page, open; None if it is refused."""
    try:
        return await page.open(after)
    except TooMany:
        return None


@pytest_asyncio.fixture
async def boss(make_user: Callable[[str], Any]) -> Any:
    return await sync_to_async(operator)(make_user)


@pytest_asyncio.fixture
async def key(alice: Any) -> str:
    return await in_database(sign_in)(alice)


async def test_a_person_s_connections_are_closed_and_nobody_else_s(
    page: Pages, key: str, alice: Any, bob: Any, boss: Any
) -> None:
    hers = [await page(key, encoding).open() for encoding in ("websocket", "sse", "json")]
    his = await page(await in_database(sign_in)(bob)).open()
    await disconnect(alice, boss)
    await until(lambda: all(each.closed for each in hers))
    assert {each.closed for each in hers} == {(COME_BACK, "disconnected", True)}
    assert his.closed is None


async def test_whoever_was_disconnected_is_refused_for_a_while(
    relay: Relay, page: Pages, key: str, alice: Any, boss: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await page(key).open()
    admission = await relay.admit(key)
    await disconnect(alice, boss)
    await until(lambda: reader.closed)
    for again in (
        page(key).open(),
        page(key).open(ticket=reader.ticket),
        relay.poll(admission, None, session_key=key),
        relay.poll(admission, None, 5, session_key=key),
    ):
        with pytest.raises(TooMany) as refused:
            await again
        assert refused.value.code == "disconnected"
        assert 0 < refused.value.retry_after <= ending.AWAY_SECONDS


async def test_it_may_come_back_when_the_time_is_over_and_has_missed_nothing(
    page: Pages, key: str, alice: Any, boss: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "AWAY_SECONDS", 1)
    start = (await in_database(log.head)()).cursor
    reader = await page(key).open()
    await disconnect(alice, boss)
    await until(lambda: reader.closed)

    tries = 0
    async with asyncio.timeout(DEADLINE):
        while not (back := await opened(page(key), start)):
            tries += 1
            await asyncio.sleep(0.05)
    assert tries > 0
    assert back.resets == []


async def test_its_ticket_no_longer_spares_the_question(
    relay: Relay, page: Pages, key: str, alice: Any, boss: Any
) -> None:
    reader = await page(key).open()
    assert relay.ticket(await relay.admit(key), key)
    before = await relay.admit(key)
    await disconnect(alice, boss)
    await until(lambda: reader.closed)
    fresh = await relay.admit(key, (), reader.ticket)
    assert fresh is not before
    assert not fresh.by_ticket


async def test_one_connection_is_closed_and_its_person_may_come_back_at_once(
    page: Pages, key: str, alice: Any, boss: Any
) -> None:
    one, other = await page(key).open(), await page(key).open()
    assert one.connection
    await close(one.connection.tag, alice, boss)
    await until(lambda: one.closed)
    assert one.closed == (COME_BACK, "disconnected", True)
    assert other.closed is None
    await page(key).open()


async def test_a_tag_closes_only_a_connection_of_whom_the_order_is_about(
    page: Pages, key: str, alice: Any, bob: Any, boss: Any
) -> None:
    one, other = await page(key).open(), await page(key).open()
    assert one.connection
    assert other.connection
    for person in (None, bob):
        await close(one.connection.tag, person, boss)
    # Orders are obeyed in their order: when this one is, those before it were.
    await close(other.connection.tag, alice, boss)
    await until(lambda: other.closed)
    assert one.closed is None


async def test_a_visitor_s_connection_is_closed_by_its_tag(
    page: Pages, key: str, boss: Any
) -> None:
    visitor, reader = await page(None).open(), await page(key).open()
    assert visitor.connection
    await close(visitor.connection.tag, None, boss)
    await until(lambda: visitor.closed)
    assert reader.closed is None


async def test_signing_out_ends_all_sessions_and_closes_the_connections(
    page: Pages, key: str, alice: Any, bob: Any, boss: Any
) -> None:
    await in_database(sign_in)(alice)
    his = await in_database(sign_in)(bob)
    reader, other = await page(key).open(), await page(his).open()
    assert await sign_out(alice, boss) == 2
    await until(lambda: reader.closed)
    assert reader.closed == (SIGNED_OUT, "signed_out", False)
    assert other.closed is None
    left = Session.objects.values_list("session_key", flat=True)
    assert await in_database(list)(left) == [his]


@pytest.mark.usefixtures("database")
def test_it_refuses_to_sign_out_where_nobody_knows_whose_a_session_is(
    alice: Any, make_user: Callable[[str], Any], settings: Any
) -> None:
    boss = operator(make_user)
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    with pytest.raises(BadRequest):
        ending.sign_out(alice, boss)


@pytest.mark.usefixtures("database")
def test_only_who_has_the_permission_may_and_no_one_above_him_is_disconnected(
    alice: Any, bob: Any, charlie: Any, make_user: Callable[[str], Any]
) -> None:
    boss, chief = operator(make_user), make_user("chief")
    chief.is_staff = chief.is_superuser = True
    chief.save()
    bob.is_staff = True
    bob.save()
    for by in (bob, charlie):
        with pytest.raises(Forbidden):
            ending.disconnect(alice, by)
    for order in (ending.disconnect, ending.sign_out):
        with pytest.raises(Forbidden):
            order(chief, boss)
    with pytest.raises(NotFound):
        ending.close("no tag", alice, boss)
    ending.disconnect(boss, chief)
    assert LogEntry.objects.count() == 1


@pytest.mark.usefixtures("database")
def test_it_is_noted_where_the_admin_shows_it(
    alice: Any, make_user: Callable[[str], Any], caplog: pytest.LogCaptureFixture
) -> None:
    boss = operator(make_user)
    ending.disconnect(alice, boss)
    ending.close("0" * 16, None, boss)
    notes = LogEntry.objects.order_by("id").values_list(
        "user_id", "object_id", "object_repr", "change_message"
    )
    assert list(notes) == [
        (boss.pk, str(alice.pk), "alice", "Disconnected."),
        (boss.pk, None, "A visitor", "One connection closed."),
    ]
    assert [line for record in caplog.records if "by=" in (line := record.getMessage())] == [
        f"disconnected by={boss.pk} user={alice.pk} how=person",
        f"disconnected by={boss.pk} how=connection connection={'0' * 16}",
    ]
