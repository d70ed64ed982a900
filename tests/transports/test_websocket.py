"""The WebSocket: who is let in, what is answered, and what closes it."""

from __future__ import annotations

import contextlib
import json
import re
import time
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from tests.chaos.raw import Raw
from tests.chaos.raw import frame as frame_of
from tests.support.site import Site
from tests.transports.conftest import SECONDS, frame, reply, socket_to

BAD_JSON = [
    "",
    "{",
    "[]",
    '"text"',
    "null",
    '{"do":"ping","x":NaN}',
    '{"do":"ping","x":Infinity}',
    '{"do":"ping","do":"read"}',
    '{"do":"ping","x":"\\ud800"}',
    '{"do":"ping","x":"\\u0000"}',
    '{"do":"ping","x":' + "9" * 5000 + "}",
    '{"do":"ping","x":' + "[" * 5000 + "]" * 5000 + "}",
]
BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({}, "bad_request"),
    ({"do": 7}, "bad_request"),
    ({"do": "fly"}, "unknown_action"),
    ({"do": "ping", "extra": 1}, "unknown_field"),
    ({"do": "read"}, "bad_request"),
    ({"do": "read", "ids": "1"}, "wrong_type"),
    ({"do": "read", "ids": [True]}, "wrong_type"),
    ({"do": "read", "ids": [1.0]}, "wrong_type"),
    ({"do": "read", "ids": []}, "bad_request"),
    ({"do": "read", "ids": list(range(1, 300))}, "bad_request"),
    ({"do": "read", "ids": [2**62]}, "not_found"),
    ({"do": "snooze", "ids": [1], "until": "tomorrow"}, "bad_request"),
    ({"do": "read_all", "cursor": "١.abcdef12"}, "bad_cursor"),
    ({"do": "got", "cursor": "x"}, "bad_cursor"),
    ({"do": "ping", "ref": {}}, "wrong_type"),
]


def closed_with(socket: ClientConnection) -> int | None:
    """Read on until the server closes; its code."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=SECONDS)
    return socket.close_code


def refused_with(site: Site, cookie: dict[str, str], origin: str | None) -> int | None:
    """The close code, or the status where the handshake itself is refused."""
    try:
        with socket_to(site, cookie, origin=origin) as socket:
            return closed_with(socket)
    except InvalidStatus as refused:
        return refused.response.status_code


def test_it_says_ready_and_then_tells_what_is_published(
    site: Site, people: SimpleNamespace, cookie: dict[str, str]
) -> None:
    with socket_to(site, cookie) as socket:
        ready = frame(socket)
        assert ready["control"] == "ready"
        # A ticket comes with it where the session was looked at just now.
        assert set(ready) - {"ticket"} == {"control", "cursor", "client", "heartbeat", "user"}
        site.do("notify", title="hello", to=[people.alice_topic])
        told = frame(socket)
    assert told["type"] == "notification.created"
    assert told["data"]["title"] == "hello"
    assert "topic" not in told


def test_it_answers_each_frame_with_its_ref(site: Site, cookie: dict[str, str]) -> None:
    with socket_to(site, cookie) as socket:
        for ref in (1, "a", 0):
            socket.send(json.dumps({"ref": ref, "do": "ping"}))
            assert reply(socket) == {"ref": ref, "ok": True}


def test_it_reads_a_notification(
    site: Site, people: SimpleNamespace, cookie: dict[str, str]
) -> None:
    number = site.do("notify", title="to be read", to=[people.alice_topic])
    with socket_to(site, cookie) as socket:
        socket.send(json.dumps({"ref": 1, "do": "read", "ids": [number]}))
        assert reply(socket) == {"ref": 1, "ok": True, "changed": 1, "ids": [number]}


def test_it_does_not_tell_what_is_anothers_from_what_is_not_there(
    site: Site, people: SimpleNamespace, cookie: dict[str, str]
) -> None:
    number = site.do("notify", title="bob's", to=[people.bob_topic])
    with socket_to(site, cookie) as socket:
        errors = []
        for each in (number, number + 1_000_000):
            socket.send(json.dumps({"ref": 1, "do": "read", "ids": [each]}))
            errors.append(reply(socket))
    assert errors[0] == errors[1]
    assert errors[0]["error"]["code"] == "not_found"


def test_it_answers_bad_json_with_a_code_and_stays_open(site: Site, cookie: dict[str, str]) -> None:
    with socket_to(site, cookie) as socket:
        for text in BAD_JSON:
            socket.send(text)
            assert reply(socket)["error"]["code"] == "bad_json", text[:60]
        socket.send(b"\x00\x01")
        assert reply(socket)["error"]["code"] == "wrong_type"
        socket.send('{"ref":1,"do":"ping"}')
        assert reply(socket)["ok"]


def test_it_answers_wrong_fields_with_a_code_and_stays_open(
    site: Site, cookie: dict[str, str]
) -> None:
    with socket_to(site, cookie) as socket:
        for fields, code in BAD_FIELDS:
            socket.send(json.dumps({"ref": 5, **fields}))
            assert reply(socket)["error"]["code"] == code, fields
        socket.send('{"ref":1,"do":"ping"}')
        assert reply(socket)["ok"]


def test_it_refuses_more_actions_than_the_allowance(site: Site, people: SimpleNamespace) -> None:
    bob = {"Cookie": f"sessionid={people.session['bob']}"}
    with socket_to(site, bob) as socket:
        for ref in range(70):
            socket.send(json.dumps({"ref": ref, "do": "ping"}))
        answers = [reply(socket) for _ in range(70)]
    refused = [each["error"] for each in answers if "error" in each]
    assert len(refused) == 10
    assert {each["code"] for each in refused} == {"too_many"}
    assert all(0 < each["retry_after"] <= 60 for each in refused)


def test_it_closes_on_a_flood_of_frames(site: Site, cookie: dict[str, str]) -> None:
    with socket_to(site, cookie) as socket:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(5000):
                socket.send("x" * 1000)
        assert closed_with(socket) == 4409


def test_frames_that_come_together_are_answered_in_their_order(
    site: Site, cookie: dict[str, str]
) -> None:
    key = cookie["Cookie"].partition("=")[2]
    with contextlib.closing(Raw("websocket", site.address(), key)) as raw:
        said = b"".join(frame_of(f'{{"ref":{number},"do":"got"}}') for number in range(100))
        # One of them longer than what is read at once, and the last in two parts.
        long = frame_of(json.dumps({"ref": "long", "do": "got", "more": "x" * 5_000}))
        raw.socket.setblocking(True)
        raw.socket.sendall(long + said[:-5])
        time.sleep(0.1)
        raw.socket.sendall(said[-5:])
        got = b""
        while b'"ref":99,' not in got:
            got += raw.socket.recv(65_536)
    assert [int(each) for each in re.findall(rb'"ref":(\d+),"error"', got)] == list(range(100))
    assert b'"ref":"long"' in got


def test_it_closes_on_a_frame_over_the_limit(site: Site, cookie: dict[str, str]) -> None:
    with socket_to(site, cookie) as socket:
        assert frame(socket)["control"] == "ready"
        socket.send("x" * 65_537)
        assert closed_with(socket) == 1009


def test_it_takes_a_frame_at_the_limit(site: Site, cookie: dict[str, str]) -> None:
    with socket_to(site, cookie) as socket:
        socket.send("x" * 65_536)
        assert reply(socket)["error"]["code"] == "bad_json"


def test_it_closes_on_a_frame_in_thousands_of_pieces(site: Site, cookie: dict[str, str]) -> None:
    with socket_to(site, cookie) as socket:
        assert frame(socket)["control"] == "ready"
        with contextlib.suppress(ConnectionClosed):
            socket.send("" for _ in range(100_000))
        assert closed_with(socket) == 1008


@pytest.mark.parametrize(
    "cursor", ["abc", "-1.abcdef12", "1_0.abcdef12", "%D9%A1.abcdef12", "1.%00", "9" * 4096]
)
def test_it_answers_an_unreadable_cursor_with_a_reset(
    site: Site, people: SimpleNamespace, cookie: dict[str, str], cursor: str
) -> None:
    with socket_to(site, cookie, f"?after={cursor}") as socket:
        ready, reset = frame(socket), frame(socket)
        assert ready["control"] == "ready"
        assert reset == {"control": "reset", "cursor": ready["cursor"], "reason": "unreadable"}
        site.do("notify", title="goes on", to=[people.alice_topic])
        assert frame(socket)["data"]["title"] == "goes on"


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://{address}",
        "http://{address}.evil.example",
        "http://user@{address}",
        "http://{address}/path",
        "null",
        None,
    ],
)
def test_it_is_closed_to_pages_of_other_origins(
    site: Site, cookie: dict[str, str], origin: str | None
) -> None:
    named = origin.format(address=site.address()) if origin else None
    # The server's WebSocket library refuses what is malformed by itself.
    assert refused_with(site, cookie, named) in (4403, 400, 403)


def test_it_says_why_a_page_of_another_origin_is_refused(
    site: Site, cookie: dict[str, str]
) -> None:
    with socket_to(site, cookie, origin="https://evil.example") as socket:
        assert frame(socket)["error"]["code"] == "bad_origin"
        assert frame(socket)["come_back"] is False
        assert closed_with(socket) == 4403


def test_a_path_that_is_no_socket_is_refused_before_the_handshake(
    site: Site, cookie: dict[str, str]
) -> None:
    with pytest.raises(InvalidStatus) as refused, socket_to(site, cookie, "elsewhere/"):
        pass
    assert refused.value.response.status_code == 403


def test_a_subprotocol_that_is_no_text_is_a_bad_request(site: Site, cookie: dict[str, str]) -> None:
    headers = {**cookie, "Sec-WebSocket-Protocol": "caf\xe9"}
    with pytest.raises(InvalidStatus) as refused, socket_to(site, headers):
        pass
    assert refused.value.response.status_code == 400
