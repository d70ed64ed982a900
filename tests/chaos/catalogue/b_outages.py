"""B4 to B10: a database that is locked, restarted, crashed, pruned, crowded or full."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg

from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.place import Place, Plan, Services
from tests.chaos.rows import row
from tests.chaos.visiting import CLEAN, Visitor
from tests.chaos.watching import query
from tests.support.site import ROOT

RECOVERY = 3.0
#: Longer than a pool of connections keeps its patience.
AWAY_SECONDS = 8.0
NO_DEBUG = {"DEBUG": "0"}
#: What the catalogue says of B9 and B10.
MOST_CONNECTIONS = 10
DISK_MB = 8
PEAK = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"


def visitor(ground: Ground, server: int = 0, name: str = "bob") -> Visitor:
    return Visitor(ground.site.address(server), ground.people.session[name])


@row("b4", databases=("sqlite",), environment=NO_DEBUG)
async def file_locked(ground: Ground) -> Outcome:
    """Another process holds SQLite's lock for ten seconds."""
    await ground.crowd(12)
    bob = visitor(ground)
    await asyncio.to_thread(bob.arrive)
    path = ground.oracle.url.removeprefix("sqlite:///")
    async with ground.fault("the file is locked") as fault:
        with holding(path):
            posting = asyncio.create_task(
                asyncio.to_thread(bob.post_patiently, ground.people.lobby, "patient")
            )
            began = time.monotonic()
            late = await ground.crowd(8, who=("alice",), transports=("websocket", "sse"))
            joined = time.monotonic() - began
            reader = visitor(ground, name="alice")
            await asyncio.to_thread(reader.get, "/")
            await asyncio.sleep(10 - (time.monotonic() - began))
        fault.back = time.monotonic()
        tries = await posting
    await ground.settle()
    outcome = await ground.verdict()
    outcome.figures |= {
        "stall": round(max(bob.took), 2),
        "tries": tries,
        "joined": round(joined, 2),
    }
    outcome.most("a page beside", max(reader.took), 3)
    outcome.most("joins beside", joined, 5)
    outcome.most("longest answer", max(bob.took), 8)
    outcome.least("posted", tries, 2)
    outcome.most("late readers not in", sum(not each.connects for each in late.readers), 0)
    return outcome.most("odd answers", odd(bob, reader), 0)


@contextlib.contextmanager
def holding(path: str) -> Iterator[None]:
    """The lock of a SQLite file is somebody else's."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.holder", path],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    try:
        yield
    finally:
        process.communicate()


def odd(*visitors: Visitor) -> int:
    """Answers that are neither right nor "try again"."""
    return sum(status not in CLEAN for each in visitors for status in each.statuses)


async def restarted(ground: Ground, mode: str) -> Outcome:
    """PostgreSQL goes and comes back during publishing, and people look at pages meanwhile."""
    crowd = await ground.crowd(20)
    before = crowd.connects
    bob = visitor(ground)
    await asyncio.to_thread(bob.arrive)
    async with ground.publishing(15):
        await ground.published(20)
        async with ground.fault(f"PostgreSQL, {mode}") as fault:
            stopped = asyncio.create_task(asyncio.to_thread(ground.postgres.stop, mode))
            looking = asyncio.create_task(asyncio.to_thread(look, bob, ground.people.lobby))
            await stopped
            await looking
            await ground.wait(AWAY_SECONDS)
            await asyncio.to_thread(ground.postgres.start)
            fault.back = time.monotonic()
        await ground.published(20)
    await ground.settle()
    outcome = await ground.verdict()
    again = min(each.ended for each in ground.tries() if each.id and each.ended > fault.back)
    outcome.most("first publish again", again - fault.back, RECOVERY)
    outcome.figures |= {"statuses": sorted(set(bob.statuses)), "connects": crowd.connects - before}
    if outcome.recovery is not None:
        outcome.most("recovery p95", outcome.recovery.p95, RECOVERY)
    outcome.most("connections that were lost", crowd.connects - before, 0)
    return outcome.most("odd answers", odd(bob), 0)


def look(person: Visitor, room: str) -> None:
    """A page, and a post, of somebody who knows nothing of it."""
    person.get("/")
    person.post(room, "now?")


@row("b5", environment=NO_DEBUG)
async def restarted_fast(ground: Ground) -> Outcome:
    """PostgreSQL is restarted."""
    return await restarted(ground, "fast")


@row("b6", environment=NO_DEBUG)
async def crashed(ground: Ground) -> Outcome:
    """PostgreSQL crashes: what was acknowledged has survived."""
    return await restarted(ground, "immediate")


@row("b8", options={"MEMORY_EVENTS": 5})
async def pruned_away(ground: Ground) -> Outcome:
    """The log is pruned past the cursors of those who are away."""
    ground.expected_resets = True
    crowd = await ground.crowd(15)
    async with ground.publishing(10):
        await ground.published(10)
    await ground.settle()
    for member in crowd.members:
        await member.reader.stop()
    async with ground.publishing(10):
        await ground.published(10)
    await asyncio.to_thread(ground.oracle.after, ground.start)
    await ground.do("prune_events")
    connects = [each.connects for each in crowd.readers]
    for reader in crowd.readers:
        await reader.__aenter__()
    await ground.until(
        lambda: all(
            each.connects > times for each, times in zip(crowd.readers, connects, strict=True)
        ),
        "everybody is back",
    )
    async with ground.publishing(10):
        await ground.published(5)
    await ground.settle()
    outcome = await ground.verdict()
    outcome.most("silent skips", sum(not each.resets for each in crowd.readers), 0)
    return outcome.most("resets each", max(len(each.resets) for each in crowd.readers), 1)


@row(
    "b9",
    fresh=True,
    postgres={"max_connections": MOST_CONNECTIONS},
    environment={**NO_DEBUG, "DATABASE_POOL": "3"},
)
async def no_connection_left(ground: Ground) -> Outcome:
    """Others have taken all of PostgreSQL's connections, and two hundred clients come."""
    await ground.crowd(10)
    people = [visitor(ground, server, name) for server in (0, 1) for name in ("alice", "bob")]
    for each in people:
        await asyncio.to_thread(each.arrive)
    async with ground.fault("no connection is left") as fault:
        async with greedy(ground):
            coming = asyncio.create_task(ground.crowd(200, poll_pause=1.0))
            await asyncio.gather(*(asyncio.to_thread(look, each, "none") for each in people))
            await ground.wait(10)
        fault.back = time.monotonic()
        await coming
    await ground.do("notify", title="afterwards", to=[ground.people.team])
    await ground.settle()
    outcome = await ground.verdict()
    used = int((await asyncio.to_thread(query, ground.oracle.url, PEAK))[0][0])
    statuses = sorted({status for each in people for status in each.statuses})
    outcome.figures |= {"connections_afterwards": used, "statuses": statuses}
    outcome.most("longest answer", max(max(each.took) for each in people), 25)
    return outcome.most("odd answers", sum(s not in CLEAN | {404} for s in statuses), 0)


@contextlib.asynccontextmanager
async def greedy(ground: Ground) -> AsyncIterator[None]:
    """Take connections until the database refuses one."""
    taken: list[psycopg.AsyncConnection] = []
    try:
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                taken.append(await psycopg.AsyncConnection.connect(ground.oracle.url))
        yield
    finally:
        for each in taken:
            await each.close()


@row("b10", needs="root", databases=("sqlite",), processes=1, redis=False)
async def disk_full(ground: Ground) -> Outcome:
    """The disk is full, and has room again."""
    folder = Path(tempfile.mkdtemp(prefix="noticeboard-full-"))
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "noticeboard", str(folder)]
    await asyncio.to_thread(subprocess.run, words, check=True)
    environment = {**NO_DEBUG, "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}"}
    plan = Plan(database="sqlite", processes=1, redis=False, environment=environment)
    try:
        place = await asyncio.to_thread(Place, replace(plan, fresh=True), Services())
        inner = Ground(ground.row, place, ground.seed, ground.quick)
        try:
            return await filled(inner, folder)
        finally:
            await inner.close()
            await asyncio.to_thread(place.close)
    finally:
        await asyncio.to_thread(subprocess.run, ["umount", "--lazy", str(folder)], check=True)
        await asyncio.to_thread(folder.rmdir)


async def filled(ground: Ground, folder: Path) -> Outcome:
    await ground.crowd(10)
    bob = visitor(ground)
    await asyncio.to_thread(bob.arrive)
    async with ground.publishing(10):
        await ground.published(5)
        async with ground.fault("the disk is full"):
            fill(folder / "filler")
            await asyncio.to_thread(lambda: [bob.post(ground.people.lobby, "x") for _ in range(30)])
            await asyncio.to_thread(bob.get, "/")
            (folder / "filler").unlink()
        await ground.published(5)
    await ground.settle()
    outcome = await ground.verdict()
    outcome.figures["statuses"] = sorted(set(bob.statuses))
    integrity = await asyncio.to_thread(query, ground.oracle.url, "PRAGMA integrity_check")
    outcome.least("posts that were told to come again", bob.statuses.count(503), 1)
    outcome.most("faults of the file", len(integrity) - (integrity == [("ok",)]), 0)
    return outcome.most("odd answers", odd(bob), 0)


def fill(path: Path) -> None:
    """Until there is no byte left."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096) == 4096:
            pass
