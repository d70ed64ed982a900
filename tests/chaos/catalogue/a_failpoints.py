"""A4 and A5: a publisher dies at the worst moment."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys

from tests.chaos.catalogue.a_processes import RECOVERY
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome, Times
from tests.chaos.rows import row
from tests.support.site import ROOT

#: What a relay's look at the log may be late by on top of its interval, and the interval.
LATE, INTERVAL = 1.0, 1.0
#: A poll every 0.15 s, and a busy machine.
POLLS = 0.5


async def die(ground: Ground, point: str, died: dict[str, float]) -> None:
    """Publish to alice and bob in a process that is killed at a point; note when it died.

    Where another process has stamped its event before it could, it ends in peace, and the next one
    tries.
    """
    title = f"{ground.people.prefix} dies {len(died)}"
    while title not in died:
        done = await _publish(ground, point, title)
        if done.returncode == 0:
            title += " again"
            continue
        assert done.returncode == -signal.SIGKILL, f"{done.returncode}: {done.stderr}"
        died[title] = float(done.stdout)


async def _publish(ground: Ground, point: str, title: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.chaos.failing", point, ground.people.team, title],
        cwd=ROOT,
        env=ground.site.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def delays(ground: Ground, died: dict[str, float]) -> list[float]:
    """From each death to each arrival of what it left behind."""
    return [
        moment - died[title]
        for crowd in ground.crowds
        for reader in crowd.readers
        for title, moment in zip(reader.titles, reader.times, strict=True)
        if title in died
    ]


@row("a4", quick=True)
async def before_the_wake(ground: Ground) -> Outcome:
    """kill -9 a publisher between its commit and its hint: the look at the log finds it."""
    await ground.crowd(20, who=("alice", "bob"))
    died: dict[str, float] = {}
    # Nobody else publishes: that would be a hint, and find it earlier.
    for number in range(ground.count(6, least=2)):
        point = ("before the stamp", "before the hint")[number % 2]
        await die(ground, point, died)
    await ground.settle()
    outcome = await ground.verdict()
    found = delays(ground, died)
    outcome.recovery = Times.of(found)
    outcome.least("arrivals", len(found), len(died) * len(ground.crowds[0].members))
    bound = INTERVAL + LATE + POLLS
    return outcome.most("longest delay", max(found, default=0), ground.bound(bound))


@row("a5", quick=True)
async def inside_the_stamp(ground: Ground) -> Outcome:
    """kill -9 a publisher inside its stamp: the next stamp tells it once, and there is no hole."""
    await ground.crowd(20, who=("alice", "bob"))
    died: dict[str, float] = {}
    async with ground.publishing(8):
        for _ in range(ground.count(6, least=2)):
            await die(ground, "inside the stamp", died)
    await ground.settle()
    outcome = await ground.verdict()
    found = delays(ground, died)
    outcome.recovery = Times.of(found)
    outcome.least("arrivals", len(found), len(died) * len(ground.crowds[0].members))
    return outcome.most("longest delay", max(found, default=0), ground.bound(RECOVERY))
