"""What this process says of itself to operators: its figures, and who is connected, if asked."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from notifications import log, metrics
from notifications.cursor import Cursor
from notifications.operating import looking, processes
from notifications.relay.connection import Connection, State
from notifications.relay.database import Database
from notifications.relay.index import Index
from notifications.relay.measuring import TRANSPORTS
from notifications.relay.memory import Memory
from notifications.relay.tasks import FAILURES, Tasks

logger = logging.getLogger(__name__)

#: A process that ends before has nothing to tell.
FIRST_SECONDS = 1.0
#: How often a process looks whether somebody asks for its connections; then it lists them ...
LOOK_SECONDS = 2.0
#: ... and so often it writes its figures in any case.
WRITE_SECONDS = 5.0
#: A process that stops waits no longer for its row to go: it will not be missed.
END_SECONDS = 1.0


class Reports:
    """Writes the process's row. It fails quietly: what is away is said where it is needed."""

    def __init__(
        self,
        index: Index,
        memory: Memory,
        tasks: Tasks,
        place: Callable[[Connection], Cursor],
        rooms: Callable[[], int],
        database: Database,
    ) -> None:
        self._index = index
        self._memory = memory
        self._tasks = tasks
        self._place = place
        self._rooms = rooms
        self._database = database
        self._loop = asyncio.get_running_loop()
        self.identity = processes.Identity()
        self._turn = asyncio.Lock()
        self._ended = False
        self._listed = False
        self._written_at = self._loop.time()
        self._head: int | None = None
        self._behind = 0

    async def report(self) -> None:
        """Write until cancelled."""
        await asyncio.sleep(FIRST_SECONDS)
        while not self._ended:
            try:
                async with self._turn:
                    await self._look()
            except Exception:
                logger.debug("The figures of this process could not be written.", exc_info=True)
            await asyncio.sleep(LOOK_SECONDS)

    async def end(self) -> None:
        """The process stops in order: nobody is to see it any more."""
        self._ended = True
        with suppress(Exception):
            async with asyncio.timeout(END_SECONDS), self._turn:
                await self._database.run(processes.end, self.identity)

    async def _look(self) -> None:
        looks = await self._database.run(looking.asked)
        since = self._loop.time() - self._written_at
        if looks or self._listed or self._head is None or since >= WRITE_SECONDS:
            await self._write(looks)

    async def _write(self, looks: Collection[str]) -> None:
        figures = self.figures()
        lists = {look: self.listed(look) for look in looks}
        changed = lists if lists or self._listed else None
        head = await self._database.run(_write, self.identity, figures, changed)
        self._listed = bool(lists)
        # The log was read after the figures were taken: what came in between counts as missing.
        self._behind = max(0, head.seq - self._memory.head.seq)

    def figures(self) -> dict[str, Any]:
        """Numbers for people; `events` is how many a second the log has had since the last."""
        now, head = self._loop.time(), self._memory.head
        seconds, self._written_at = max(now - self._written_at, 0.001), now
        before = head.seq if self._head is None else self._head
        told, self._head = max(0, head.seq - before), head.seq
        states = Counter(each.state for each in self._index if each.state is not State.LIVE)
        return {
            "connections": {
                word: self._index.by_encoding[name] for name, word in TRANSPORTS.items()
            },
            "users": self._index.users,
            "visitors": len(self._index.visitors),
            "rooms": self._rooms(),
            "catching_up": states[State.BEHIND],
            "in_doubt": states[State.IN_DOUBT],
            "events": round(told / seconds, 1),
            "head": head.seq,
            "behind": self._behind,
            "remembered": len(self._memory),
            "tasks": len(self._tasks),
            "threads": threading.active_count(),
            "megabytes": _megabytes(),
            "failures": [asdict(failure) for failure in FAILURES],
        }

    def listed(self, look: str) -> dict[str, Any]:
        """The newest connections of one user, or of all, and how many there are."""
        if look == looking.EVERYBODY:
            count, newest = len(self._index), self._index.newest()
        else:
            own = list(self._index.readers(look))
            count, newest = len(own), reversed(own)
        rows = itertools.islice(newest, looking.MOST_LISTED)
        return {"count": count, "rows": [self._row(each) for each in rows]}

    def _row(self, connection: Connection) -> dict[str, Any]:
        admission = connection.admission
        at = self._place(connection).seq
        return {
            "id": connection.tag,
            "user": None if admission.anonymous else str(admission.user_id),
            "name": admission.name,
            "transport": TRANSPORTS.get(connection.encoding.name, connection.encoding.name),
            "state": connection.state.name.lower(),
            "at": at,
            "lag": max(0, self._memory.head.seq - at),
            "waiting": connection.sink.waiting(),
            "seconds": round(max(0.0, time.time() - connection.since)),
            "topics": len(admission.topics),
        }


def _write(
    identity: processes.Identity, figures: Mapping[str, Any], lists: Mapping[str, Any] | None
) -> Cursor:
    processes.write(identity, figures, lists)
    return log.head().cursor


def _megabytes() -> float | None:
    """The memory that the process has; None where the system does not say it."""
    return round(metrics.resident_bytes() / 1_000_000, 1) or None
