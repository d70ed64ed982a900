"""C4 and C5: connections whose other end has vanished without a word."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import httpx

from notifications.transports.listening import UNACKNOWLEDGED_MS
from tests.chaos.elsewhere import Cable, cable
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.raw import Raw
from tests.chaos.rows import row
from tests.chaos.watching import knows, memory
from tests.support.site import free_port, wait_until

#: A heartbeat a second, which nobody acknowledges for so long, and a look of the kernel's.
BOUND = 1 + UNACKNOWLEDGED_MS / 1000 + 3
VANISHING = 10
OPEN_TO_ALL = {"ALLOWED_HOSTS": "*"}
BUFFERED_MB = 16.0


async def half_open(ground: Ground, transport: str) -> Outcome:
    """The cable of ten readers is pulled; until the server has dropped them all."""
    await ground.crowd(8)
    async with a_cable() as network, another_server(ground, network) as (address, pid):
        session = ground.people.session["alice"]
        gone = [
            await asyncio.to_thread(Raw, transport, address, session, None, network.connect)
            for _ in range(VANISHING)
        ]
        ports = [each.port for each in gone]
        async with ground.publishing(10):
            await ground.published(10)
            before = memory(pid)
            network.pull()
            pulled = time.monotonic()
            while ports and time.monotonic() < pulled + 2 * BOUND:
                ports = [port for port in ports if knows(pid, port)]
                await asyncio.sleep(0.5)
            seconds = time.monotonic() - pulled
            grown = memory(pid) - before
        for each in gone:
            each.close()
    await ground.settle()
    outcome = await ground.verdict()
    outcome.figures |= {"vanished": VANISHING, "buffered_mb": round(grown, 1)}
    outcome.most("still there", len(ports), 0)
    outcome.most("memory growth in MB", grown, BUFFERED_MB)
    return outcome.most("seconds until they were dropped", seconds, BOUND)


@contextlib.asynccontextmanager
async def a_cable() -> AsyncIterator[Cable]:
    with contextlib.ExitStack() as stack:
        yield await asyncio.to_thread(stack.enter_context, cable())


@contextlib.asynccontextmanager
async def another_server(ground: Ground, network: Cable) -> AsyncIterator[tuple[str, int]]:
    """A server process that listens at our end of the cable; its address and pid."""
    address = f"{network.here}:{free_port()}"
    number = len(ground.site.servers)
    program = ground.site.program(["manage.py", "runserver", "--noreload", address], number)

    def answers() -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://{address}/accounts/login/").status_code == 200
        return False

    try:
        await asyncio.to_thread(wait_until, answers, "the server at the cable answers")
        yield address, program.process.pid
    finally:
        program.kill()


@row("c4", needs="root", environment=OPEN_TO_ALL)
async def vanished_sockets(ground: Ground) -> Outcome:
    """WebSockets whose network is gone."""
    return await half_open(ground, "websocket")


@row("c5", needs="root", environment=OPEN_TO_ALL)
async def vanished_streams(ground: Ground) -> Outcome:
    """Streams whose network is gone."""
    return await half_open(ground, "sse")
