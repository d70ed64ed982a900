"""What arrives for one application: a queue that is small while nothing waits in it."""

from __future__ import annotations

import asyncio
from typing import Any

Message = dict[str, Any]


class Arrivals:
    """ASGI events in their order. ``asyncio.Queue`` does the same with four deques, which are 3 KB
    for each connection, most of which never have anything waiting.
    """

    __slots__ = ("_readers", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[Message] = []
        self._readers: list[asyncio.Future[None]] = []

    def put_nowait(self, event: Message) -> None:
        """Put an event behind the others."""
        self._waiting.append(event)
        for reader in self._readers:
            if not reader.done():
                reader.set_result(None)

    def qsize(self) -> int:
        """How many events wait."""
        return len(self._waiting)

    async def get(self) -> Message:
        """Take the oldest event, when there is one."""
        while not self._waiting:
            reader = asyncio.get_running_loop().create_future()
            self._readers.append(reader)
            try:
                await reader
            finally:
                self._readers.remove(reader)
        return self._waiting.pop(0)
