"""The rolling restart: each worker gets a successor, and goes when that one is ready.

At no moment are there fewer workers that accept connections than before. A successor that ends, or
is not ready in time, ends the round: the workers that are left go on as they are, so a release
that cannot start does no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from notifications.workers.process import Process

logger = logging.getLogger(__name__)

#: A successor that is not ready after this is given up.
START_SECONDS = 120.0
#: A worker that has not ended so long after it was told to is killed; draining takes up to twenty.
STOP_SECONDS = 40.0


class Rolling:
    """One round after the other over the places of ``workers``, a step whenever ``step`` is called.

    ``start`` gives a new process, ``end`` takes one that has ended.
    """

    def __init__(
        self,
        workers: list[Process | None],
        start: Callable[[], Process],
        end: Callable[[Process], None],
    ) -> None:
        self._workers = workers
        self._start = start
        self._end = end
        self._asked = False
        self._places: list[int] = []
        self._coming: Process | None = None
        self._leaving: Process | None = None

    def ask(self) -> None:
        """Begin a round; during one, another when it is over."""
        self._asked = True

    @property
    def processes(self) -> list[Process]:
        """Those that stand beside the workers: the one that comes and the one that leaves."""
        return [each for each in (self._coming, self._leaving) if each is not None]

    def step(self) -> None:
        """Go on, as far as it goes now."""
        if self._leaving is not None:
            self._see_off(self._leaving)
        elif self._coming is not None:
            self._welcome(self._coming)
        elif self._places:
            self._coming = self._start()
        elif self._asked:
            self._asked = False
            self._places = list(range(len(self._workers)))
            logger.info("Replacing %d workers, one by one.", len(self._places))

    def _welcome(self, coming: Process) -> None:
        if coming.ready:
            place = self._places.pop(0)
            old, self._workers[place] = self._workers[place], coming
            self._coming, self._leaving = None, old
            logger.info("Worker %d is ready.", coming.pid)
            if old is not None:
                old.stop()
        elif coming.ended:
            self._give_up(coming, f"ended with {coming.status} before it was ready")
        elif coming.seconds > START_SECONDS:
            coming.kill()
            self._give_up(coming, f"was not ready within {START_SECONDS:.0f} seconds")

    def _give_up(self, coming: Process, why: str) -> None:
        logger.error("Worker %d %s: the others stay as they are.", coming.pid, why)
        self._places.clear()
        self._coming, self._leaving = None, coming

    def _see_off(self, leaving: Process) -> None:
        if leaving.ended:
            self._leaving = None
            self._end(leaving)
        elif leaving.seconds > STOP_SECONDS:
            logger.error("Worker %d did not stop, and is killed.", leaving.pid)
            leaving.kill()
