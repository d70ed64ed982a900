"""Readers for the benches, one per transport, made of clients that are not ours."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import httpx_sse
import websockets

#: Pause of the reader that polls; half of it is its part of the latency.
POLL_SECONDS = 0.25
#: A reader that has not got everything so long after the last event has lost something.
DEADLINE = 30.0


@dataclass
class Reader:
    """Where a reader connects, and what it got: title → nanoseconds."""

    address: str
    session: str
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    got: dict[str, int] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}"}

    def take(self, event: dict[str, Any]) -> None:
        if event.get("type") == "notification.created":
            self.got[event["data"]["title"]] = time.monotonic_ns()
            self.changed.set()

    async def until(self, count: int) -> None:
        """Return when so many events have come."""
        while len(self.got) < count:
            self.changed.clear()
            await self.changed.wait()


async def web_socket(reader: Reader) -> None:
    """Read over a WebSocket."""
    origin: Any = f"http://{reader.address}"
    async with websockets.connect(
        f"ws://{reader.address}/ws/", additional_headers=reader.headers, origin=origin
    ) as socket:
        async for text in socket:
            reader.ready.set()
            reader.take(json.loads(text))


async def event_stream(reader: Reader) -> None:
    """Read server-sent events."""
    async with client(reader) as http, httpx_sse.aconnect_sse(http, "GET", "/events/") as source:
        async for sent in source.aiter_sse():
            reader.ready.set()
            reader.take(json.loads(sent.data))


async def long_polling(reader: Reader) -> None:
    """Ask again as soon as there is an answer."""
    await poll(reader, wait=20, pause=0)


async def polling(reader: Reader) -> None:
    """Ask every POLL_SECONDS."""
    await poll(reader, wait=0, pause=POLL_SECONDS)


async def poll(reader: Reader, wait: int, pause: float) -> None:
    async with client(reader) as http:
        answer = (await http.get("/api/events/")).json()
        while True:
            reader.ready.set()
            query = {"after": answer["cursor"], "wait": wait}
            answer = (await http.get("/api/events/", params=query)).json()
            for event in answer["events"]:
                reader.take(event)
            await asyncio.sleep(pause)


def client(reader: Reader) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"http://{reader.address}", headers=reader.headers, timeout=DEADLINE
    )


TRANSPORTS: dict[str, Callable[[Reader], Awaitable[None]]] = {
    "websocket": web_socket,
    "sse": event_stream,
    "long-polling": long_polling,
    "polling": polling,
}
