"""The meter: it counts what a run's connections cost, and touches no others."""

from collections.abc import Iterator
from typing import Any

import pytest

from notifications.lab.accounts import Traffic, close_account, open_account
from notifications.lab.meter import metered
from notifications.lab.plan import Plan
from notifications.relay import text_frame

TOPIC = "lab.1-abc"
REQUEST = b"GET /events/?topic=lab.1-abc HTTP/1.1\r\nhost: a\r\n\r\n"


@pytest.fixture
def meter() -> Iterator[dict[str, Traffic]]:
    yield open_account(TOPIC, Plan(5, 100, 10, 1)).traffic
    close_account(TOPIC)


class Wire:
    def __init__(self) -> None:
        self.sent = b""
        self.settled = False

    def write(self, payload: bytes) -> int:
        self.sent += payload
        return 7

    def waiting(self) -> int:
        return 7

    def abort(self) -> None:
        pass

    def settle(self) -> None:
        self.settled = True


def scope(kind: str = "http", topic: str = TOPIC, more: str = "", **fields: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "method": "GET",
        "path": "/events/",
        "query_string": f"topic={topic}{more}".encode(),
        "headers": [(b"host", b"a")],
        "client": ["127.0.0.1", 4000],
    } | fields


def answering(*events: dict[str, Any]) -> Any:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        for event in events:
            await send(event)

    return application


def response(status: int, *parts: bytes, length: int | None = None) -> Any:
    headers = [] if length is None else [(b"content-length", b"%d" % length)]
    bodies = [
        {"type": "http.response.body", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, 1)
    ]
    return answering({"type": "http.response.start", "status": status, "headers": headers}, *bodies)


async def nothing() -> dict[str, Any]:
    return {"type": "http.disconnect"}


async def ignore(event: dict[str, Any]) -> None:
    pass


async def test_it_counts_an_answer_with_its_length(meter: dict[str, Traffic]) -> None:
    body = b'{"events":[]}'
    await metered("poll", response(200, body, length=13))(scope(), nothing, ignore)
    traffic = meter["poll"]
    raw = b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\nServer: daphne\r\n\r\n" + body
    assert (traffic.wire_in, traffic.wire_out) == (len(REQUEST), len(raw))
    assert (traffic.requests, traffic.answers, traffic.empty, traffic.body) == (1, 1, 1, 13)
    assert traffic.open == 0


async def test_it_counts_an_answer_in_chunks(meter: dict[str, Traffic]) -> None:
    await metered("sse", response(200, b"x" * 20, b"", b"y"))(scope(), nothing, ignore)
    raw = (
        b"HTTP/1.1 200 OK\r\nServer: daphne\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"14\r\nxxxxxxxxxxxxxxxxxxxx\r\n1\r\ny\r\n0\r\n\r\n"
    )
    assert meter["sse"].wire_out == len(raw)
    assert meter["sse"].body == 21


async def test_it_knows_long_polling_by_its_wait(meter: dict[str, Traffic]) -> None:
    await metered("poll", response(304, b""))(scope(more="&after=1.a&wait=25"), nothing, ignore)
    assert meter["longpoll"].requests == 1
    assert meter["longpoll"].empty == 1
    assert meter["poll"].requests == 0


async def test_it_counts_frames_both_ways(meter: dict[str, Traffic]) -> None:
    frames = text_frame(b"abc") + text_frame(b"x" * 300)
    wire = Wire()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        inner = scope["extensions"]["noticeboard.wire"]["wire"]
        inner.write(frames)
        assert inner.waiting() == 7
        await receive()

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.receive", "text": "é"}

    extended = scope("websocket", extensions={"noticeboard.wire": {"wire": wire}})
    await metered("websocket", application)(extended, receive, ignore)
    traffic = meter["websocket"]
    assert wire.sent == frames
    assert traffic.body == 303
    upgrade = traffic.wire_out - len(frames)
    assert 100 < upgrade < 200
    assert traffic.wire_in == len(REQUEST) + 2 + 4 + 2


@pytest.mark.parametrize("topic", ["room.lobby", "lab.2-other", "lab."])
async def test_it_leaves_others_alone(meter: dict[str, Traffic], topic: str) -> None:
    given = scope(topic=topic)
    seen = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope is given, receive is nothing, send is ignore))

    await metered("sse", application)(given, nothing, ignore)
    assert seen == [(True, True, True)]
    assert not any(traffic.requests for traffic in meter.values())
