"""The canary: it takes the way of every event, reaches nobody, and is missed aloud."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from prometheus_client import REGISTRY

from notifications import log
from notifications.relay import Relay, canary
from notifications.relay.canary import ALARM, Canary
from notifications.relay.database import Threads
from tests.relay.pages import Page, sign_in, until

pytestmark = pytest.mark.django_db(transaction=True)


def misses() -> float:
    return sample("noticeboard_canary_misses_total")


def trips() -> float:
    return sample("noticeboard_canary_seconds_count")


def sample(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0.0


async def test_it_is_published_and_comes_back(relay: Relay) -> None:
    before = misses(), trips()
    await until(relay.parts.clockwork.loaded.is_set)
    await relay.parts.canary.send()
    assert (misses(), trips()) == (before[0], before[1] + 1)
    assert relay.parts.canary.missed == 0


async def test_nobody_is_sent_it(relay: Relay, page: Any, alice: Any) -> None:
    reader: Page = await page(await relay.run(sign_in, alice)).open()
    await relay.parts.canary.send()
    head = await relay.run(log.head)
    await until(lambda: relay.parts.memory.head == head.cursor)
    assert reader.entries == []
    entries = await relay.run(log.read, head.cursor.seq - 1, 1)
    assert [entry.type for entry in entries] == ["canary.sent"]
    assert entries[0].internal


async def test_that_of_another_process_is_not_taken_for_its_own(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    await until(relay.parts.clockwork.loaded.is_set)
    monkeypatch.setattr(canary, "PATIENCE_SECONDS", 0.5)
    publish = canary.publish
    monkeypatch.setattr(canary, "publish", lambda process, number: publish("f" * 8, number))
    await relay.parts.canary.send()
    assert relay.parts.canary.missed == 1


async def test_three_that_are_missed_are_an_error_once_and_the_return_is_told(
    relay: Relay, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await until(relay.parts.clockwork.loaded.is_set)
    run, before = Threads.run, misses()

    async def away(self: Threads, work: Any, *args: Any) -> Any:
        raise OSError("No database.")

    monkeypatch.setattr(Threads, "run", away)
    with caplog.at_level(logging.WARNING, canary.logger.name):
        for _ in range(ALARM - 1):
            await relay.parts.canary.send()
        assert not told(caplog)
        for _ in range(ALARM):
            await relay.parts.canary.send()
        assert [each.levelname for each in told(caplog)] == ["ERROR"]
        monkeypatch.setattr(Threads, "run", run)
        await relay.parts.canary.send()
    assert [each.levelname for each in told(caplog)] == ["ERROR", "WARNING"]
    assert misses() == before + 2 * ALARM - 1
    assert relay.parts.canary.missed == 0


def told(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [each for each in caplog.records if each.name == canary.logger.name]


async def test_it_is_sent_again_and_again(relay: Relay, settings: Any) -> None:
    settings.NOTICEBOARD = {"CANARY_SECONDS": 0.05}
    before = trips()
    relay.parts.begin_canary()
    await until(lambda: trips() >= before + 3)


async def test_it_may_be_turned_off(relay: Relay, settings: Any) -> None:
    settings.NOTICEBOARD = {"CANARY_SECONDS": 0}
    await Canary(relay._database).watch()
