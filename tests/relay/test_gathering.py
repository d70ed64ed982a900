"""Sessions are looked at together: a storm of connects, and everybody's rights now and then."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from notifications import notify, rights
from notifications.errors import Unavailable
from notifications.relay import SIGNED_OUT, Relay
from notifications.relay.gathering import Gathering
from notifications.relay.tasks import Tasks
from notifications.rights import Admission, Key
from tests.relay.pages import Page, in_database, sign_in, until

Pages = Callable[..., Page]

say = in_database(notify)


class Asked:
    """A database that notes what it was asked, and answers when it may."""

    def __init__(self) -> None:
        self.questions: list[list[str | None]] = []
        self.may = asyncio.Event()
        self.may.set()
        self.broken: set[str] = set()
        self.error: Exception = ValueError("broken")

    async def __call__(self, keys: Sequence[Key]) -> list[Admission]:
        names = [key for key, _ in keys]
        self.questions.append(names)
        await self.may.wait()
        if self.broken.intersection(str(name) for name in names):
            raise self.error
        return [Admission(name, "", False, name, None, frozenset()) for name in names]


async def names(*answers: asyncio.Future[Admission]) -> list[Any]:
    found = await asyncio.gather(*answers, return_exceptions=True)
    return [each if isinstance(each, BaseException) else each.user_id for each in found]


async def test_what_is_asked_together_is_one_question() -> None:
    asked = Asked()
    gathering = Gathering(asked, Tasks())
    assert await names(*(gathering.of((name, ())) for name in "abca")) == ["a", "b", "c", "a"]
    assert asked.questions == [["a", "b", "c"]]


async def test_who_asks_meanwhile_is_in_the_next_question() -> None:
    asked = Asked()
    asked.may.clear()
    gathering = Gathering(asked, Tasks())
    first = gathering.of(("a", ()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [gathering.of((name, ())) for name in "abc"]
    asked.may.set()
    assert await names(first, *others) == ["a", "a", "b", "c"]
    # What is being read may be older than the question: "a" is asked for again.
    assert asked.questions == [["a"], ["a", "b", "c"]]


async def test_only_who_is_the_cause_of_an_error_gets_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked = Asked()
    asked.broken = {"b"}
    gathering = Gathering(asked, Tasks())
    with caplog.at_level(logging.CRITICAL):
        found = await names(*(gathering.of((name, ())) for name in "abc"))
    assert found[::2] == ["a", "c"]
    assert isinstance(found[1], ValueError)


async def test_a_database_that_is_away_is_told_to_all_and_not_asked_for_each() -> None:
    asked = Asked()
    asked.broken, asked.error = {"b"}, Unavailable()
    gathering = Gathering(asked, Tasks())
    found = await names(*(gathering.of((name, ())) for name in "abc"))
    assert all(isinstance(each, Unavailable) for each in found)
    assert len(asked.questions) == 1


async def test_who_gives_up_takes_nothing_from_the_others() -> None:
    asked = Asked()
    asked.may.clear()
    gathering = Gathering(asked, Tasks())
    first, second = gathering.of(("a", ())), gathering.of(("a", ()))
    first.cancel()
    asked.may.set()
    assert (await second).user_id == "a"


async def test_a_relay_that_stops_leaves_nobody_waiting() -> None:
    asked = Asked()
    asked.may.clear()
    tasks = Tasks()
    gathering = Gathering(asked, tasks)
    gathering.of(("a", ()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting = gathering.of(("b", ()))
    tasks.cancel()
    await asyncio.wait({waiting}, timeout=20)
    assert waiting.cancelled()


async def test_a_storm_is_few_questions() -> None:
    asked = Asked()
    gathering = Gathering(asked, Tasks())

    async def one(number: int) -> None:
        await asyncio.sleep(number / 2_000)
        await gathering.of((f"{number}", ()))

    await asyncio.gather(*map(one, range(1_000)))
    assert sum(map(len, asked.questions)) == 1_000
    assert len(asked.questions) <= 8


def signed_in_people(count: int) -> list[str]:
    users = [get_user_model().objects.create(username=f"u{number}") for number in range(count)]
    return [sign_in(user) for user in users]


async def test_a_thousand_rights_are_looked_at_again_with_few_questions(
    relay: Relay, page: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = await in_database(signed_in_people)(60)
    pages = [await page(key).open() for key in keys]
    sizes: list[int] = []
    ask = rights.admit_many

    def counted(wanted: Sequence[Key]) -> list[Admission]:
        sizes.append(len(wanted))
        return ask(wanted)

    monkeypatch.setattr(rights, "admit_many", counted)
    connections = [each.connection for each in pages if each.connection]
    before = {each: each.admission for each in connections}
    relay.parts.renewals.look_at(connections, float("inf"))
    await until(lambda: all(each.admission is not before[each] for each in connections))
    assert sizes == [60]
    await say("Still there", to="all")
    for each in pages:
        await each.has("Still there")
        assert each.resets == []


async def test_who_has_silently_ended_is_found_among_the_others(relay: Relay, page: Pages) -> None:
    keys = await in_database(signed_in_people)(3)
    pages = [await page(key).open() for key in keys]
    await in_database(Session.objects.filter(session_key=keys[1]).delete)()
    connections = [each.connection for each in pages if each.connection]
    relay.parts.renewals.look_at(connections, float("inf"))
    await until(lambda: pages[1].closed == (SIGNED_OUT, "signed_out", False))
    assert [each.closed for each in (pages[0], pages[2])] == [None, None]


async def test_looks_are_spread_over_time_and_come_in_time(relay: Relay, page: Pages) -> None:
    (key,) = await in_database(signed_in_people)(1)
    loop = asyncio.get_running_loop()
    connections = [(await page(key).open()).connection for _ in range(40)]
    relay.parts.renewals.plan([each for each in connections if each], loop.time())
    waits = [each.renew_at - loop.time() for each in connections if each]
    # At most 95 hundredths of two minutes, and on to the next even second.
    assert 0 < min(waits) < max(waits) <= 116
    assert len(Counter(round(wait) for wait in waits)) > 4


async def test_a_session_is_looked_at_when_it_ends_by_the_clock(relay: Relay, page: Pages) -> None:
    (key,) = await in_database(signed_in_people)(1)
    end = timezone.now() + timedelta(seconds=7)
    await in_database(Session.objects.update)(expire_date=end)
    reader = await page(key).open()
    assert reader.connection is not None
    assert reader.connection.renew_at - asyncio.get_running_loop().time() <= 7
