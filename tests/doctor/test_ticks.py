"""The ticks: for whoever has a pass, apart from one another, and silent for as long as is asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core import signing
from pytest_django import Settings

from notifications.doctor import ticks
from notifications.routing import application
from notifications.transports.readiness import readiness

SECONDS = 30
PATHS = {"http": "/events/ticks/", "websocket": "/ws/ticks/"}


@asynccontextmanager
async def talking(kind: str, query: str) -> AsyncIterator[ApplicationCommunicator]:
    asked = {
        "type": kind,
        "method": "GET",
        "path": PATHS[kind],
        "headers": [],
        "query_string": query.encode(),
    }
    communicator = ApplicationCommunicator(application, asked)
    first = {"type": "http.request"} if kind == "http" else {"type": "websocket.connect"}
    await communicator.send_input(first)
    try:
        yield communicator
    finally:
        await communicator.send_input({"type": f"{kind}.disconnect"})
        await communicator.wait(SECONDS)


async def sent(communicator: ApplicationCommunicator) -> list[tuple[dict[str, Any], float]]:
    """All that it sends to its end, each with its time."""
    found = []
    while True:
        message = await communicator.receive_output(SECONDS)
        found.append((message, time.monotonic()))
        last = message["type"] == "http.response.body" and not message.get("more_body")
        if last or message["type"] == "websocket.close":
            return found


def good() -> str:
    return f"pass={ticks.new_pass()}"


@pytest.mark.parametrize(
    "query", ["", "pass=", "pass=ticks", "pass=ticks:1:abc", "&".join(f"a{n}" for n in range(9))]
)
async def test_strangers_hold_no_connection(query: str) -> None:
    async with talking("http", query) as stream:
        ((start, _), (_body, _)) = await sent(stream)
        assert start["status"] == 403
    async with talking("websocket", query) as socket:
        ((close, _),) = await sent(socket)
        assert close["type"] == "websocket.close"


class Earlier(signing.TimestampSigner):
    def timestamp(self) -> str:
        return signing.b62_encode(int(time.time()) - ticks.PASS_SECONDS - 1)


async def test_a_pass_is_good_for_ten_minutes() -> None:
    async with talking("http", f"pass={Earlier(salt=ticks.SALT).sign('ticks')}") as stream:
        assert (await sent(stream))[0][0]["status"] == 403


async def test_three_ticks_come_apart_in_a_stream() -> None:
    async with talking("http", good()) as stream:
        (start, _), *events, (end, _) = await sent(stream)
    assert (b"x-accel-buffering", b"no") in start["headers"]
    assert [each["body"] for each, _ in events] == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n"]
    assert events[-1][1] - events[0][1] >= 0.3
    assert end["body"] == b""


async def test_three_ticks_come_apart_over_a_websocket() -> None:
    async with talking("websocket", good()) as socket:
        (accept, _), *frames, (close, _) = await sent(socket)
    assert accept["type"] == "websocket.accept"
    assert [each["text"] for each, _ in frames] == ["0", "1", "2"]
    assert frames[-1][1] - frames[0][1] >= 0.3
    assert close["code"] == 1000


@pytest.mark.parametrize("kind", PATHS)
async def test_it_is_silent_for_longer_than_a_heartbeat(settings: Settings, kind: str) -> None:
    settings.NOTICEBOARD = {"HEARTBEAT_SECONDS": 0.5}
    async with talking(kind, f"{good()}&idle=1") as silent:
        _start, (_first, begun), (_second, ended), _end = await sent(silent)
    assert ended - begun >= 0.4


@pytest.fixture
def draining() -> Iterator[Any]:
    yield lambda: setattr(readiness, "draining", True)
    readiness.draining = False


@pytest.mark.parametrize("kind", PATHS)
async def test_it_does_not_hold_up_a_process_that_is_to_stop(kind: str, draining: Any) -> None:
    start = time.monotonic()
    async with talking(kind, f"{good()}&idle=1") as silent:
        while (await silent.receive_output(SECONDS)).get("text") != "0" and kind == "websocket":
            pass
        draining()
        await sent(silent)
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("kind", PATHS)
async def test_it_ends_when_who_asked_has_gone(kind: str) -> None:
    start = time.monotonic()
    async with talking(kind, f"{good()}&idle=1") as silent:
        await silent.receive_output(SECONDS)
        await asyncio.sleep(0)
    assert time.monotonic() - start < 20
