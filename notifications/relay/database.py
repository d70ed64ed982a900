"""The relay's own threads to the database, few and with connections that outlive a call.

A thread per stream would cost a connection per stream; ``sync_to_async`` would share one thread
with every view. A call that fails closes its thread's connections, so that the next one starts
with a new one: a database that was restarted is back at the next call.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from django.db import InterfaceError, OperationalError, connections

from notifications.errors import Unavailable

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Database(Protocol):
    """Where the relay's calls to the database run."""

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """Run ``work(*args)`` off the loop; raises Unavailable if the database is away."""

    def stop(self) -> None:
        """Let the threads end after what they are doing, and close their connections."""


@dataclass(frozen=True, slots=True)
class _Call:
    work: Callable[..., Any]
    args: tuple[Any, ...]
    loop: asyncio.AbstractEventLoop
    result: asyncio.Future[Any]

    def answer(self, value: Any = None, error: BaseException | None = None) -> None:
        try:
            self.loop.call_soon_threadsafe(self._settle, value, error)
        except RuntimeError:
            logger.debug("The loop ended before its call to the database did.")

    def _settle(self, value: Any, error: BaseException | None) -> None:
        if self.result.done():
            return
        if error is None:
            self.result.set_result(value)
        else:
            self.result.set_exception(error)


class Threads:
    """A bounded number of daemon threads that take calls from one queue."""

    def __init__(self, name: str, count: int) -> None:
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self.count = count
        for number in range(count):
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True).start()

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """Run ``work(*args)`` in a thread; raises Unavailable if the database is away."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()
        self._calls.put(_Call(work, args, loop, result))
        try:
            return await result
        except (OperationalError, InterfaceError) as error:
            raise Unavailable() from error

    def stop(self) -> None:
        """Let the threads end after what they are doing, and close their connections."""
        for _ in range(self.count):
            self._calls.put(None)

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            self._perform(call)
        connections.close_all()

    def _perform(self, call: _Call) -> None:
        try:
            value = call.work(*call.args)
        except BaseException as error:
            _close_after(error)
            call.answer(error=error)
        else:
            _give_back()
            call.answer(value)


def _close_after(error: BaseException) -> None:
    """Close what the failed call used, unless the database had no part in the failure."""
    for connection in connections.all(initialized_only=True):
        if connection.errors_occurred or isinstance(error, (OperationalError, InterfaceError)):
            connection.close()
    _give_back()


def _give_back() -> None:
    """Return pooled connections to their pool, which is shared with the rest of the process."""
    for connection in connections.all(initialized_only=True):
        if connection.settings_dict.get("OPTIONS", {}).get("pool"):
            connection.close()
