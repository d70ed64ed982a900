"""The subscribers of a row: mixed transports and people, none of which drops a duplicate."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.readers import READERS, Reader
from tests.support.site import Site

#: None is a visitor.
PEOPLE = ("alice", "bob", "charlie", None)
#: Heartbeats come every second on these sites: who hears nothing for so long goes elsewhere.
PATIENCE = 5.0
#: Connects at a time while a crowd gathers.
TOGETHER = 25


@dataclass(eq=False)
class Subscriber:
    """One reader and whose it is; `username` is None for a visitor."""

    reader: Reader
    username: str | None
    start: str

    @property
    def segments(self) -> list[tuple[str, list[str]]]:
        """The cursor that it began at and what it was told, anew after each reset."""
        cuts = [(0, self.start), *self.reader.fresh_starts]
        ends = [*(place for place, _ in cuts[1:]), None]
        told = self.reader.cursors
        return [(cursor, told[at:end]) for (at, cursor), end in zip(cuts, ends, strict=True)]

    @property
    def arrivals(self) -> dict[str, float]:
        """When each cursor came first."""
        times: dict[str, float] = {}
        for cursor, moment in zip(self.reader.cursors, self.reader.times, strict=True):
            times.setdefault(cursor, moment)
        return times

    def __str__(self) -> str:
        return f"{self.reader.transport} of {self.username or 'a visitor'}"


@dataclass
class Crowd:
    """Subscribers that are connected until `leave()`."""

    members: list[Subscriber] = field(default_factory=list)
    _watch: asyncio.Task[None] | None = None

    @property
    def readers(self) -> list[Reader]:
        return [member.reader for member in self.members]

    def of(self, *transports: str) -> list[Subscriber]:
        return [member for member in self.members if member.reader.transport in transports]

    @property
    def connects(self) -> int:
        """Streams that were opened; a poll counts with each answer, so polls are left out."""
        streams = [each.reader for each in self.of("websocket", "sse")]
        return sum(reader.connects for reader in streams)

    @property
    def resets(self) -> int:
        return sum(len(reader.resets) for reader in self.readers)

    async def gather(self, patience: float = PATIENCE) -> None:
        """Connect all; returns when everybody is."""
        for readers in _pieces(self.readers, TOGETHER):
            await asyncio.gather(*(reader.__aenter__() for reader in readers))
        self._watch = asyncio.create_task(self._leave_the_silent(patience))

    async def leave(self) -> None:
        """Everybody goes, for good."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await asyncio.gather(*(reader.stop() for reader in self.readers), return_exceptions=True)

    async def _leave_the_silent(self, patience: float) -> None:
        """What a page does whose heartbeats fail to come: it connects again, elsewhere."""
        while True:
            await asyncio.sleep(patience / 10)
            for reader in self.readers:
                # A long poll is silent for as long as it waits.
                waits = getattr(reader, "wait", None) or 0
                if time.monotonic() - reader.heard > patience + waits:
                    reader.heard = time.monotonic()
                    reader.server = next(reader.servers)
                    reader.cut_off()


def make(
    site: Site,
    people: Any,
    count: int,
    start: str,
    transports: Iterable[str] = READERS,
    who: Iterable[str | None] = PEOPLE,
    poll_pause: float | None = None,
) -> Crowd:
    """So many subscribers, each way of transport and person, over all the processes.

    `start` is where they begin. `poll_pause`: seconds between two polls.
    """
    mixed = itertools.cycle(itertools.product(who, transports))
    crowd = Crowd()
    for number, (name, transport) in zip(range(count), mixed, strict=False):
        session = people.session[name] if name else None
        # By turns of whole rounds, so that each process has every transport.
        server = number + number // max(1, len(site.ports))
        reader = READERS[transport](site, session, after=start, server=server)
        if poll_pause is not None and transport == "polling":
            reader.pause = poll_pause  # type: ignore[attr-defined]
        # Who is sent away to come back after a while does, as the page's client does.
        reader.polite = True
        username = getattr(people, name) if name else None
        crowd.members.append(Subscriber(reader, username, start))
    return crowd


def _pieces(readers: Sequence[Reader], size: int) -> Iterable[Sequence[Reader]]:
    return [readers[at : at + size] for at in range(0, len(readers), size)]


@contextlib.asynccontextmanager
async def gathered(crowd: Crowd) -> Any:
    """A crowd for as long as the block lasts."""
    await crowd.gather()
    try:
        yield crowd
    finally:
        await crowd.leave()
