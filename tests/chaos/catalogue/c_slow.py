"""C6 to C8: readers that do not read. Each is cut, comes back by its cursor, and costs nobody."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.raw import Raw, connect_small
from tests.chaos.rows import row
from tests.chaos.watching import memory

BUFFER_BYTES = 262_144
DRAIN_SECONDS = 3
#: Small bounds, so that they are reached at once; one process, so that its memory is all there is.
PLAN: dict[str, Any] = {
    "processes": 1,
    "options": {"BUFFER_BYTES": BUFFER_BYTES, "DRAIN_SECONDS": DRAIN_SECONDS},
}
#: Large enough to fill a buffer within seconds.
BODY = 8_000
RATE = 30
#: What a process may grow by besides: a crowd, a memory of events, an allocator.
BESIDES_MB = 24.0
#: Cut on the next look after the time to drain; the machine is loaded.
LATE_SECONDS = 20


def open_slow(ground: Ground, count: int, transport: str, after: str | None = None) -> list[Raw]:
    """Connections of alice's that take 4 KB and no more."""
    session, address = ground.people.session["alice"], ground.site.address()
    return [Raw(transport, address, session, after, connect_small) for _ in range(count)]


def bound_mb(count: int) -> float:
    """What so many slow readers may cost: a buffer each, and one piece of backlog more."""
    return BESIDES_MB + count * 2 * BUFFER_BYTES / 1_048_576


async def slow(ground: Ground, transport: str, says: bool = False) -> Outcome:
    """So many readers stop reading during publishing; until the server has cut them all."""
    count = ground.count(40, least=8)
    await ground.crowd(12, transports=("websocket", "sse", "long-polling"), who=("alice", "bob"))
    pid = ground.server_pid()
    async with ground.publishing(RATE, body=BODY):
        await ground.published(10)
        before = memory(pid)
        stuck = await asyncio.to_thread(open_slow, ground, count, transport, ground.start)
        most = before
        said = 0
        try:
            for _look in range(2 * (DRAIN_SECONDS + LATE_SECONDS)):
                await asyncio.sleep(0.5)
                most = max(most, memory(pid))
                if says:
                    said += sum(each.send('{"do": "ping"}') for each in stuck if not each.cut)
                if all(each.cut for each in stuck):
                    break
            left = sum(not each.cut for each in stuck)
        finally:
            for each in stuck:
                each.close()
    await ground.settle()
    outcome = await ground.verdict()
    outcome.figures |= {"slow": count, "said": said, "memory_mb": round(most - before, 1)}
    outcome.most("slow readers left", left, 0)
    return outcome.most("memory growth in MB", most - before, bound_mb(count))


@row("c6", quick=True, **PLAN)
async def slow_sockets(ground: Ground) -> Outcome:
    """A WebSocket that does not read."""
    return await slow(ground, "websocket")


@row("c7", **PLAN)
async def talkers(ground: Ground) -> Outcome:
    """A WebSocket that says something twice a second and never reads."""
    return await slow(ground, "websocket", says=True)


@row("c8", **PLAN)
async def slow_streams(ground: Ground) -> Outcome:
    """A stream that is not read is cut at its bound, and resumes."""
    outcome = await slow(ground, "sse")
    # Who reads again has lost nothing: a new crowd begins where the slow ones did.
    await ground.crowd(6, transports=("sse",), who=("alice",))
    await ground.settle()
    again = await ground.verdict()
    again.figures |= outcome.figures
    again.checks += outcome.checks
    return again
