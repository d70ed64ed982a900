"""A relay per test, on both databases, whose threads have ended before the tables are emptied."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from notifications.relay import Relay, current, running
from tests.relay.pages import DEADLINE, Page


def threads_ended() -> None:
    for thread in threading.enumerate():
        # That of the broadcaster is the process's own and stays.
        if thread.name.startswith(("noticeboard-work", "noticeboard-log", "noticeboard-actions")):
            thread.join(DEADLINE)
            assert not thread.is_alive()


@pytest_asyncio.fixture
async def relay(database: str) -> AsyncIterator[Relay]:
    """The relay of the test's loop."""
    relay = current()
    yield relay
    relay.stop()
    running._relays.clear()
    threads_ended()


@pytest.fixture
def page(relay: Relay) -> Callable[..., Page]:
    """Make a page of a session (None: a visitor); it is opened by ``await page(key).open()``."""

    def make(session_key: str | None = None, encoding: str = "json") -> Page:
        return Page(relay, session_key, encoding)

    return make
