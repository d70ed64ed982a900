"""A9 to A13: Redis restarts, dies and stands still. Publishing must not notice."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable

from tests.chaos.catalogue.a_processes import recovered
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.rows import row
from tests.chaos.verdict import Fault

#: The longest that publishing may take while Redis is away, in seconds, 99 of 100.
PUBLISH = 1.0
#: Faster than this it was a push: the look at the log comes once a second.
PUSHED = 0.3


async def without_redis(
    ground: Ground,
    begin: Callable[[], None],
    seconds: float,
    end: Callable[[], None] | None,
    rate: float = 12,
) -> Outcome:
    """An outage of Redis while others publish, with newcomers in its middle, and its verdict."""
    await ground.crowd(20)
    async with ground.publishing(rate):
        await ground.published(10)
        async with ground.fault("Redis is away") as fault:
            await asyncio.to_thread(begin)
            await ground.wait(seconds / 2)
            await ground.crowd(5)
            await ground.wait(seconds / 2)
            if end is not None:
                await asyncio.to_thread(end)
        await ground.wait(5)
        await ground.published(10)
    await ground.settle()
    outcome = recovered(await ground.verdict(), ground)
    outcome.figures["first_push_after"] = first_push(ground, fault)
    p99 = ground.publish_p99(fault)
    outcome.figures["publish_p99_without_redis"] = round(p99, 3)
    outcome.most("publish failures", ground.publish_failures(), 0)
    return outcome.most("publish p99 without Redis", p99, ground.bound(PUBLISH))


def first_push(ground: Ground, fault: Fault) -> float | None:
    """Seconds after Redis was back from which on streams were told sooner than by a look."""
    assert fault.back is not None
    told = {
        event["data"]["id"]: moment
        for crowd in ground.crowds
        for member in crowd.of("websocket", "sse")
        for event, moment in zip(member.reader.events, member.reader.times, strict=True)
        if event["type"] == "notification.created"
    }
    # A server process hears at once of what was posted to itself: only the others' count.
    tries = ground.place.publisher(0).tries()
    late = [
        (each.ended - fault.back, told[each.id] - each.ended)
        for each in tries
        if each.id in told and each.ended > fault.back
    ]
    for place in range(len(late) - 2):
        if statistics.median(delay for _, delay in late[place : place + 3]) < PUSHED:
            return round(max(0.0, late[place][0]), 3)
    return None


@row("a9", quick=True)
async def restarted(ground: Ground) -> Outcome:
    """Redis restarts and has forgotten everything."""

    def nothing() -> None:
        """It is back already."""

    def restart() -> None:
        ground.redis.stop()
        ground.redis.start()

    return await without_redis(ground, restart, 0, nothing)


@row("a10")
async def killed(ground: Ground) -> Outcome:
    """kill -9 Redis, and 60 s without it."""
    return await without_redis(ground, ground.redis.kill, 60, ground.redis.start)


@row("a11")
async def frozen(ground: Ground) -> Outcome:
    """SIGSTOP Redis for 20 s."""
    return await without_redis(ground, ground.redis.freeze, 20, ground.redis.thaw)


@row("a13")
async def paused(ground: Ground) -> Outcome:
    """CLIENT PAUSE for 10 s."""
    seconds = ground.seconds(10)
    return await without_redis(ground, lambda: ground.redis.pause(seconds), seconds, None)
