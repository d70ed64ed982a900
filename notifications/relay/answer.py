"""What both polls get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.cursor import Cursor
from notifications.events import Entry
from notifications.relay.hearing import Heard
from notifications.signaling import SignalEvent


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a page that polls says of itself: its client id, and what it has heard before."""

    client_id: str
    since: Heard | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Events after a cursor, and the cursor to ask with next.

    ``signals`` are those that the page has not had, ``heard`` is what it has heard with them, for
    its next poll. ``reset`` is the reason why the asker's cursor cannot be continued, else
    None; with a reset there are no entries and the cursor is the head.
    """

    cursor: Cursor
    entries: Sequence[Entry] = ()
    reset: str | None = None
    signals: Sequence[SignalEvent] = ()
    heard: Heard | None = None
