"""Runs: who may start one, how large it may be, and that nothing is left of it when it stops."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from notifications import log, rights
from notifications.lab import runs
from notifications.lab.accounts import accounts
from notifications.lab.ticks import TICK, new_topic
from notifications.models import Event
from tests.support.site import wait_until

PLAN = {"rate": 20, "payload": 100, "seconds": 30, "poll_seconds": 5}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(alice: Any) -> Any:
    alice.is_staff = True
    alice.save()
    return alice


@pytest.fixture
def client(staff: Any) -> Iterator[Client]:
    signed_in = Client()
    signed_in.force_login(staff)
    yield signed_in
    for run in runs.working():
        run.stop()


def start(client: Client, **fields: Any) -> Any:
    return client.post("/api/lab/run/", PLAN | fields, content_type="application/json")


def stop(client: Client, topic: str) -> Any:
    return client.post("/api/lab/run/stop/", {"topic": topic}, content_type="application/json")


def state(client: Client) -> Any:
    return client.get("/api/lab/run/").json()


def threads() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("lab.")]


def test_it_shows_its_page_to_staff(client: Client) -> None:
    assert client.get("/lab/").status_code == 200


def test_l8_it_is_forbidden_to_others(client: Client, bob: Any) -> None:
    other = Client()
    assert other.get("/lab/").status_code == 302
    assert start(other).status_code == 401
    other.force_login(bob)
    assert other.get("/lab/").status_code == 403
    assert start(other).status_code == 403
    assert other.get("/api/lab/run/").status_code == 403
    assert other.get("/api/lab/time/").status_code == 403


def test_it_is_open_to_others_in_debug(settings: Any, bob: Any) -> None:
    settings.DEBUG = True
    other = Client()
    other.force_login(bob)
    assert other.get("/lab/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rate", 21),
        ("rate", 0),
        ("payload", 4097),
        ("payload", 1.5),
        ("seconds", 121),
        ("seconds", True),
        ("poll_seconds", 0.1),
        ("poll_seconds", None),
        ("latency", 1001),
        ("jitter", -1),
        ("drop", 21),
        ("compression", 1),
        ("more", 1),
    ],
)
def test_it_refuses_what_is_over_a_limit(client: Client, field: str, value: Any) -> None:
    assert start(client, **{field: value}).status_code == 400
    assert runs.working() == []


def test_it_allows_one_run_per_user(client: Client) -> None:
    topic = start(client).json()["topic"]
    refused = start(client)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert stop(client, "lab.0-another").status_code == 404
    assert stop(client, topic).status_code == 200
    assert start(client).status_code == 200


def test_it_sends_every_event_through_the_log(client: Client) -> None:
    begun = start(client, seconds=1, payload=10).json()
    assert begun["events"] == 20
    wait_until(lambda: not state(client)["emitting"], "it is done")
    assert state(client)["sent"] == 20
    log.stamp()
    assert Event.objects.filter(type=TICK, topics__contains=begun["topic"]).count() == 20
    stop(client, begun["topic"])
    assert not Event.objects.filter(type=TICK).exclude(data="{}").exists()


def test_it_leaves_nothing_behind_when_it_stops(client: Client) -> None:
    topic = start(client).json()["topic"]
    wait_until(lambda: state(client)["sent"], "the first event")
    assert threads() == [topic]
    stopped = stop(client, topic).json()
    assert threads() == []
    assert topic not in accounts
    assert not stopped["emitting"]
    assert stopped["sent"] == Event.objects.filter(type=TICK).count()


def test_its_topic_is_for_its_owner_only(client: Client, staff: Any, bob: Any) -> None:
    topic = new_topic(staff)
    assert rights.may_read(staff, topic)
    assert not rights.may_read(bob, topic)
    assert not rights.may_read(None, topic)


def pause(client: Client, topic: str, paused: Any) -> Any:
    body = {"topic": topic, "paused": paused}
    return client.post("/api/lab/run/pause/", body, content_type="application/json")


def test_it_rests_and_goes_on(client: Client) -> None:
    topic = start(client, seconds=2).json()["topic"]
    wait_until(lambda: state(client)["sent"], "the first event")
    assert pause(client, topic, True).json()["paused"]
    resting = wait_until(rests(client), "it has come to rest")
    assert resting["emitting"]
    assert not pause(client, topic, False).json()["paused"]
    wait_until(lambda: state(client)["sent"] == 40, "all events")
    assert pause(client, topic, "yes").status_code == 400
    stop(client, topic)
    assert state(client)["working"] == 0


def rests(client: Client) -> Any:
    seen: list[int] = []

    def same() -> Any:
        # Its thread may be about to append one when it is told to rest.
        run = state(client)
        seen.append(run["sent"])
        return len(seen) > 5 and len(set(seen[-5:])) == 1 and run

    return same


def test_a_run_that_rests_can_be_stopped(client: Client) -> None:
    topic = start(client).json()["topic"]
    pause(client, topic, True)
    assert not stop(client, topic).json()["emitting"]
    assert threads() == []


def test_it_says_where_there_are_no_live_addresses(client: Client) -> None:
    # The test client is a WSGI server to the page.
    page = client.get("/lab/").content.decode()
    assert "need an ASGI server" in page
    assert 'data-lab="wsgi"' in page
