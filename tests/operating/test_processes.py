"""The rows of the server processes: who runs, with what figures, and who is connected."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from notifications.models import Look, Process
from notifications.operating import looking, processes
from notifications.operating.processes import Identity
from notifications.relay import Relay
from notifications.relay.tasks import FAILURES, Outage
from notifications.topics import user_topic
from tests.relay.pages import DEADLINE, Page, in_database, sign_in

Pages = Callable[..., Page]


def rows() -> list[Process]:
    return list(Process.objects.order_by("started_at"))


def age(process: Identity, seconds: float) -> None:
    """Let a process have been silent for so long."""
    silent = timedelta(seconds=seconds)
    Process.objects.filter(pk=process.id).update(seen_at=F("seen_at") - silent)


async def row_when(condition: Callable[[Process], Any]) -> Process:
    """The only row, as soon as it is as it should be."""
    async with asyncio.timeout(DEADLINE):
        while True:
            found = await in_database(rows)()
            if found and condition(found[0]):
                return found[0]
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("database")
def test_a_process_has_one_row_however_often_it_writes() -> None:
    process = Identity()
    processes.write(process, {"users": 1})
    processes.write(process, {"users": 2}, {"": {"count": 0, "rows": []}})
    processes.write(process, {"users": 3})
    (row,) = processes.live()
    assert row.figures == {"users": 3}
    assert row.connections == {"": {"count": 0, "rows": []}}
    assert row.name == f"{process.host}/{process.pid}"


@pytest.mark.usefixtures("database")
def test_a_silent_process_does_not_count_and_is_forgotten_after_a_minute() -> None:
    silent, gone = Identity(), Identity()
    for each in (silent, gone):
        processes.write(each, {})
    age(silent, processes.LIVE_SECONDS + 1)
    age(gone, processes.GONE_SECONDS + 1)
    assert processes.live() == []
    fresh = Identity()
    processes.write(fresh, {})
    assert {row.pk for row in rows()} == {silent.id, fresh.id}


@pytest.mark.usefixtures("database")
def test_a_process_that_stops_takes_its_row_along() -> None:
    stops, stays = Identity(), Identity()
    for each in (stops, stays):
        processes.write(each, {})
    processes.end(stops)
    assert [row.pk for row in processes.live()] == [stays.id]


@pytest.mark.usefixtures("database")
def test_a_look_is_over_some_seconds_after_it_was_last_asked_for() -> None:
    looking.ask("user.7")
    looking.ask()
    looking.ask()
    assert looking.asked() == ["", "user.7"]
    old = timedelta(seconds=looking.LOOK_SECONDS + 1)
    Look.objects.filter(name="user.7").update(asked_at=F("asked_at") - old)
    assert looking.asked() == [""]
    looking.ask("user.8")
    assert not Look.objects.filter(name="user.7").exists()


async def test_a_relay_tells_its_figures(relay: Relay, page: Pages, alice: Any) -> None:
    key = await in_database(sign_in)(alice)
    await page(key, "websocket").open()
    await page(key, "sse").open()
    row = await row_when(lambda row: row.figures["users"] == 1)
    assert row.figures["connections"] == {"websocket": 1, "sse": 1, "longpoll": 0}
    assert row.figures["visitors"] == row.figures["behind"] == 0
    assert row.figures["events"] == 0
    assert row.layer.endswith("InMemoryChannelLayer")
    assert row.connections == {}


async def test_it_lists_its_connections_only_while_somebody_looks(
    relay: Relay, page: Pages, alice: Any, bob: Any
) -> None:
    for person in (alice, bob):
        await page(await in_database(sign_in)(person), "websocket").open()
    await in_database(looking.ask)(user_topic(alice))
    row = await row_when(lambda row: row.connections)
    (look,) = row.connections.values()
    assert look["count"] == 1
    (told,) = look["rows"]
    assert told.pop("id") != ""
    assert told.pop("at") == row.figures["head"]
    assert told.pop("seconds") < DEADLINE
    assert told == {
        "user": str(alice.pk),
        "name": "alice",
        "transport": "websocket",
        "state": "live",
        "lag": 0,
        "waiting": 0,
        "topics": 2,
    }
    await in_database(Look.objects.all().delete)()
    await row_when(lambda row: row.connections == {})


async def test_it_lists_the_newest_and_says_how_many_there_are(
    relay: Relay, page: Pages, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST_LISTED", 2)
    key = await in_database(sign_in)(alice)
    opened = [await page(key, "sse").open() for _ in range(3)]
    told = relay.parts.reports.listed(looking.EVERYBODY)
    assert told["count"] == 3
    newest = [each.connection.tag for each in reversed(opened) if each.connection]
    assert [row["id"] for row in told["rows"]] == newest[:2]


async def test_it_drains_and_its_row_is_gone(relay: Relay) -> None:
    await row_when(lambda row: True)
    await relay.drain(1)
    assert await in_database(rows)() == []


async def test_its_failures_are_told_with_their_kind_and_their_times(relay: Relay) -> None:
    outage = Outage("Reading the log")
    outage.failed(OSError("secret"))
    outage.failed(OSError("again"))
    assert (FAILURES[-1].error, FAILURES[-1].until) == ("OSError", None)
    outage.mended()
    (*_, told) = relay.parts.reports.figures()["failures"]
    assert told["what"] == "Reading the log"
    assert told["until"] >= told["since"]
    assert "secret" not in str(told)
