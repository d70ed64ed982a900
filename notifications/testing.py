"""Help for the tests of host projects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from notifications import log
from notifications.events import Entry
from notifications.signals import stamped


@contextmanager
def stamped_events() -> Iterator[list[Entry]]:
    """Stamp at the end of the block, and collect the entries that were stamped in it.

    In a `TestCase` nothing commits, so nothing is stamped, and inboxes stay empty::

        with stamped_events() as entries:
            notify("Hello", to="all")
        assert entries[0].type == "notification.created"

    It works in a `TransactionTestCase` too, where the commit has stamped already.
    """
    entries: list[Entry] = []

    def collect(*, entries: Sequence[Entry], into: list[Entry] = entries, **kwargs: Any) -> None:
        into.extend(entries)

    stamped.connect(collect)
    try:
        yield entries
        log.stamp()
    finally:
        stamped.disconnect(collect)
