"""F2 and F3: what connections leave behind when they have gone, and what they take while open."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.raw import Raw
from tests.chaos.rows import row
from tests.chaos.watching import Held, held, query

#: F2: so many connects, or as many as there are in this time.
CHURN = 100_000
CHURN_SECONDS = 40.0
TOGETHER = 8
#: Before anything is compared: a process grows until it has seen everything once.
WARM_UP = 500
CHURN_MB = 24.0
#: F3.
STREAMS = 1_000
FEW = 10
USED = "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}'"
#: Twisted and the relay end what has gone at their next look.
LOOK_SECONDS = 15.0
ONE: dict[str, Any] = {"processes": 1}


def tasks(address: str) -> int:
    """How many tasks run on the loop of a server process."""
    return int(httpx.get(f"http://{address}/test/running/", timeout=30).json()["tasks"])


def connections(ground: Ground) -> int:
    """How many connections the database has for this site."""
    name = ground.oracle.url.split("?")[0].rsplit("/", 1)[1]
    return int(query(ground.oracle.url, USED.format(name))[0][0])


def come_and_go(ground: Ground, count: int, seconds: float) -> int:
    """Connect and leave so often, by turns over WebSocket and SSE; how often it was."""
    end = time.monotonic() + seconds
    session, address = ground.people.session["alice"], ground.site.address()

    def once(number: int) -> int:
        if time.monotonic() > end:
            return 0
        Raw("websocket" if number % 2 else "sse", address, session).close()
        return 1

    with ThreadPoolExecutor(TOGETHER) as threads:
        return sum(threads.map(once, range(count), chunksize=50))


async def at_rest(ground: Ground, wanted: int) -> tuple[Held, int]:
    """What the process holds, once those who went are forgotten."""
    pid, address = ground.server_pid(), ground.site.address()
    end = time.monotonic() + LOOK_SECONDS
    while True:
        found, running = held(pid), await asyncio.to_thread(tasks, address)
        if found.descriptors <= wanted or time.monotonic() > end:
            return found, running
        await asyncio.sleep(0.5)


@row("f2", **ONE)
async def churn(ground: Ground) -> Outcome:
    """A hundred thousand connects, each of which goes at once."""
    await asyncio.to_thread(come_and_go, ground, WARM_UP, CHURN_SECONDS)
    await asyncio.sleep(2)
    before, tasks_before = await at_rest(ground, 0)
    began = time.monotonic()
    count = await asyncio.to_thread(come_and_go, ground, ground.count(CHURN), CHURN_SECONDS)
    seconds = time.monotonic() - began
    after, tasks_after = await at_rest(ground, before.descriptors)
    outcome = await ground.verdict()
    outcome.figures = {"connects": count, "connects_a_second": round(count / seconds, 1)}
    outcome.most("descriptors left", after.descriptors - before.descriptors, 5)
    outcome.most("threads left", after.threads - before.threads, 5)
    outcome.most("tasks left", tasks_after - tasks_before, 5)
    return outcome.most("memory left in MB", after.memory - before.memory, CHURN_MB)


@row("f3", **ONE)
async def thousand_streams(ground: Ground) -> Outcome:
    """A thousand streams that stay open."""
    counts = {}
    streams: list[Raw] = []
    pid, address = ground.server_pid(), ground.site.address()
    try:
        for wanted in (FEW, ground.count(STREAMS, least=100)):
            for number in range(len(streams), wanted):
                session = ground.people.session["alice" if number % 2 else "bob"]
                streams.append(await asyncio.to_thread(Raw, "sse", address, session))
            counts[wanted] = held(pid), await asyncio.to_thread(connections, ground)
        cut = sum(each.cut for each in streams)
    finally:
        for each in streams:
            each.close()
    (few, few_used), (many, many_used) = counts.values()
    outcome = await ground.verdict()
    per_stream = (many.memory - few.memory) * 1024 / (len(streams) - FEW)
    outcome.figures = {"streams": len(streams), "kb_a_stream": round(per_stream, 1)}
    outcome.most("streams that were cut", cut, 0)
    outcome.most("threads more", many.threads - few.threads, 3)
    return outcome.most("database connections more", many_used - few_used, 3)
