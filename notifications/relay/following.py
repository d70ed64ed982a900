"""Following the log: hints taken if they fit, the log read if they don't, and every second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from notifications import log, metrics
from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import Discontinued
from notifications.events import Entry
from notifications.relay.database import Database
from notifications.relay.memory import Memory

#: Where handing out takes longer than this, in seconds, and a hint has come meanwhile, hints are
#: left to gather ...
BUSY = 0.002
#: ... for as long as the last handing out took, and never longer than this.
LONGEST_PAUSE = 0.05
#: What has come meanwhile is heard within so many seconds afterwards. To publish takes longer: who
#: publishes one when the one before is there need not wait.
MEANWHILE = 0.005


def news(at: Cursor, limit: int) -> list[Entry]:
    """Return what the log has after a cursor; raises Discontinued if it is not of this log."""
    return [] if log.head().cursor == at else log.after(at, None, limit)


def age(written: str) -> float:
    """Seconds since an event's time, which is the database's: an older clock here makes it 0."""
    return max(0.0, time.time() - datetime.fromisoformat(written).timestamp())


def newest(most: int) -> tuple[Cursor, list[Entry]]:
    """Return the head of the log and up to about ``most`` entries that end there."""
    head = log.head()
    position, entries = max(head.floor, head.cursor.seq - most), []
    while position < head.cursor.seq:
        more = log.read(position, options.REPLAY_BATCH)
        if not more:
            break
        entries += more
        position = more[-1].seq
    return (entries[-1].cursor if entries else head.cursor), entries


class Follower:
    """Keeps ``memory`` a true copy of the log's end, and tells of each entry once, in order.

    A hint is a payload that some process sent after its stamp. It is taken only if it is exactly
    the next entry of the very log that we follow; anything else means that the log has to be
    read. So lost, doubled, late or foreign hints cost a read and never an event.
    """

    def __init__(
        self,
        memory: Memory,
        database: Database,
        told: Callable[[Sequence[Entry]], None],
        restarted: Callable[[], None],
    ) -> None:
        self._memory = memory
        self._database = database
        self._told = told
        self._restarted = restarted
        self._reading = asyncio.Lock()
        self._begun = self._done = 0
        self._hints: list[Entry] = []
        self._gathering = False
        #: How many entries no hint has brought: they were found by reading the log.
        self.found = 0
        #: How long the last handing out took, and when it ended.
        self._took = self._ended = 0.0
        #: Set when the log has to be read before the next second is over.
        self.behind = asyncio.Event()

    async def load(self) -> None:
        """Start at the head of the log, with its newest entries."""
        self._memory.restart(*await self._database.run(newest, options.MEMORY_EVENTS))

    def hint(self, entries: Iterable[Entry], head: Cursor) -> None:
        """Note a hint; what comes in together is handed out together."""
        count = len(self._hints)
        self._hints.extend(entries)
        if len(self._hints) == count:
            # Too large to be sent along: only where the log stands.
            if head.seq > self._memory.head.seq:
                self.behind.set()
        elif not self._gathering:
            self._gathering = True
            asyncio.get_running_loop().call_later(self._pause(), self.take_hints)

    def take_hints(self) -> None:
        """Take of the hints that wait those which continue the log."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        hints, self._hints, self._gathering = self._hints, [], False
        fresh: list[Entry] = []
        for entry in sorted(hints, key=lambda entry: entry.seq):
            if self.continues(entry, fresh[-1].cursor if fresh else self._memory.head):
                fresh.append(entry)
            elif entry.seq > (fresh[-1].seq if fresh else self._memory.head.seq):
                self.behind.set()
        if fresh:
            self._accept(fresh)
        self._ended = loop.time()
        self._took = self._ended - began

    def _pause(self) -> float:
        """For how long hints are left to gather: what comes too fast to be handed out singly."""
        since = asyncio.get_running_loop().time() - self._ended
        behind = self._took > BUSY and since < MEANWHILE
        return min(self._took, LONGEST_PAUSE) if behind else 0.0

    def continues(self, entry: Entry, head: Cursor) -> bool:
        """Whether an entry is exactly the next one after ``head``, in the same log."""
        return entry.seq == head.seq + 1 and entry.before == head.check

    async def follow(self) -> None:
        """Read the log to its end. Returns after a read that began after the call."""
        asked = self._begun
        async with self._reading:
            if self._done > asked:
                return
            self._begun += 1
            await self._read()
            self._done = self._begun

    async def _read(self) -> None:
        limit = options.REPLAY_BATCH
        while True:
            try:
                entries = await self._database.run(news, self._memory.head, limit)
            except Discontinued:
                return await self.start_again()
            # Hints may have been taken meanwhile.
            fresh = [entry for entry in entries if entry.seq > self._memory.head.seq]
            if fresh and not self.continues(fresh[0], self._memory.head):
                return await self.start_again()
            if fresh:
                self.found += len(fresh)
                self._accept(fresh)
            if len(entries) < limit:
                return None

    async def start_again(self) -> None:
        """The log is not the one that we followed: nobody's place in it is certain any more."""
        await self.load()
        self._restarted()

    def _accept(self, entries: Sequence[Entry]) -> None:
        self._memory.append(entries)
        self._told(self._memory.newest(len(entries)))
        self._memory.trim()
        metrics.RELAY_LAG.observe(age(entries[0].time))
