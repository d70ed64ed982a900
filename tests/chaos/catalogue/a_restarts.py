"""A7 and A8: server processes that are told to stop, and one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx

from tests.chaos.catalogue.a_processes import recovered
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.rows import row

#: WebSocket: the service restarts; the connection was cut without a word.
RESTART, CUT = 1012, 1006
#: The longest that a process may take to let everybody go.
DRAIN = 15.0
#: The server asks everybody to stay away for up to twice RETRY_MS: so late may they be.
SPREAD = 4.0
#: Pause between two looks at who is ready.
LOOK = 0.05
READY = "/health/ready"


@contextlib.asynccontextmanager
async def half_a_request(address: str) -> AsyncIterator[None]:
    """A connection on which a request has begun that never ends."""
    host, port = address.split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            b"POST /api/inbox/read/ HTTP/1.1\r\nHost: %b\r\nContent-Length: 9\r\n\r\n{"
            % address.encode()
        )
        yield


@row("a7")
async def drained(ground: Ground) -> Outcome:
    """SIGTERM under load, with half a request open: everybody is told to come back."""
    crowd = await ground.crowd(20)
    here = [each.reader for each in crowd.of("websocket") if _is_at(ground, each.reader.server, 0)]
    async with ground.publishing(15):
        await ground.published(10)
        async with half_a_request(ground.site.address(0)), ground.fault("a process drains"):
            began = time.monotonic()
            code = await asyncio.to_thread(ground.stop_server, 0)
            drain = time.monotonic() - began
            await ground.start_server(0)
        await ground.published(10)
    await ground.settle()
    outcome = recovered(await ground.verdict(), ground, SPREAD)
    codes = [code for reader in here for code in reader.codes]
    outcome.figures |= {"drain_seconds": round(drain, 2), "told_1012": codes.count(RESTART)}
    outcome.most("exit code", abs(code), 0)
    outcome.most("1006", codes.count(CUT), 0)
    outcome.least("1012", codes.count(RESTART), len(here))
    return outcome.most("drain", drain, ground.bound(DRAIN))


def _is_at(ground: Ground, server: int, number: int) -> bool:
    return server % len(ground.site.ports) == number


@dataclass
class Looks:
    """What a proxy in front of the processes would have seen."""

    unready: int = 0
    errors: int = 0
    looks: int = 0
    longest_unready: float = 0.0
    _since: float | None = field(default=None, repr=False)

    def note(self, ready: int, failed: bool) -> None:
        self.looks += 1
        self.errors += failed
        if ready:
            self._since = None
            return
        self.unready += 1
        now = time.monotonic()
        self._since = self._since or now
        self.longest_unready = max(self.longest_unready, now - self._since)


@contextlib.asynccontextmanager
async def watched(ground: Ground) -> AsyncIterator[Looks]:
    """Look at every process again and again, and ask for a page as a proxy would."""
    looks = Looks()

    async def look() -> None:
        addresses = [ground.site.address(each) for each in range(len(ground.site.ports))]
        # A new connection for each look: one that is kept goes with the process that took it.
        fresh = {"Connection": "close"}
        async with httpx.AsyncClient(timeout=20, headers=fresh) as client:
            while True:
                answers = [await _ready(client, address) for address in addresses]
                willing = [
                    address for address, ready in zip(addresses, answers, strict=True) if ready
                ]
                looks.note(len(willing), not await _any_answers(client, willing or addresses))
                await asyncio.sleep(LOOK)

    watching = asyncio.create_task(look())
    try:
        yield looks
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _ready(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(f"http://{address}{READY}")).status_code == 200
    except httpx.HTTPError:
        return False


async def _any_answers(client: httpx.AsyncClient, addresses: list[str]) -> bool:
    """Whether one of them gives the page; the next is asked where one is just going.

    Each twice: what comes back while the next is asked, and goes then, was never away at once.
    """
    for address in [*addresses, *addresses]:
        with contextlib.suppress(httpx.HTTPError):
            if (await client.get(f"http://{address}/accounts/login/")).status_code < 500:
                return True
    return False


@row("a8")
async def one_by_one(ground: Ground) -> Outcome:
    """Both server processes are stopped and started in turn, twice."""
    await ground.crowd(20)
    async with watched(ground) as looks, ground.publishing(15):
        await ground.published(10)
        for number in (0, 1, 0, 1):
            async with ground.fault("a process restarts"):
                await asyncio.to_thread(ground.stop_server, number)
                await ground.start_server(number)
        await ground.published(10)
    await ground.settle()
    outcome = recovered(await ground.verdict(), ground, SPREAD)
    outcome.figures |= {"looks": looks.looks}
    outcome.most("nobody ready", looks.unready, 0)
    return outcome.most("error responses", looks.errors, 0)
