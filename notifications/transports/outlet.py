"""Where the bytes of a connection go: straight to the socket on our server, else ASGI's send."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from notifications.relay import Straight

logger = logging.getLogger(__name__)

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]

EXTENSION = "noticeboard.wire"


class Wire(Protocol):
    """What our server gives a transport: the socket of this connection (``transports.wire``)."""

    def write(self, payload: bytes) -> int:
        """Send bytes framed for this transport; how many wait then. Never blocks, never raises."""

    def waiting(self) -> int:
        """How many bytes the socket has not taken yet."""

    def abort(self) -> None:
        """Drop the connection and what waits for it."""

    def settle(self) -> None:
        """Forget what the connection was opened with: it is here to stay."""

    def straight(self) -> Straight | None:
        """The socket, where nothing but what ``write`` is given has to be written to it."""


def wire_of(scope: dict[str, Any]) -> Wire | None:
    """The wire of a connection; None on a server that is not ours."""
    extension = scope.get("extensions", {}).get(EXTENSION)
    wire: Wire | None = extension["wire"] if extension else None
    return wire


def settle(scope: dict[str, Any], wire: Wire | None) -> None:
    """Forget the request of a connection that stays: it is kilobytes, and has been read.

    Other servers may look at theirs until it ends.
    """
    if wire is None:
        scope["headers"] = []
    else:
        scope.clear()
        wire.settle()


class Queue:
    """ASGI messages sent one after the other by a task, so that who puts them need not wait."""

    __slots__ = ("_broken", "_messages", "_send", "_task", "_waiting")

    def __init__(self, send: Send) -> None:
        self._send = send
        # Made when there is one: on our server almost nothing goes this way.
        self._messages: deque[tuple[Message, int]] | None = None
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None
        self._broken = False

    def put(self, message: Message, size: int = 0) -> int:
        """Send a message after those that wait; how many bytes wait then, ``size`` included."""
        if self._broken:
            return 0
        if self._messages is None:
            self._messages = deque()
        self._messages.append((message, size))
        self._waiting += size
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._drain())
        return self._waiting

    def waiting(self) -> int:
        """How many bytes the server has not taken yet."""
        return self._waiting

    async def empty(self, seconds: float) -> None:
        """Wait until all has been sent, but no longer than ``seconds``."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=seconds)
            self._task.cancel()

    def drop(self) -> None:
        """Forget what waits; nothing more is sent."""
        self._broken = True
        self._messages = None
        self._waiting = 0
        if self._task is not None:
            self._task.cancel()

    async def _drain(self) -> None:
        while self._messages:
            message, size = self._messages.popleft()
            try:
                await self._send(message)
            except Exception:
                # The client is gone; each server says so with an exception of its own.
                logger.debug("A connection ended while something was sent to it.", exc_info=True)
                self.drop()
                return
            self._waiting -= size
