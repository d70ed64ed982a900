"""The storm: every part fails in turn while 200 subscribers listen and others publish."""

from __future__ import annotations

import asyncio

from tests.chaos.catalogue.a_processes import RECOVERY
from tests.chaos.catalogue.a_redis import PUBLISH
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.rows import row

SUBSCRIBERS = 200
#: Of each event about half of them are told, and a third of those ask again at once.
RATE = 6.0
#: Seconds between two polls: 40 pollers are not to be the load that is measured.
POLL = 1.0


@row("storm")
async def storm(ground: Ground) -> Outcome:
    """kill -9 of each process, 60 s without Redis, PostgreSQL restarts: 200 subscribers."""
    await ground.crowd(ground.count(SUBSCRIBERS), poll_pause=POLL)
    async with ground.publishing(RATE):
        await ground.published(20)
        for number in range(len(ground.site.ports)):
            async with ground.fault(f"process {number} is away"):
                ground.kill(number)
                await ground.wait(5)
                await ground.start_server(number)
            await ground.published(20)
        async with ground.fault("Redis is away") as redis_away:
            await asyncio.to_thread(ground.redis.kill)
            await ground.wait(60)
            await asyncio.to_thread(ground.redis.start)
        await ground.published(20)
        async with ground.fault("PostgreSQL restarts"):
            await asyncio.to_thread(ground.postgres.restart)
        await ground.published(40)
    await ground.settle()
    outcome = await ground.verdict()
    assert outcome.recovery is not None
    p99 = ground.publish_p99(redis_away)
    outcome.figures["publish_p99_without_redis"] = round(p99, 3)
    outcome.figures["published_without_redis"] = ground.publish_count(redis_away)
    outcome.figures["recovery_by_fault"] = await ground.recovery_by_fault()
    outcome.most("recovery p95", outcome.recovery.p95, ground.bound(RECOVERY))
    outcome.most("publish failures without Redis", ground.publish_failures(redis_away), 0)
    return outcome.most("publish p99 without Redis", p99, ground.bound(PUBLISH))
