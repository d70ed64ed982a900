"""What other processes send after a stamp."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notifications.cursor import Cursor
from notifications.events import Entry


def unpack(payload: Mapping[str, Any]) -> tuple[list[Entry], Cursor]:
    """Return the entries that a hint carries (none if they were too many) and where the log ends.

    Raises KeyError, TypeError or ValueError (BadCursor is one) for what is not a hint.
    """
    head = Cursor.parse(payload["head"])
    return [_entry(*row) for row in payload["entries"]], head


def _entry(
    seq: int, check: str, before: str, topics: list[str], type: str, time: str, data: str
) -> Entry:
    return Entry(int(seq), check, before, tuple(topics), type, time, data)
