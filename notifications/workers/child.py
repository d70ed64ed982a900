"""A server process whose socket, and whose end, is its parent's business."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from typing import Any

from twisted.python.failure import Failure

from notifications import relay, server
from notifications.workers.sockets import adopt

logger = logging.getLogger(__name__)

#: What a child says on the line to its parent as soon as it is ready.
READY = b"r"
#: A child whose database does not answer listens after this all the same: its pages say why.
LOAD_SECONDS = 10.0


class Child(server.Server):
    """Serves from the socket ``shared``; ``line`` is one end of a pair of sockets to the parent.

    It has read the end of the log before it accepts the first connection. The line carries one
    byte, when the child is ready. Its end tells the child that the parent is no more: nobody would
    pass a SIGTERM on, and nobody else could listen where the child still does, so it lets everybody
    go and stops.
    """

    def __init__(self, application: Any, *, shared: int, line: int | None, **keywords: Any) -> None:
        # Daphne must be given one endpoint at least, but opens none here.
        super().__init__(application, endpoints=[f"fd:fileno={shared}"], **keywords)
        self.endpoints: list[str] = []
        self._shared = shared
        self._line = line
        self._beginning: asyncio.Task[None] | None = None
        #: Set when it could not listen.
        self.failed = False

    def _set_up(self) -> None:
        super()._set_up()
        loop = asyncio.get_event_loop()
        self._beginning = loop.create_task(self._begin())
        if self._line is not None:
            loop.add_reader(self._line, self._on_line, self._line)

    async def _begin(self) -> None:
        loaded = relay.current().parts.clockwork.loaded
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(loaded.wait(), LOAD_SECONDS)
        if self.draining is not None:
            return
        try:
            self.listen_success(adopt(server.reactor, self._shared, self.http_factory))
        except OSError:
            self.listen_error(Failure())
            return
        await loaded.wait()
        if self._line is not None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._line, READY)

    def listen_error(self, failure: Any) -> None:
        """Say why, and stop."""
        self.failed = True
        super().listen_error(failure)

    def _on_line(self, line: int) -> None:
        # The parent never says anything: what can be read is the end.
        asyncio.get_event_loop().remove_reader(line)
        logger.error("The parent has gone.")
        self.begin_drain()
