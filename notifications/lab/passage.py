"""The way from a transport to the network, as long and as unreliable as a run wants it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

Deliver = Callable[[], Awaitable[None]]


class Passage:
    """What one connection is told, in order: at once, later, or not at all.

    ``delays`` are the least and the most in seconds; ``cut`` is asked before an event is handed
    over and true if it has cut the connection instead. Used on the loop.
    """

    def __init__(self, delays: tuple[float, float], cut: Callable[[], bool]) -> None:
        self.late = delays[1] > 0
        #: Bytes that are held back.
        self.waiting = 0
        self._delays = delays
        self._cut = cut
        self._broken = False
        self._pieces: deque[tuple[float, int, bool, Deliver]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._hurry = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether something is held back."""
        return self._task is not None and not self._task.done()

    def put(self, deliver: Callable[[], None], size: int, event: bool) -> None:
        """Hand over what can be written without waiting; ``event``: an event is in it."""
        if not self.late:
            if not self._broken_at(event):
                deliver()
            return

        async def later() -> None:
            deliver()

        self._hold(later, size, event)

    async def send(self, deliver: Deliver, size: int, event: bool, last: bool = False) -> None:
        """The same for what has to be awaited; after the ``last`` piece all has been delivered."""
        if not self.late:
            if not self._broken_at(event):
                await deliver()
            return
        self._hold(deliver, size, event)
        if last and self._task is not None:
            await asyncio.wait([self._task])

    def hurry(self) -> None:
        """Hold nothing back from now on. From any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hurry.set)

    def close(self) -> None:
        """Forget what is held back: its reader has gone."""
        self._broken = True
        self._pieces.clear()
        if self._task is not None:
            self._task.cancel()

    def _broken_at(self, event: bool) -> bool:
        if not self._broken and event:
            self._broken = self._cut()
        return self._broken

    def _hold(self, deliver: Deliver, size: int, event: bool) -> None:
        if self._broken:
            return
        self._pieces.append((self._due(), size, event, deliver))
        self.waiting += size
        if not self.busy:
            self._task = self._loop.create_task(self._run())

    def _due(self) -> float:
        # Bytes of one connection never overtake each other.
        due = self._loop.time() + random.uniform(*self._delays)
        return max(due, self._pieces[-1][0]) if self._pieces else due

    async def _run(self) -> None:
        while self._pieces:
            due, size, event, deliver = self._pieces[0]
            await self._until(due)
            self._pieces.popleft()
            self.waiting -= size
            if self._broken_at(event):
                self._pieces.clear()
                return
            try:
                await deliver()
            except Exception:
                logger.debug("A connection of the lab ended meanwhile.", exc_info=True)
                self._broken = True
                return

    async def _until(self, due: float) -> None:
        left = due - self._loop.time()
        if left <= 0 or self._hurry.is_set():
            return
        try:
            async with asyncio.timeout(left):
                await self._hurry.wait()
        except TimeoutError:
            pass
