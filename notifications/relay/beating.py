"""What the relay does by the clock: reads the log, publishes what is due, sends heartbeats."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable

from notifications import log, metrics, publishing
from notifications.conf import options
from notifications.relay.connection import Control, State
from notifications.relay.database import Database
from notifications.relay.following import Follower
from notifications.relay.index import SLOTS, Index
from notifications.relay.memory import Memory
from notifications.relay.renewing import Renewals
from notifications.relay.tasks import Outage

#: The database is away when the log could not be read for so many seconds. A restart of it that is
#: shorter takes no process out of traffic.
AWAY_SECONDS = 3.0


class Clockwork:
    """Endless loops, one task each, so that none waits for another. Nothing ends them but stop."""

    def __init__(
        self,
        index: Index,
        memory: Memory,
        follower: Follower,
        renewals: Renewals,
        database: Database,
        queued: list[int],
    ) -> None:
        self._index = index
        self._memory = memory
        self._follower = follower
        self._renewals = renewals
        self._database = database
        self._queued = queued
        self.loaded = asyncio.Event()
        self._read_at = 0.0

    @property
    def reads(self) -> bool:
        """Whether the log could be read just now."""
        longest = AWAY_SECONDS + options.RECONCILE_SECONDS
        return asyncio.get_running_loop().time() - self._read_at <= longest

    async def reconcile(self) -> None:
        """Load the end of the log, then compare with it every second: hints are only hints."""
        outage = Outage("Reading the log")
        work = self._follower.load
        while True:
            found = self._follower.found
            if await _succeeds(work, outage):
                if self._follower.found > found:
                    metrics.RECONCILE_HITS.inc()
                self.loaded.set()
                self._read_at = asyncio.get_running_loop().time()
                work = self._follower.follow
            await asyncio.sleep(options.RECONCILE_SECONDS)

    async def keep_up(self) -> None:
        """Read the log as soon as a hint shows that something is missing."""
        outage = Outage("Reading the log after a hint")
        # Before, no hint can fit, and what does not fit would make the relay begin anew.
        await self.loaded.wait()
        while True:
            await self._follower.behind.wait()
            self._follower.behind.clear()
            found = self._follower.found
            if not await _succeeds(self._follower.follow, outage):
                await asyncio.sleep(options.RECONCILE_SECONDS)
            elif self._follower.found > found:
                metrics.GAPS_REFILLED.inc()

    async def publish(self) -> None:
        """Publish what is due, and stamp what a process left that died after its commit."""
        due, stamp = Outage("Publishing what is due"), Outage("Stamping")
        while True:
            await _succeeds(lambda: self._database.run(publishing.due), due)
            await _succeeds(lambda: self._database.run(log.stamp), stamp)
            await asyncio.sleep(options.RECONCILE_SECONDS)

    async def beat(self) -> None:
        """Send heartbeats, spread over their interval, and have rights looked at again."""
        for slot in itertools.cycle(range(SLOTS)):
            await asyncio.sleep(options.HEARTBEAT_SECONDS / SLOTS)
            self.send_heartbeats(slot)
            self._renewals.look(asyncio.get_running_loop().time())

    def send_heartbeats(self, slot: int) -> None:
        """One frame for all of a slot: everything that is theirs up to here has been sent."""
        frame = Control("heartbeat", self._memory.head)
        waiting = 0
        for connection in list(self._index.slot(slot)):
            if connection.state is State.LIVE:
                connection.sink.control(frame)
            waiting += connection.sink.waiting()
        self._queued[slot] = waiting


async def _succeeds(work: Callable[[], Awaitable[object]], outage: Outage) -> bool:
    try:
        await work()
    except Exception as error:
        outage.failed(error)
        return False
    outage.mended()
    return True
