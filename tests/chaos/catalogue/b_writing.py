"""B1 to B3, B11 and B12: many who write at once, who take it back, and who hold a lock for long."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from typing import Any

import psycopg

from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.rows import row
from tests.chaos.watching import query

WRITERS = 50
#: What the storms write is read by few: it is the writing that is looked at.
READERS = 8
#: A pool for all of them, else they would wait for a connection and not for each other.
POOL = {"DATABASE_POOL": str(WRITERS + 10)}
TITLE = re.compile(r" w(\d+)-(\d+)$")

TWICE = """
    SELECT count(*) FROM (
        SELECT notification_id FROM notifications_event WHERE type = 'notification.created'
        GROUP BY notification_id HAVING count(*) > 1
    ) AS twice
"""
WAITING = "SELECT count(*) FROM notifications_notification WHERE published_at IS NULL"


async def storm(ground: Ground, rollback: float, each: int) -> dict[str, Any]:
    """Fifty threads publish at once, each transaction open for a random while."""
    told: dict[str, Any] = await ground.do(
        "storm",
        writers=WRITERS if not ground.quick else 16,
        each=each,
        to=[ground.people.team],
        title=ground.people.prefix,
        rollback=rollback,
        pause=0.05,
        seed=ground.seed,
    )
    return told


async def judged(ground: Ground, told: dict[str, Any]) -> Outcome:
    """Everybody has what was kept, nothing that was taken back, and no writer overtook himself."""
    await ground.settle()
    outcome = await ground.verdict()
    (crowd,) = ground.crowds
    for member in crowd.members:
        outcome.lost += len(set(told["kept"]) - set(member.reader.titles))
        outcome.unexpected += len(set(told["undone"]) & set(member.reader.titles))
    overtaken = max(turned(member.reader.titles) for member in crowd.members)
    outcome.most("overtaken by a later one of its own writer", overtaken, 0)
    outcome.figures |= {name: len(told[name]) for name in ("kept", "undone", "failed")}
    outcome.figures["write_p99"] = told["p99"]
    return outcome


def turned(titles: Iterable[str]) -> int:
    """How often a writer's earlier one was told after its later one, which it had begun after."""
    last: dict[str, int] = defaultdict(lambda: -1)
    count = 0
    for title in titles:
        if found := TITLE.search(title):
            count += int(found[2]) <= last[found[1]]
            last[found[1]] = int(found[2])
    return count


@row("b1", environment=POOL)
async def many_publishers(ground: Ground) -> Outcome:
    """Fifty publishers at once, whose commits take a random time."""
    await ground.crowd(READERS, who=("alice",))
    told = await storm(ground, 0.0, each=ground.count(10, least=4))
    outcome = await judged(ground, told)
    return outcome.most("failed writes", len(told["failed"]), 0)


@row("b2", environment=POOL)
async def rollbacks(ground: Ground) -> Outcome:
    """The same, and three of ten take it back."""
    await ground.crowd(READERS, who=("alice",))
    told = await storm(ground, 0.3, each=ground.count(10, least=4))
    outcome = await judged(ground, told)
    return outcome.most("failed writes", len(told["failed"]), 0)


@row("b3", quick=True, databases=("sqlite",))
async def on_sqlite(ground: Ground) -> Outcome:
    """The same on SQLite, as it is by default, beside posts over HTTP."""
    await ground.crowd(READERS, who=("alice",))
    async with ground.publishing(10):
        told = await storm(ground, 0.3, each=ground.count(6, least=4))
    outcome = await judged(ground, told)
    refused = [*told["failed"], *(each.error for each in ground.tries() if each.error)]
    outcome.figures["locked"] = len(refused)
    # A view answers "locked" with 503; a program gets it as the error that it is.
    unclean = [each for each in refused if "503" not in each and "is locked" not in each]
    outcome.notes += unclean[:3]
    return outcome.most("unclean errors", len(unclean), 0)


@row("b11", quick=True)
async def counter_held(ground: Ground) -> Outcome:
    """Somebody holds the lock of the counter for ten seconds."""
    await ground.crowd(12)
    async with ground.publishing(10):
        await ground.published(5)
        async with ground.fault("the counter is locked") as fault, locked(ground):
            await ground.wait(10)
        late = await ground.crowd(4, who=("bob",))
        await ground.published(5)
    await ground.settle()
    outcome = await ground.verdict()
    assert outcome.recovery is not None
    outcome.figures["publish_p99_while_locked"] = round(ground.publish_p99(fault), 3)
    outcome.most("late readers not in", sum(not each.connects for each in late.readers), 0)
    outcome.most("failed publishes", ground.publish_failures(), 0)
    outcome.most("publish p99 while locked", ground.publish_p99(fault), ground.bound(2))
    return outcome.most("recovery p95", outcome.recovery.p95, ground.bound(3))


@contextlib.asynccontextmanager
async def locked(ground: Ground) -> AsyncIterator[None]:
    """A session of psql's that has begun and forgotten to end."""
    async with await psycopg.AsyncConnection.connect(ground.oracle.url) as session:
        await session.execute("SELECT * FROM notifications_counter FOR UPDATE")
        yield


@row("b12", quick=True)
async def two_schedulers(ground: Ground) -> Outcome:
    """Two processes that publish what is due, a thousand rows, one moment."""
    count = ground.count(1_000)
    await ground.crowd(8, who=("alice",))
    await ground.do("schedule", count=count, to=[ground.people.team], title="due", seconds=3)

    async def published() -> bool:
        return int((await ask(ground, WAITING))[0][0]) == 0

    await until(ground, published)
    await ground.settle()
    outcome = await ground.verdict()
    twice = int((await ask(ground, TWICE))[0][0])
    outcome.figures["due"] = count
    outcome.duplicated += twice
    return outcome.most("not published", abs(count - outcome.figures["events"]), 0)


async def ask(ground: Ground, text: str) -> list[tuple[Any, ...]]:
    return await asyncio.to_thread(query, ground.oracle.url, text)


async def until(ground: Ground, condition: Any) -> None:
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.2)
