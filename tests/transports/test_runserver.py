"""`manage.py runserver` while many streams are open: the tutorial's stream blocked all the rest."""

from __future__ import annotations

import asyncio
import statistics
import time
from types import SimpleNamespace

import httpx

from tests.support.site import DEADLINE, Site

STREAMS = 200
OPENED_TOGETHER = 50


class Stream:
    """One raw SSE stream of a signed-in reader."""

    def __init__(self, address: str, session: str) -> None:
        self.address, self.session = address, session
        self.received = b""

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection(*self.address.split(":"))
        head = f"GET /events/ HTTP/1.1\r\nHost: {self.address}\r\n"
        self.writer.write(f"{head}Cookie: sessionid={self.session}\r\n\r\n".encode())
        await self.until(b"stream-open")

    async def until(self, text: bytes) -> None:
        async with asyncio.timeout(DEADLINE):
            while text not in self.received:
                piece = await self.reader.read(65_536)
                assert piece, self.received[-500:]
                self.received += piece

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


async def pages(site: Site, session: str) -> list[float]:
    """How long the server takes for pages, forms' tokens and snapshots."""
    times = []
    async with httpx.AsyncClient(
        base_url=f"http://{site.address()}", cookies={"sessionid": session}, timeout=DEADLINE
    ) as client:
        for path in ("/", "/follow/", "/api/inbox/", "/", "/api/inbox/"):
            start = time.monotonic()
            answer = await client.get(path)
            assert answer.status_code == 200
            times.append(time.monotonic() - start)
    return times


def test_it_serves_pages_while_two_hundred_streams_are_open(
    site: Site, people: SimpleNamespace
) -> None:
    async def test() -> None:
        session = people.session["alice"]
        streams = [Stream(site.address(), session) for _ in range(STREAMS)]
        try:
            for start in range(0, STREAMS, OPENED_TOGETHER):
                together = streams[start : start + OPENED_TOGETHER]
                await asyncio.gather(*(stream.open() for stream in together))
            times = await pages(site, session)
            # Blocked would be for ever; this is what a slow machine may need.
            assert statistics.median(times) < 5
            await asyncio.to_thread(site.do, "notify", title="to all of them", to=people.team)
            await asyncio.gather(*(stream.until(b"to all of them") for stream in streams))
        finally:
            for stream in streams:
                await stream.close()

    asyncio.run(test())
