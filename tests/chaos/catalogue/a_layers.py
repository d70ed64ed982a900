"""A14 to A18: channel layers that overflow, forget and are not there."""

from __future__ import annotations

import asyncio
import statistics

from tests.chaos.catalogue.a_processes import recovered
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome, percentiles
from tests.chaos.rows import row
from tests.chaos.verdict import acknowledged, latencies

#: How often a relay looks at the log, and what a poll and a busy machine add.
INTERVAL, MORE = 1.0, 1.0
#: The layer that keeps its queues and groups in Redis, with short ones of both.
CORE = {"CHAOS_LAYER": "core", "CHAOS_CAPACITY": "20", "CHAOS_GROUP_EXPIRY": "5"}
#: Sooner than a look at the log brings it, on average.
PUSHED = 0.5


@row("a14", environment=CORE)
async def overflown(ground: Ground) -> Outcome:
    """1,000 events while a relay stands still and its queue holds twenty."""
    await ground.crowd(20)
    people = ground.people
    async with ground.publishing(5):
        await ground.published(5)
        storm = asyncio.create_task(
            ground.do(
                "storm",
                writers=4,
                each=250,
                to=[people.team],
                title=people.prefix,
                rollback=0,
                pause=0,
                seed=ground.seed,
            )
        )
        async with ground.fault("a relay stands still"):
            ground.freeze(0)
            await asyncio.sleep(1)
            ground.thaw(0)
        written = await storm
        await ground.published(10)
    await ground.settle()
    outcome = recovered(await ground.verdict(), ground)
    outcome.figures["stormed"] = len(written["kept"])
    return outcome.most("failed", len(written["failed"]), 0)


@row("a15", environment=CORE)
async def emptied(ground: Ground) -> Outcome:
    """FLUSHALL on the layer that keeps its groups and queues in Redis."""
    await ground.crowd(20)
    async with ground.publishing(12):
        await ground.published(10)
        for _ in range(3):
            async with ground.fault("Redis is empty"):
                await asyncio.to_thread(ground.redis.flush)
            await ground.published(15)
    await ground.settle()
    return recovered(await ground.verdict(), ground)


@row("a16", environment=CORE)
async def forgotten(ground: Ground) -> Outcome:
    """The layer forgets its groups after 5 s: still a push after 15 s."""
    await ground.crowd(20)
    await asyncio.sleep(15)
    async with ground.publishing(12):
        await ground.wait(5)
        await ground.published(10)
    await ground.settle()
    outcome = await ground.verdict()
    delays = await _delays_of_streams(ground)
    return outcome.most("median delay of streams", statistics.median(delays), PUSHED)


@row("a18", environment={"CHAOS_LAYER": "none"})
async def silent(ground: Ground) -> Outcome:
    """A layer that carries nothing: what others publish is found by looking at the log."""
    await ground.crowd(20)
    async with ground.publishing(12):
        await ground.wait(10)
        await ground.published(10)
    await ground.settle()
    outcome = await ground.verdict()
    delays = await _delays_of_streams(ground)
    outcome.figures["delay_of_streams_p50"] = round(statistics.median(delays), 3)
    p99 = percentiles(delays, 99)[0]
    return outcome.most("p99 delay of streams", p99, INTERVAL + MORE)


async def _delays_of_streams(ground: Ground) -> list[float]:
    """From the acknowledgement of a `notify()` to each arrival on a WebSocket or a stream."""
    told = await asyncio.to_thread(ground.oracle.after, ground.start)
    tries = ground.place.publisher(0).tries()
    streams = [member for crowd in ground.crowds for member in crowd.of("websocket", "sse")]
    return latencies(streams, told, acknowledged(tries))
