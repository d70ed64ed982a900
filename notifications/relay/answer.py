"""What both polls get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.cursor import Cursor
from notifications.events import Entry


@dataclass(frozen=True, slots=True)
class Answer:
    """Events after a cursor, and the cursor to ask with next.

    ``reset`` is the reason why the asker's cursor cannot be continued, else None; with a reset
    there are no entries and the cursor is the head.
    """

    cursor: Cursor
    entries: Sequence[Entry] = ()
    reset: str | None = None
