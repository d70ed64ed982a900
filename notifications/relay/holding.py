"""Connections that have too much waiting: left alone until it has drained, or given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from notifications.conf import options
from notifications.relay.connection import Connection, State

#: Seconds between two looks while anything is held back.
LOOK_AGAIN = 0.05


class Held:
    """What bounds the memory of a slow connection: it gets nothing while over BUFFER_BYTES.

    Nothing is lost by that: it goes on from the log. One that has not drained to half of the bound
    after DRAIN_SECONDS is given up.
    """

    def __init__(
        self, drained: Callable[[Connection], None], given_up: Callable[[Connection], None]
    ) -> None:
        self._drained = drained
        self._given_up = given_up
        self._held: set[Connection] = set()
        self._looking = False

    def __len__(self) -> int:
        return len(self._held)

    def add(self, connection: Connection) -> None:
        """Hold a connection back."""
        loop = asyncio.get_running_loop()
        connection.held_since = loop.time()
        self._held.add(connection)
        if not self._looking:
            self._looking = True
            loop.call_later(LOOK_AGAIN, self.look)

    def look(self) -> None:
        """Let go on what has drained, and give up what has not in its time."""
        loop = asyncio.get_running_loop()
        for connection in list(self._held):
            self._look_at(connection, loop.time())
        self._looking = bool(self._held)
        if self._looking:
            loop.call_later(LOOK_AGAIN, self.look)

    def _look_at(self, connection: Connection, now: float) -> None:
        if connection.state is not State.BEHIND or connection.held_since is None:
            self._let_go(connection)
        elif connection.sink.waiting() <= options.BUFFER_BYTES // 2:
            self._let_go(connection)
            self._drained(connection)
        elif now - connection.held_since >= options.DRAIN_SECONDS:
            self._let_go(connection)
            self._given_up(connection)

    def _let_go(self, connection: Connection) -> None:
        connection.held_since = None
        self._held.discard(connection)
