"""What a page says beside the log, over its socket and over HTTP: who may, and how often."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection

from tests.support.site import Site
from tests.transports.conftest import frame, socket_to

TOKEN = "b" * 32
POINT = {"x": 0.5, "y": 1, "name": ""}


def say(socket: ClientConnection, do: str, **fields: Any) -> dict[str, Any]:
    """Send one frame and return its answer; signal events in between are passed over."""
    socket.send(json.dumps({"ref": 1, "do": do, **fields}))
    while "ref" not in (answer := frame(socket)):
        pass
    return answer


def test_a_socket_tells_the_others_and_not_itself(
    site: Site, people: SimpleNamespace, cookie: dict[str, str]
) -> None:
    with socket_to(site, cookie) as page, socket_to(site, cookie) as other:
        assert frame(page)["control"] == frame(other)["control"] == "ready"
        assert say(page, "typing", room=people.den)["ok"] is True
        assert frame(other)["type"] == "typing"
        sent = say(page, "signal", type="pointer", to=f"room.{people.den}", data=POINT)
        heard = frame(other)
        assert heard["id"] == sent["id"]
        assert heard["data"] == {"x": 0.5, "y": 1, "name": "Alice Example"}
        assert say(page, "ping") == {"ref": 1, "ok": True}


@pytest.mark.parametrize(
    ("do", "fields", "code"),
    [
        ("typing", {}, "bad_request"),
        ("typing", {"room": 7}, "wrong_type"),
        ("typing", {"room": "no-such-room"}, "not_found"),
        ("typing", {"room": "ÄÖ"}, "bad_topic"),
        ("typing", {"room": "x" * 300}, "bad_topic"),
        ("typing", {"room": "x", "name": "Bob"}, "unknown_field"),
        ("signal", {"type": "pointer", "to": "user.999999", "data": POINT}, "not_found"),
        ("signal", {"type": "pointer", "to": "all", "data": POINT}, "forbidden"),
        ("signal", {"type": "pointer", "to": "client:me", "data": POINT}, "bad_audience"),
        ("signal", {"type": "pointer", "to": "client:0123456789abcdef", "data": {}}, "bad_event"),
        ("signal", {"type": "call", "to": "client:0123456789abcdef", "data": {}}, "forbidden"),
        ("signal", {"type": "presence.left", "to": "all", "data": {}}, "forbidden"),
        ("signal", {"type": "none", "to": "all", "data": {}}, "bad_event"),
        ("answer", {"call": "guessed", "ok": 1}, "not_found"),
        ("answer", {"call": "0" * 32}, "bad_request"),
        ("answer", {"call": "0" * 32, "error": {}}, "wrong_type"),
        ("answer", {"call": "0" * 32, "ok": 1, "error": "x"}, "unknown_field"),
    ],
)
def test_it_refuses(
    site: Site, cookie: dict[str, str], do: str, fields: dict[str, Any], code: str
) -> None:
    with socket_to(site, cookie) as page:
        frame(page)
        assert say(page, do, **fields)["error"]["code"] == code


def test_too_many_signals_are_refused_and_the_socket_stays(
    site: Site, people: SimpleNamespace, cookie: dict[str, str]
) -> None:
    with socket_to(site, cookie) as page:
        frame(page)
        answers = [say(page, "typing", room=people.den) for _ in range(60)]
        refused = [each["error"] for each in answers if "error" in each]
        assert refused
        assert refused[0]["code"] == "too_many"
        assert refused[0]["retry_after"] >= 1
        assert say(page, "ping")["ok"] is True


@pytest.mark.parametrize("made_up", [False, True])
def test_a_visitor_gains_nothing_by_connecting_again(
    site: Site, people: SimpleNamespace, made_up: bool
) -> None:
    asked = f"?topic=room.{people.lobby}"
    codes: list[str] = []
    for number in range(5):
        cookie = {"Cookie": f"sessionid={number:032x}"} if made_up else {}
        with socket_to(site, cookie, asked) as page:
            frame(page)
            for ref in range(40):
                page.send(json.dumps({"ref": ref, "do": "typing", "room": "none"}))
            while len(codes) < 40 * (number + 1):
                answer = frame(page)
                codes += [answer["error"]["code"]] if "ref" in answer else []
    # Forty in two seconds, and what fills up while a slow machine answers.
    assert "not_found" in codes
    assert "too_many" in codes


def test_over_http_too_many_are_429_with_retry_after(
    site: Site, people: SimpleNamespace, origin: str
) -> None:
    headers = {
        "Cookie": f"sessionid={people.session['bob']}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
    }
    with httpx.Client(base_url=origin, headers=headers, timeout=60) as http:
        for _ in range(2_000):
            answer = http.post("/api/calls/" + "0" * 32 + "/", json={"ok": 1})
            if answer.status_code != 200:
                break
        if answer.status_code == 200:
            pytest.fail("a page may answer without end")
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1
        # Only what Django answers has the headers of its middleware.
        assert "X-Frame-Options" in answer.headers
        again = http.post(answer.url, json={"ok": 1})
        assert (again.status_code, again.json()["error"]["code"]) == (429, "too_many")
        assert int(again.headers["Retry-After"]) >= 1
        assert "X-Frame-Options" not in again.headers
        other = http.post("/api/calls/" + "1" * 32 + "/", json={"ok": 1})
        assert "X-Frame-Options" in other.headers
        time.sleep(int(answer.headers["Retry-After"]))
        assert http.post(answer.url, json={"ok": 1}).status_code == 200


def test_over_http_it_needs_the_token(origin: str, cookie: dict[str, str]) -> None:
    answer = httpx.post(f"{origin}/api/signals/", json={"typing": "x"}, headers=cookie, timeout=60)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "csrf"
