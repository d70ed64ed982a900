"""C10 and C11: nginx in front, with its defaults, and an upstream that is away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import AsyncIterator

from tests.chaos.crowd import Crowd, Subscriber
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.proxy import Proxy
from tests.chaos.rows import row
from tests.support.readers import READERS

#: Longer than nginx waits for a byte.
IDLE_SECONDS = 90.0
AWAY_SECONDS = 10.0
#: As in production, where nginx gives up after 75 s.
HEARTBEATS = {"HEARTBEAT_SECONDS": 25}


@contextlib.asynccontextmanager
async def proxied(ground: Ground) -> AsyncIterator[Proxy]:
    """An nginx in front of the first process."""
    nginx = os.environ.get("NGINX") or shutil.which("nginx") or "nginx"
    proxy = await asyncio.to_thread(Proxy, nginx, ground.site)
    try:
        yield proxy
    finally:
        await asyncio.to_thread(proxy.close)


async def crowd_behind(ground: Ground, proxy: Proxy, count: int, patience: float) -> Crowd:
    """Subscribers that know the proxy's address only."""
    crowd = Crowd()
    kinds = list(READERS.values())
    for number in range(count):
        name = ("alice", "bob")[number // len(kinds) % 2]
        kind = kinds[number % len(kinds)]
        reader = kind(proxy.site, ground.people.session[name], after=ground.start)
        crowd.members.append(Subscriber(reader, getattr(ground.people, name), ground.start))
    ground.crowds.append(crowd)
    await crowd.gather(patience)
    return crowd


@row("c10", needs="nginx", processes=1, options=HEARTBEATS)
async def behind_nginx(ground: Ground) -> Outcome:
    """nginx in front, with its defaults: quick, and alive after idle minutes."""
    async with proxied(ground) as proxy:
        crowd = await crowd_behind(ground, proxy, 10, patience=120)
        streams = [each.reader for each in crowd.of("websocket", "sse")]
        delays = []
        for number in range(3):
            began = time.monotonic()
            await ground.do("notify", title=f"first {number}", to=[ground.people.team])
            for each in streams:
                await each.told(f"first {number}")
            delays.append(time.monotonic() - began)
        connects = crowd.connects
        await ground.wait(IDLE_SECONDS)
        await ground.do("notify", title="late", to=[ground.people.team])
        await ground.settle()
        outcome = await ground.verdict()
        outcome.figures |= {"idle": IDLE_SECONDS, "first_event": round(min(delays), 3)}
        outcome.most("dropped while idle", crowd.connects - connects, 0)
        # The best of three: the machine may be busy with something else.
        return outcome.most("first event", min(delays), 1)


@row("c11", needs="nginx", processes=1)
async def upstream_away(ground: Ground) -> Outcome:
    """The proxy answers with an error for ten seconds."""
    async with proxied(ground) as proxy:
        crowd = await crowd_behind(ground, proxy, 15, patience=5)
        async with ground.publishing(10):
            await ground.published(10)
            before = [each.connects for each in crowd.readers]
            async with ground.fault("the upstream is away"):
                ground.kill(0)
                status = await asyncio.to_thread(proxy.status)
                await ground.wait(AWAY_SECONDS)
                await ground.start_server(0)
            await ground.published(5)
        await ground.settle()
        outcome = await ground.verdict()
        pairs = zip(crowd.readers, before, strict=True)
        recovered = sum(each.connects > had for each, had in pairs)
        outcome.figures |= {"status": status, "recovered": recovered}
        outcome.least("an error of the proxy", status, 500)
        return outcome.least("clients recovered", recovered, len(crowd.readers))
