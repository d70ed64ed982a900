"""The event loop below Twisted: uvloop's where it is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

new_loop: Callable[[], Any] | None
try:
    from uvloop import new_event_loop as new_loop
except ImportError:
    new_loop = None


def take_loop(reactor: Any) -> None:
    """Give the reactor a loop of uvloop's, before anything has been scheduled.

    Daphne has made the reactor, with asyncio's own loop, as soon as Django knows its apps; what it
    watches until it runs is the one descriptor by which threads wake it.
    """
    old = reactor._asyncioEventloop
    if new_loop is None or old.is_running() or reactor.getDelayedCalls():
        return
    watched = reactor.getReaders()
    for reader in watched:
        reactor.removeReader(reader)
    reactor._asyncioEventloop = new_loop()
    for reader in watched:
        reactor.addReader(reader)
    old.close()
