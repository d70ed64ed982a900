"""A program for `bench.pointers`: open pages, some of which point, and what they were told.

    python -m bench.pointing  < {"address", "topic", "transport", "sessions", "rate"}

It says when all its pages are connected. Then it reads one JSON line with the number of seconds,
points for so long, reads another with the number of notifications that were published, waits until
all of them have come, and says what did.
Clients that would take a frame apart more thoroughly would be what is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import sys
import time
from array import array
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import orjson

#: What has not come so many seconds after the last was published is lost.
DEADLINE = 30.0
#: Of so many positions one is looked at for how long it took.
SAMPLE = 7
POLL_SECONDS = 1.0
#: RFC 6455: whole frames; those of a client are masked, ours with a mask that changes nothing.
TEXT, PING, PONG = 0x81, 0x89, 0x8A
MASKED, MASK = 0x80, bytes(4)


class Page:
    """One open page: what it was told of the others, and of the log."""

    def __init__(self, address: str, session: str, topic: str) -> None:
        self.address, self.session, self.topic = address, session, topic
        self.ready = asyncio.Event()
        self.sent = 0
        self.positions = self.backwards = self.writes = 0
        self.newest: dict[str, float] = {}
        self.seqs: list[int] = []
        self.titles: set[str] = set()
        self.notification_ms = array("d")
        self.signal_ms = array("d")

    def take(self, frame: dict[str, Any]) -> None:
        """Take one event, signal event or control frame."""
        if "signal" in frame:
            self._position(frame)
        elif frame.get("control") == "ready":
            self.ready.set()
        elif frame.get("type") == "notification.created":
            title = frame["data"]["title"]
            self.notification_ms.append((time.monotonic_ns() - int(title)) / 1e6)
            self.seqs.append(int(frame["cursor"].partition(".")[0]))
            self.titles.add(title)

    def _position(self, frame: dict[str, Any]) -> None:
        data = frame["data"]
        sender = frame["from"]
        self.positions += 1
        if data["y"] <= self.newest.get(sender, -1):
            self.backwards += 1
        self.newest[sender] = data["y"]
        if self.positions % SAMPLE == 0:
            self.signal_ms.append((time.monotonic() - data["x"]) * 1000)

    def told(self, count: int) -> dict[str, Any]:
        """The figures of this page, of so many notifications."""
        seqs = self.seqs
        return {
            "sent": self.sent,
            "writes": self.writes,
            "positions": self.positions,
            "backwards": self.backwards,
            "lost": count - len(self.titles),
            "duplicates": len(seqs) - len(set(seqs)),
            "holes": len(range(seqs[0], seqs[-1] + 1)) - len(set(seqs)) if seqs else count,
            "out_of_order": sum(a > b for a, b in itertools.pairwise(seqs)),
            "notification_ms": self.notification_ms.tolist(),
            "signal_ms": self.signal_ms.tolist(),
        }

    async def request(self, path: str, *headers: str) -> None:
        """Connect, and send the head of a request."""
        host, port = self.address.split(":")
        self.reader, self.writer = await asyncio.open_connection(host, int(port), limit=2**24)
        lines = [f"GET {path} HTTP/1.1", f"Host: {self.address}", *headers]
        lines.append(f"Cookie: sessionid={self.session}")
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def point(self) -> None:
        """Say where this pointer is: when it was there, and the how manieth place this is."""
        data = {"x": time.monotonic(), "y": self.sent, "name": ""}
        fields = {"do": "signal", "type": "pointer", "to": self.topic, "data": data}
        self.writer.write(masked(TEXT, orjson.dumps(fields)))
        self.sent += 1


async def web_socket(page: Page) -> None:
    """Read frames as the server writes them."""
    await page.request(
        f"/ws/?topic={page.topic}",
        *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
        *("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", f"Origin: http://{page.address}"),
    )
    await page.reader.readuntil(b"\r\n\r\n")
    waiting = b""
    while piece := await page.reader.read(2**20):
        waiting = frames(page, waiting + piece)
        page.writes += 1


def frames(page: Page, data: bytes) -> bytes:
    """Take the whole frames, answer a ping, and return the rest."""
    place, size = 0, len(data)
    while size - place >= 4:
        kind, length = data[place], data[place + 1]
        begin = place + 2
        if length == 126:
            length, begin = data[begin] << 8 | data[begin + 1], begin + 2
        elif length == 127:
            raise ValueError("no frame of ours is that long")
        if size < begin + length:
            break
        body = data[begin : begin + length]
        place = begin + length
        if kind == TEXT:
            page.take(orjson.loads(body))
        elif kind == PING:
            page.writer.write(masked(PONG, body))
    return data[place:]


def masked(kind: int, body: bytes) -> bytes:
    """One frame as a client writes it."""
    if len(body) < 126:
        return bytes((kind, MASKED | len(body))) + MASK + body
    return bytes((kind, MASKED | 126)) + len(body).to_bytes(2, "big") + MASK + body


async def event_stream(page: Page) -> None:
    """Read the lines with data; a write of the server is one piece of the body."""
    await page.request(f"/events/?topic={page.topic}")
    while line := await page.reader.readline():
        if line.startswith(b"event: stream-open"):
            page.ready.set()
        elif line.startswith(b"data: {"):
            page.take(orjson.loads(line[6:]))


async def long_polling(page: Page) -> None:
    """Ask again as soon as there is an answer."""
    await poll(page, wait=20, pause=0)


async def polling(page: Page) -> None:
    """Ask every POLL_SECONDS."""
    await poll(page, wait=0, pause=POLL_SECONDS)


async def poll(page: Page, wait: int, pause: float) -> None:
    query = f"topic={page.topic}"
    while True:
        # Kept open, as a browser keeps it.
        if not page.ready.is_set():
            await page.request(f"/api/events/?{query}")
        answer = await body(page)
        for frame in (*answer["events"], *answer["signals"]):
            page.take(frame)
        page.writes += 1
        page.ready.set()
        query = f"topic={page.topic}&after={answer['cursor']}&wait={wait}"
        query += f"&client={answer['client']}&since={quote(str(answer['since']))}"
        await asyncio.sleep(pause)
        head = f"GET /api/events/?{query} HTTP/1.1\r\nHost: {page.address}\r\n"
        page.writer.write(f"{head}Cookie: sessionid={page.session}\r\n\r\n".encode())


async def body(page: Page) -> dict[str, Any]:
    """The JSON of the next response."""
    head = (await page.reader.readuntil(b"\r\n\r\n")).lower()
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise ConnectionError(head)
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    answer: dict[str, Any] = orjson.loads(await page.reader.readexactly(length))
    return answer


TRANSPORTS: dict[str, Callable[[Page], Awaitable[None]]] = {
    "websocket": web_socket,
    "sse": event_stream,
    "long-polling": long_polling,
    "polling": polling,
}


async def point_evenly(pages: list[Page], rate: float, seconds: float) -> None:
    """Each page so often a second, their turns spread over it; what is late is sent at once."""
    step = 1 / (rate * len(pages))
    began = time.monotonic()
    for turn in range(int(seconds / step)):
        early = began + turn * step - time.monotonic()
        if early > 0.001:
            await asyncio.sleep(early)
        pages[turn % len(pages)].point()


async def run(plan: dict[str, Any]) -> None:
    """See the module."""
    pages = [Page(plan["address"], each, plan["topic"]) for each in plan["sessions"]]
    tasks = [asyncio.create_task(TRANSPORTS[plan["transport"]](page)) for page in pages]
    for page in pages:
        await page.ready.wait()
    print(json.dumps({"ready": len(pages)}), flush=True)
    order = json.loads(await asyncio.to_thread(sys.stdin.readline))
    if plan["rate"]:
        await point_evenly(pages, plan["rate"], order["seconds"])
    else:
        await asyncio.sleep(order["seconds"])
    order |= json.loads(await asyncio.to_thread(sys.stdin.readline))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DEADLINE):
            while any(len(page.titles) < order["count"] for page in pages):
                await asyncio.sleep(0.05)
    cpu = sum(os.times()[:2])
    failed = [repr(task.exception()) for task in tasks if task.done()]
    told = [page.told(order["count"]) for page in pages]
    print(json.dumps({"pages": told, "failed": failed, "cpu": cpu}), flush=True)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(run(json.loads(sys.stdin.readline())))
