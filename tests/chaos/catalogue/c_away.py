"""C12 and C13: a herd that comes back at once, and a client that has slept."""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from tests.chaos.crowd import Crowd, Subscriber
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.raw import Raw
from tests.chaos.rows import row
from tests.support.site import ROOT

HERD = 1_000
#: At most this share of all may be sent away for the same second; the restart takes longer than
#: they were told to stay away, and who finds nobody there comes again by a chance of his own.
TOLD, SHARE = 0.35, 0.75
TOGETHER = 100
#: What the client does by itself: full jitter, from half a second to twenty.
FIRST, LONGEST = 0.5, 20.0
COME_BACK = re.compile(rb'"after_ms":\s*(\d+)')
RETRY = re.compile(rb"retry: (\d+)")
#: Longer than the kernel keeps a connection whose bytes nobody acknowledges.
ASLEEP = 35.0


@row("c12", processes=1)
async def herd(ground: Ground) -> Outcome:
    """A thousand clients of a process that is restarted."""
    count = ground.count(HERD, least=100)
    address = ground.site.address()
    sessions = [ground.people.session[name] for name in ("alice", "bob")]

    def arrive(number: int) -> Raw:
        return Raw("websocket" if number % 2 else "sse", address, sessions[number // 2 % 2])

    def come_back(number: int, after: float) -> float:
        time.sleep(after)
        for turn in range(60):
            # When it comes counts; how soon it is let in is the server's affair.
            came = time.monotonic()
            try:
                arrive(number).close()
                return came
            except OSError:
                time.sleep(random.random() * min(LONGEST, FIRST * 2**turn))
        raise AssertionError("a client could not come back")

    with ThreadPoolExecutor(TOGETHER) as threads:
        clients = await asyncio.to_thread(lambda: list(threads.map(arrive, range(count))))
    server = ground.site.servers[0]
    assert server is not None
    server.process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(server.process.wait, 60)
    waits = [told_to_wait(each) for each in clients]
    starting = asyncio.create_task(ground.start_server(0))
    with ThreadPoolExecutor(count) as threads:
        back = await asyncio.to_thread(
            lambda: list(threads.map(come_back, range(count), [wait or 0.0 for wait in waits]))
        )
    await starting
    outcome = await ground.verdict()
    first = min(back)
    peak = max(Counter(int(moment - first) for moment in back).values())
    outcome.figures = {
        "clients": count,
        "told_when": sum(wait is not None for wait in waits),
        "planned_peak": max(Counter(int(wait or 0) for wait in waits).values()),
        "peak_a_second": peak,
        "seconds": round(max(back) - first, 1),
    }
    outcome.least("told when to come back", outcome.figures["told_when"], count)
    outcome.most("told to come in one second", outcome.figures["planned_peak"], TOLD * count)
    return outcome.most("peak of connects in a second", peak, SHARE * count)


def told_to_wait(client: Raw) -> float | None:
    """The seconds that the server has told this client to stay away."""
    said = client.read()
    client.close()
    pattern = COME_BACK if client.transport == "websocket" else RETRY
    found: list[bytes] = pattern.findall(said)
    return int(found[-1]) / 1000 if found else None


@row("c13")
async def asleep(ground: Ground) -> Outcome:
    """A client whose machine sleeps while others publish, and wakes up."""
    await ground.crowd(8)
    given = {
        "addresses": [ground.site.address(number) for number in (0, 1)],
        "session": ground.people.session["alice"],
        "username": ground.people.alice,
        "start": ground.start,
    }
    sleeper = await asyncio.to_thread(start_sleeper, given)
    async with ground.publishing(10):
        await ground.published(10)
        async with ground.fault("asleep"):
            sleeper.send_signal(signal.SIGSTOP)
            await asyncio.sleep(ASLEEP)
            sleeper.send_signal(signal.SIGCONT)
        await ground.published(10)
    await ground.settle()
    told = await asyncio.to_thread(ground.oracle.after, ground.start)
    topics = await asyncio.to_thread(ground.oracle.topics, ground.people.alice)
    last = [each.cursor for each in told if each.topics & topics][-1]
    said, _ = await asyncio.to_thread(sleeper.communicate, f"{last}\n")
    ground.crowds.append(woken(ground, json.loads(said)))
    outcome = await ground.verdict()
    outcome.figures["slept"] = ASLEEP
    return outcome


def start_sleeper(given: dict[str, Any]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.sleeper"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(given) + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "reading\n"
    return process


def woken(ground: Ground, told: Iterable[dict[str, Any]]) -> Crowd:
    """What the readers of the other process were told, as a crowd of this one."""
    crowd = Crowd()
    for each in told:
        reader: Any = SimpleNamespace(
            transport=f"sleeping {each['transport']}",
            cursors=each["cursors"],
            times=each["times"],
            events=each["cursors"],
            fresh_starts=[(place, cursor) for place, cursor in each["fresh_starts"]],
            resets=[None] * each["resets"],
            stop=_gone,
        )
        crowd.members.append(Subscriber(reader, ground.people.alice, ground.start))
    return crowd


async def _gone() -> None:
    """It has left already."""
