"""What is measured once a second and not counted where it happens: who is here, what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from notifications import metrics
from notifications.relay.holding import Held
from notifications.relay.index import SLOTS, Index
from notifications.relay.memory import Memory

SECONDS = 1.0
#: What operators call the encodings: a poll that waits is answered in JSON.
TRANSPORTS = {"websocket": "websocket", "sse": "sse", "json": "longpoll"}


class Measuring:
    """Sets the gauges of this process, and hands over what the tallies have counted."""

    def __init__(self, index: Index, memory: Memory, held: Held, reads: Callable[[], bool]) -> None:
        self._index = index
        self._memory = memory
        self._held = held
        self._reads = reads
        #: Bytes that wait for the connections of each heartbeat slot, as of its last heartbeat: to
        #: ask ten thousand sinks at once would hold the loop.
        self.queued = [0] * SLOTS

    async def measure(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + SECONDS
            await asyncio.sleep(SECONDS)
            metrics.LOOP_LAG.observe(max(0.0, loop.time() - due))
            self.look()

    def look(self) -> None:
        """Set the gauges to what is so now."""
        for name, transport in TRANSPORTS.items():
            metrics.CONNECTIONS.labels(transport).set(self._index.by_encoding[name])
        metrics.HELD.set(len(self._held))
        metrics.QUEUE_BYTES.set(sum(self.queued))
        metrics.LOG_HEAD.set(self._memory.head.seq)
        metrics.READS.set(self._reads())
        metrics.RESIDENT_BYTES.set(metrics.resident_bytes())
        metrics.settle()
