"""Who was told to wait and asks all the same: refused before Django, which costs ten times as much.

A writer that floods the API would else take from everybody the time of the one loop.
"""

from __future__ import annotations

import time
from collections.abc import Callable

#: Above this many, those whose time is over are forgotten; while there are none, nobody is noted.
MOST = 10_000


class Told:
    """Until when a session is to leave an address alone, in this process. For any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[tuple[str, str], float] = {}

    def __bool__(self) -> bool:
        return bool(self._until)

    def note(self, session_key: str, path: str, seconds: float) -> None:
        """A session was told to come back to a path in so many seconds."""
        now = self._clock()
        if len(self._until) >= MOST:
            self._until = {each: until for each, until in self._until.items() if until > now}
        if len(self._until) < MOST:
            self._until[session_key, path] = now + seconds

    def left(self, session_key: str, path: str) -> float:
        """How many seconds are left of that; 0: it may ask."""
        until = self._until.get((session_key, path))
        if until is None:
            return 0.0
        left = until - self._clock()
        if left <= 0:
            self._until.pop((session_key, path), None)
        return max(left, 0.0)


told = Told()
