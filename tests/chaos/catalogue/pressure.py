"""Must show: a slow reader and a flooding writer, and what their neighbours notice of them.

The same crowd is measured without and with the trouble, in turns; the machine's moods fall on both.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from statistics import median

from tests.chaos.catalogue.c_slow import BODY, PLAN, bound_mb, open_slow
from tests.chaos.crowd import Subscriber
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome, percentiles
from tests.chaos.raw import Raw
from tests.chaos.rows import row
from tests.chaos.verdict import latencies
from tests.chaos.watching import memory
from tests.support.site import ROOT

Trouble = Callable[[], AbstractAsyncContextManager[None]]

#: Turns of each kind, and how long one lasts.
TURNS = 4
SECONDS = 6.0
#: The neighbours' p99 may be so much of what it is without.
SHARE = 1.2
#: What two runs of the same differ by here, so that less is no difference.
SAME_MS = 2.0
SLOW = 40
RATE = 20
#: What a flooding user sends a second, over a WebSocket and by POST.
FRAMES = 2_000
POSTS = 40
FLOOD_MB = 32.0


async def compare(ground: Ground, trouble: Trouble) -> Outcome:
    """Neighbours' p99 and the server's memory, without and with."""
    crowd = await ground.crowd(20, transports=("websocket", "sse"), who=("alice", "bob"))
    turns = 1 if ground.quick else TURNS
    windows: list[tuple[bool, float, float]] = []
    pid = ground.server_pid()
    grown: list[float] = []
    async with telling(ground):
        await ground.published(10)
        before = memory(pid)
        for _turn in range(turns):
            for troubled in (False, True):
                async with trouble() if troubled else contextlib.nullcontext():
                    await ground.wait(2)
                    began = time.monotonic()
                    await ground.wait(SECONDS)
                    windows.append((troubled, began, time.monotonic()))
                    grown.append(round(memory(pid) - before, 1))
    await ground.settle()
    outcome = await ground.verdict()
    found = {
        troubled: [
            await asyncio.to_thread(p99, ground, crowd.members, began, ended)
            for kind, began, ended in windows
            if kind is troubled
        ]
        for troubled in (False, True)
    }
    without, beside = median(found[False]), median(found[True])
    outcome.figures |= {
        "memory_mb": max(grown),
        "memory_of_turns_mb": grown,
        "p99_without_ms": round(without, 1),
        "p99_with_ms": round(beside, 1),
        "p99_of_turns": {str(kind): [round(each, 1) for each in found[kind]] for kind in found},
    }
    if not ground.quick:
        bound = max(without * SHARE, without + SAME_MS)
        outcome.most("neighbours' p99 in ms", beside, bound)
    return outcome


@contextlib.asynccontextmanager
async def telling(ground: Ground) -> AsyncIterator[None]:
    """Publish from another process, and not over HTTP: that is the flood's part."""
    publisher = ground.place.publisher(0)
    await asyncio.to_thread(publisher.wait)
    publisher.begin(
        rate=RATE,
        seed=ground.random.randrange(2**31),
        topics=[ground.people.team],
        title=ground.people.prefix,
        body=BODY,
        addresses=[],
    )
    try:
        yield
    finally:
        await asyncio.to_thread(publisher.end)


def p99(ground: Ground, members: Sequence[Subscriber], began: float, ended: float) -> float:
    """Of the deliveries of what was acknowledged in a time, in ms."""
    told = ground.oracle.after(ground.start)
    tries = [each for each in ground.tries() if each.id is not None]
    acknowledged = {each.id: each.ended for each in tries if began <= each.ended <= ended}
    return 1000 * percentiles(latencies(members, told, acknowledged), 99)[0]


@row("slow_reader", **PLAN)
async def slow_reader(ground: Ground) -> Outcome:
    """Readers that read nothing and come back whenever they are cut, beside others."""
    count = ground.count(SLOW, least=8)
    opened = 0

    @contextlib.asynccontextmanager
    async def trouble() -> AsyncIterator[None]:
        nonlocal opened
        stuck: list[Raw] = []

        async def stay() -> None:
            nonlocal opened
            while True:
                for gone in [each for each in stuck if each.cut]:
                    stuck.remove(gone)
                    gone.close()
                for number in range(count - len(stuck)):
                    kind = "websocket" if number % 2 else "sse"
                    stuck.extend(await asyncio.to_thread(open_slow, ground, 1, kind))
                    opened += 1
                await asyncio.sleep(0.5)

        staying = asyncio.create_task(stay())
        try:
            yield
        finally:
            staying.cancel()
            await asyncio.gather(staying, return_exceptions=True)
            for each in stuck:
                each.close()

    outcome = await compare(ground, trouble)
    outcome.figures |= {"slow": count, "slow_opened": opened}
    return outcome.most("memory growth in MB", outcome.figures["memory_mb"], bound_mb(count))


@row("flood", processes=1, options={"ACTIONS_PER_MINUTE": 100})
async def flood(ground: Ground) -> Outcome:
    """A writer that sends thousands of actions, beside others."""
    session = await ground.do("session", username=ground.people.charlie)
    words = [ground.site.address(), session, str(FRAMES), str(POSTS)]

    flooder = await asyncio.to_thread(start_flooder, words)

    def turn() -> None:
        assert flooder.stdin is not None
        flooder.stdin.write("turn\n")
        flooder.stdin.flush()

    @contextlib.asynccontextmanager
    async def trouble() -> AsyncIterator[None]:
        turn()
        try:
            yield
        finally:
            turn()

    try:
        outcome = await compare(ground, trouble)
    finally:
        said, _ = await asyncio.to_thread(flooder.communicate)
    counts = Counter(json.loads(said))
    outcome.figures["flood"] = dict(counts)
    refused = counts["posts 429"]
    outcome.least("posts refused", refused, 1)
    outcome.most("memory growth in MB", outcome.figures["memory_mb"], FLOOD_MB)
    answered = {name for name in counts if name.startswith("posts ")}
    return outcome.most("odd answers", len(answered - {"posts 200", "posts 404", "posts 429"}), 0)


def start_flooder(words: list[str]) -> subprocess.Popen[str]:
    """It rests until it is told to begin."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.flooder", *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
