"""On a server that is not ours: the same frames through ASGI's own send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from notifications import notify, relay
from notifications.routing import application
from notifications.transports.outlet import Queue

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 30


def scope(kind: str, path: str, user: Any = None, query: str = "") -> dict[str, Any]:
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
    if user is not None:
        client = Client()
        client.force_login(user)
        headers.append((b"cookie", b"sessionid=" + client.cookies["sessionid"].value.encode()))
    return {
        "type": kind,
        "method": "GET",
        "path": path,
        "headers": headers,
        "query_string": query.encode(),
        "scheme": "ws" if kind == "websocket" else "http",
    }


@asynccontextmanager
async def talking(asked: dict[str, Any], goodbye: str) -> AsyncIterator[ApplicationCommunicator]:
    communicator = ApplicationCommunicator(application, asked)
    try:
        yield communicator
    finally:
        await communicator.send_input({"type": goodbye})
        await communicator.wait(SECONDS)
        relay.current().stop()


async def told(communicator: ApplicationCommunicator) -> dict[str, Any]:
    """The next text frame that is no heartbeat."""
    while True:
        message = await communicator.receive_output(SECONDS)
        frame: dict[str, Any] = json.loads(message["text"])
        if frame.get("control") != "heartbeat":
            return frame


async def test_a_web_socket_gets_text_messages(alice: Any) -> None:
    asked = await sync_to_async(scope)("websocket", "/ws/", alice)
    async with talking(asked, "websocket.disconnect") as communicator:
        await communicator.send_input({"type": "websocket.connect"})
        assert (await communicator.receive_output(SECONDS))["type"] == "websocket.accept"
        assert (await told(communicator))["control"] == "ready"
        await sync_to_async(notify)("hello", to=alice)
        assert (await told(communicator))["data"]["title"] == "hello"
        await communicator.send_input(
            {"type": "websocket.receive", "text": '{"ref": 1, "do": "ping"}'}
        )
        assert await told(communicator) == {"ref": 1, "ok": True}


async def test_who_is_signed_out_is_accepted_told_and_closed() -> None:
    async with talking(scope("websocket", "/ws/"), "websocket.disconnect") as communicator:
        await communicator.send_input({"type": "websocket.connect"})
        assert (await communicator.receive_output(SECONDS))["type"] == "websocket.accept"
        assert (await told(communicator))["error"]["code"] == "signed_out"
        assert (await told(communicator))["come_back"] is False
        assert await communicator.receive_output(SECONDS) == {
            "type": "websocket.close",
            "code": 4401,
        }


async def test_a_stream_gets_pieces_of_a_body(alice: Any) -> None:
    asked = await sync_to_async(scope)("http", "/events/", alice)
    async with talking(asked, "http.disconnect") as communicator:
        await communicator.send_input({"type": "http.request"})
        start = await communicator.receive_output(SECONDS)
        assert start["status"] == 200
        first = await communicator.receive_output(SECONDS)
        assert b"event: stream-open" in first["body"]
        await sync_to_async(notify)("hello", to=alice)
        body = b""
        while b"hello" not in body:
            piece = await communicator.receive_output(SECONDS)
            assert piece["more_body"] is True
            body += piece["body"]


async def test_a_server_with_a_lifespan_is_answered() -> None:
    communicator = ApplicationCommunicator(application, {"type": "lifespan"})
    for step in ("startup", "shutdown"):
        await communicator.send_input({"type": f"lifespan.{step}"})
        answer = await communicator.receive_output(SECONDS)
        assert answer == {"type": f"lifespan.{step}.complete"}
    await communicator.wait(SECONDS)


async def test_a_queue_counts_what_the_server_has_not_taken() -> None:
    taken: list[dict[str, Any]] = []
    gate = asyncio.Event()

    async def send(message: dict[str, Any]) -> None:
        await gate.wait()
        taken.append(message)

    queue = Queue(send)
    for number in range(3):
        queue.put({"number": number}, size=10)
    await asyncio.sleep(0)
    assert queue.waiting() == 30
    gate.set()
    await queue.empty(SECONDS)
    assert queue.waiting() == 0
    assert [each["number"] for each in taken] == [0, 1, 2]


async def test_a_queue_whose_client_is_gone_forgets_what_waits() -> None:
    async def send(message: dict[str, Any]) -> None:
        raise OSError

    queue = Queue(send)
    queue.put({}, size=10)
    queue.put({}, size=10)
    await queue.empty(SECONDS)
    assert queue.waiting() == 0
    queue.put({}, size=10)
    assert queue.waiting() == 0
