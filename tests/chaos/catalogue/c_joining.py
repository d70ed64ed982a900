"""C1 to C3: transports that change with every event, a storm of returns, and races of the join."""

from __future__ import annotations

import asyncio
import itertools
import random
from typing import Any

from tests.chaos.crowd import PEOPLE, Crowd, Subscriber
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.rows import row
from tests.chaos.watching import query
from tests.support.readers import (
    EventStreamReader,
    LongPollReader,
    PollReader,
    Reader,
    SwitchingReader,
    WebSocketReader,
)

KINDS: tuple[type[Reader], ...] = (
    WebSocketReader,
    EventStreamReader,
    LongPollReader,
    PollReader,
)
#: Of C2: how many, and how often each is cut off.
CLIENTS = 500
KICKS = 20
#: Ticks of the processes are questions too; they are taken off by what they ask without returns.
ASKED = "SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database WHERE datname = '{}'"
REST_SECONDS = 4.0
#: Each read of the log takes so long before and after what it does: a race that is never missed.
SLOWLY = {"DJANGO_SETTINGS_MODULE": "tests.chaos.slow_settings"}


class Restless(SwitchingReader):
    """Another transport after every event, whichever chance says."""

    transport = "restless"

    def __init__(self, *arguments: Any, chance: random.Random, **named: Any):
        super().__init__(*arguments, **named)
        self.kinds = iter(lambda: chance.choice(KINDS), None)  # type: ignore[assignment]

    def take_and_switch(self, frame: dict[str, Any]) -> None:
        self.take(frame)
        self.inner.cursor = self.cursor
        if "control" not in frame and not frame.get("signal"):
            self._switched.set()


@row("c1", quick=True)
async def always_another(ground: Ground) -> Outcome:
    """Another transport after every event."""
    crowd = Crowd()
    for number, name in zip(
        range(ground.count(20, least=6)), itertools.cycle(PEOPLE), strict=False
    ):
        session = ground.people.session[name] if name else None
        chance = random.Random(ground.random.random())
        reader = Restless(ground.site, session, after=ground.start, server=number, chance=chance)
        username = getattr(ground.people, name) if name else None
        crowd.members.append(Subscriber(reader, username, ground.start))
    ground.crowds.append(crowd)
    await crowd.gather()
    async with ground.publishing(4):
        await ground.published(ground.count(80, least=16))
    await ground.settle()
    outcome = await ground.verdict()
    outcome.figures["connects"] = sum(each.connects for each in crowd.readers)
    return outcome


@row("c2")
async def storm_of_returns(ground: Ground) -> Outcome:
    """Five hundred clients are cut off twenty times each during publishing."""
    crowd = await ground.crowd(ground.count(CLIENTS, least=40), poll_pause=2.0)
    base = await questions_a_second(ground)
    async with ground.publishing(10):
        began = asyncio.get_running_loop().time()
        asked, connects = await questions(ground), crowd.connects
        for _kick in range(ground.count(KICKS)):
            await kick_all(ground, crowd)
        seconds = asyncio.get_running_loop().time() - began
        asked = await questions(ground) - asked - base * seconds
        returns = crowd.connects - connects
    await ground.settle()
    outcome = await ground.verdict()
    outcome.figures |= {
        "returns": returns,
        "returns_a_second": round(returns / seconds, 1),
        "questions_a_return": round(asked / max(returns, 1), 2),
    }
    return outcome


async def kick_all(ground: Ground, crowd: Crowd) -> None:
    """Cut everybody off at once; returns when every stream is back."""
    streams = [each.reader for each in crowd.of("websocket", "sse")]
    before = [each.connects for each in streams]
    for each in crowd.readers:
        each.cut_off()
    await ground.until(
        lambda: all(each.connects > had for each, had in zip(streams, before, strict=True)),
        "everybody is back",
    )


async def questions(ground: Ground) -> float:
    """Transactions of the site's database so far: outside of one, each question is one."""
    name = ground.oracle.url.split("?")[0].rsplit("/", 1)[1]
    rows = await asyncio.to_thread(query, ground.oracle.url, ASKED.format(name))
    return float(rows[0][0] or 0)


async def questions_a_second(ground: Ground) -> float:
    """What is asked while nothing happens."""
    before = await questions(ground)
    await asyncio.sleep(REST_SECONDS)
    return (await questions(ground) - before) / REST_SECONDS


@row("c3", environment=SLOWLY, options={"MEMORY_EVENTS": 20})
async def race_of_the_join(ground: Ground) -> Outcome:
    """Events are published between the registration of a reader and the read of its backlog."""
    count = ground.count(60, least=15)
    async with ground.publishing(15):
        await ground.published(30)
        for _batch in range(3):
            await ground.crowd(count // 3, who=("alice", "bob"))
    await ground.settle()
    return await ground.verdict()
