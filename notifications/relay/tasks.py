"""Background tasks that are kept, named and never fail unheard; outages that are told once."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

logger = logging.getLogger(__name__)


class Tasks:
    """The tasks of one relay. A loop refers to its tasks weakly; this does not."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run a coroutine beside everything else.

        In an empty context: the relay is started by whichever request comes first, and must not
        inherit that request's thread and variables.
        """
        task = asyncio.get_running_loop().create_task(
            work, name=f"noticeboard {name}", context=contextvars.Context()
        )
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def cancel(self) -> None:
        """Cancel everything that runs."""
        for task in list(self._running):
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("The task %r failed.", task.get_name(), exc_info=task.exception())


@dataclass(slots=True)
class Failure:
    """What was away: the kind of its first error, and when, in seconds since the epoch."""

    what: str
    error: str
    since: float
    until: float | None = None


#: The last failures of this process, for operators.
FAILURES: deque[Failure] = deque(maxlen=5)


class Outage:
    """Something outside that may be away for a while: said when it goes and when it is back."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._since: float | None = None
        self._failure: Failure | None = None

    def failed(self, error: BaseException) -> None:
        """Note a failure; only the first of a row is logged, with its traceback."""
        if self._since is None:
            self._since = asyncio.get_running_loop().time()
            self._failure = Failure(self._what, type(error).__name__, time.time())
            FAILURES.append(self._failure)
            logger.error("%s failed; trying again until it works.", self._what, exc_info=error)

    def mended(self) -> None:
        """Note a success; logged if there was a failure before."""
        if self._since is not None:
            away = asyncio.get_running_loop().time() - self._since
            self._since = None
            if self._failure is not None:
                self._failure.until = time.time()
            logger.warning("%s works again after %.1f s.", self._what, away)
