"""The operators' page without JavaScript: who may see it, what it shows, how one disconnects."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from notifications import notify
from notifications.models import Event, Look, Process
from notifications.operating import looking, processes, tracing
from notifications.operating.processes import Identity
from notifications.publishing import rights_changed
from notifications.testing import stamped_events
from notifications.topics import user_topic
from tests.operating.test_ending import operator

pytestmark = pytest.mark.django_db

PAGE, API, DISCONNECT = "/operators/", "/api/operators/", "/operators/disconnect/"
TRACE = "/api/operators/trace/"
FIGURES = {
    "connections": {"websocket": 2, "sse": 1, "longpoll": 0},
    "users": 2,
    "visitors": 1,
    "rooms": 1,
    "catching_up": 0,
    "events": 0.4,
    "head": 1_234,
    "behind": 0,
    "megabytes": 61.2,
    "threads": 9,
    "failures": [],
}


def browse(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(make_user: Callable[[str], Any]) -> Client:
    """An operator's."""
    return browse(operator(make_user))


def orders(user: Any) -> list[Event]:
    """What the log has for nobody but one user."""
    return list(Event.objects.filter(topics=user_topic(user)))


def connection(user: Any, tag: str, seconds: int, **more: Any) -> dict[str, Any]:
    return {
        "id": tag * 16,
        "user": None if user is None else str(user.pk),
        "name": "" if user is None else f"{user.username.title()} Example",
        "transport": "websocket",
        "state": "live",
        "lag": 0,
        "waiting": 0,
        "seconds": seconds,
        "topics": 3,
        **more,
    }


def process(look: str | None = None, *rows: dict[str, Any], **figures: Any) -> Identity:
    made = Identity()
    lists = {} if look is None else {look: {"count": len(rows), "rows": list(rows)}}
    processes.write(made, {**FIGURES, **figures}, lists)
    return made


def test_only_staff_with_the_permission_sees_it(
    client: Client, alice: Any, make_user: Callable[[str], Any]
) -> None:
    staff = make_user("staff")
    staff.is_staff = True
    staff.save()
    for user in (alice, staff):
        outside = browse(user)
        assert outside.get(PAGE).status_code == outside.get(DISCONNECT).status_code == 403
        assert outside.get(API).status_code == 403
    assert client.get(PAGE).status_code == client.get(API).status_code == 200
    assert "/operators/" in client.get("/").content.decode()
    assert "/operators/" not in browse(staff).get("/").content.decode()


def test_the_admin_leads_to_it(client: Client) -> None:
    process()
    assert "/admin/notifications/process/" in client.get("/admin/").content.decode()
    answer = client.get("/admin/notifications/process/")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    row = Process.objects.get()
    assert client.post(f"/admin/notifications/process/{row.pk}/delete/").status_code == 403


def test_it_is_read_only_for_whoever_may_not_disconnect(client: Client, alice: Any) -> None:
    process("", connection(alice, "a", 5))
    assert f"{DISCONNECT}?connection=" in client.get(PAGE).content.decode()
    user = client.get(PAGE).wsgi_request.user
    user.user_permissions.set(user.user_permissions.exclude(codename="disconnect"))
    assert DISCONNECT + "?" not in client.get(PAGE).content.decode()
    assert client.post(DISCONNECT, {"user": alice.pk, "how": "person"}).status_code == 403
    assert not orders(alice)


def test_it_adds_up_what_the_processes_say(client: Client) -> None:
    process()
    process(behind=3, events=0.5)
    totals = client.get(API).json()["totals"]
    assert totals["shown"] == {
        "processes": "2",
        "connections": "6",
        "websocket": "4",
        "sse": "2",
        "longpoll": "0",
        "users": "4",
        "visitors": "2",
        "rooms": "1",
        "events": "0.5",
        "behind": "3",
        "head": "1,234",
    }


def test_a_silent_process_is_shown_but_not_counted(client: Client) -> None:
    silent = process()
    process()
    away = timedelta(seconds=processes.LIVE_SECONDS + 5)
    Process.objects.filter(pk=silent.id).update(seen_at=F("seen_at") - away)
    state = client.get(API).json()
    assert state["totals"]["processes"] == 1
    first, second = sorted(state["processes"], key=lambda each: not each["silent"])
    assert (first["id"], first["silent"], second["silent"]) == (silent.id, True, False)
    assert "silent for 20 s" in client.get(PAGE).content.decode()


def test_it_says_what_failed_and_for_how_long(client: Client) -> None:
    failure = {"what": "Reading the log", "error": "OSError", "since": time.time() - 90}
    process(failures=[{**failure, "until": None}, {**failure, "until": failure["since"] + 3}])
    text = client.get(PAGE).content.decode()
    assert "Reading the log failed 1 min ago for 3 s (OSError)" in text
    assert "Reading the log has failed for 1 min (OSError)" in text


def test_looking_at_it_asks_the_processes_for_their_connections(client: Client, alice: Any) -> None:
    process()
    assert "Asking the processes" in client.get(PAGE).content.decode()
    client.get(API, {"user": "alice"})
    assert set(looking.asked()) == {looking.EVERYBODY, user_topic(alice)}


def test_it_lists_connections_of_all_processes_newest_first(
    client: Client, alice: Any, bob: Any
) -> None:
    one = process("", connection(alice, "a", 50), connection(None, "b", 700))
    process("", connection(bob, "c", 10, transport="sse", state="behind", lag=7, waiting=2_000))
    state = client.get(API).json()
    assert [row["id"][0] for row in state["connections"]] == ["c", "a", "b"]
    assert state["line"] == "3 connections"
    first, _second, third = state["connections"]
    assert first["shown"] == {
        "who": "Bob Example",
        "username": "bob",
        "transport": "Server-sent events",
        "state": "Catching up",
        "lag": "7",
        "waiting": "2,000",
        "since": "10 s",
        "topics": "3",
        "process": f"{one.host}/{one.pid}",
    }
    assert third["shown"]["who"] == "A visitor"
    assert third["shown"]["since"] == "11 min"
    page = client.get(PAGE).content.decode()
    assert f"?connection={'a' * 16}&amp;user={alice.pk}" in page
    assert f'?connection={"b" * 16}"' in page


def test_it_narrows_the_list_to_one_who_signs_in_by_a_name(
    client: Client, alice: Any, bob: Any
) -> None:
    process(user_topic(alice), connection(alice, "a", 5))
    state = client.get(API, {"user": "alice"}).json()
    assert [row["username"] for row in state["connections"]] == ["alice"]
    for name in ("nobody", "a\0b"):
        found = client.get(API, {"user": name}).json()
        assert found["connections"] == []
        assert found["line"] == f"Nobody signs in as “{name}”."
    assert not Look.objects.exclude(name=user_topic(alice)).exists()


def test_it_escapes_what_people_call_themselves(client: Client, alice: Any) -> None:
    process("", connection(alice, "a", 5, name="<script>alert(1)</script>"))
    assert "<script>alert" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("fields", [{}, {"user": "0"}, {"user": "no"}, {"user": "9" * 30}])
def test_it_disconnects_nobody_who_does_not_exist(client: Client, fields: Any) -> None:
    assert client.get(DISCONNECT, fields).status_code == 404
    assert client.post(DISCONNECT, {**fields, "how": "person"}).status_code == 404


def test_it_asks_before_it_disconnects(client: Client, alice: Any) -> None:
    page = client.get(DISCONNECT, {"user": alice.pk, "connection": "a" * 16}).content.decode()
    assert "Disconnect alice" in page
    assert re.findall(r'name="how" value="(\w+)"', page) == ["connection", "person", "sign_out"]
    assert not orders(alice)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("person", "alice is disconnected for 60 seconds."),
        ("connection", "The connection is closed."),
        ("sign_out", "alice is signed out: 0 sessions ended."),
    ],
)
def test_it_says_what_it_has_done(client: Client, alice: Any, how: str, said: str) -> None:
    fields = {"user": alice.pk, "connection": "a" * 16, "how": how}
    assert said in client.post(DISCONNECT, fields, follow=True).content.decode()
    (event,) = orders(alice)
    assert event.type == ("rights.changed" if how == "sign_out" else "connections.ended")


def test_it_refuses_what_is_not_offered(client: Client, alice: Any) -> None:
    for fields in ({"user": alice.pk, "how": "connection"}, {"user": alice.pk, "how": "else"}):
        assert client.post(DISCONNECT, fields).status_code == 404
    assert client.post(DISCONNECT, {"connection": "a" * 16, "how": "sign_out"}).status_code == 404


def test_it_needs_the_token_of_its_form(alice: Any, make_user: Callable[[str], Any]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(operator(make_user))
    assert strict.post(DISCONNECT, {"user": alice.pk, "how": "person"}).status_code == 403
    assert not orders(alice)


def test_a_trace_begins_at_the_head_and_tells_no_contents(
    client: Client, alice: Any, bob: Any
) -> None:
    with stamped_events():
        notify("Before", to=alice)
    started = client.get(TRACE, {"user": "alice"}).json()
    assert started["events"] == []
    assert started["topics"] == ["all", user_topic(alice)]
    with stamped_events():
        notify("Secret", to=alice)
        notify("For others", to=bob)
        rights_changed([alice.pk], "topics")
    answer = client.get(TRACE, {"user": "alice", "after": started["cursor"]})
    assert "Secret" not in answer.content.decode()
    told = answer.json()
    kinds = [(each["type"], each["internal"], each["topics"]) for each in told["events"]]
    assert kinds == [
        ("notification.created", False, [user_topic(alice)]),
        ("rights.changed", True, [user_topic(alice)]),
    ]
    again = client.get(TRACE, {"user": "alice", "after": told["cursor"]}).json()
    assert (again["events"], again["cursor"]) == ([], told["cursor"])


def test_a_trace_comes_in_parts_and_misses_nothing(
    client: Client, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "MOST_EVENTS", 2)
    cursor = client.get(TRACE, {"user": "alice"}).json()["cursor"]
    with stamped_events():
        for number in range(5):
            notify(str(number), to=alice)
    seqs: list[int] = []
    while told := client.get(TRACE, {"user": "alice", "after": cursor}).json():
        if not told["events"]:
            break
        cursor = told["cursor"]
        seqs += [each["seq"] for each in told["events"]]
    assert len(seqs) == 5
    assert seqs == sorted(set(seqs))


def test_a_trace_of_another_log_begins_again(client: Client, alice: Any) -> None:
    told = client.get(TRACE, {"user": "alice", "after": "999999.abcdef"}).json()
    assert told["events"] == []
    assert told["cursor"] != "999999.abcdef"


def test_nobody_else_traces(client: Client, alice: Any) -> None:
    assert browse(alice).get(TRACE, {"user": "alice"}).status_code == 403
    assert client.get(TRACE, {"user": "nobody"}).status_code == 404
    assert client.get(TRACE, {"user": "alice", "after": "x"}).status_code == 400
