"""A trace: what the log tells one person, without what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from notifications import log
from notifications.cursor import Cursor
from notifications.errors import Discontinued
from notifications.events import Entry
from notifications.rights import topics_of

#: Events that are read at a time; what is beyond comes with the next question.
MOST_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Traced:
    """Events for a person's topics, internal ones too, and the cursor to go on from."""

    cursor: Cursor
    topics: Sequence[str]
    entries: Sequence[Entry]


def trace(person: Any, after: Cursor | None) -> Traced:
    """What came after a cursor; nothing yet without one, or where the log does not go on from it.

    The topics are those that the person has without asking, as they are now.
    """
    topics = sorted(topics_of(person))
    head = log.head().cursor
    if after is None:
        return Traced(head, topics, ())
    try:
        entries = log.after(after, topics, MOST_EVENTS, internal=True)
    except Discontinued:
        return Traced(head, topics, ())
    full = len(entries) == MOST_EVENTS
    reached = max([head, *(entry.cursor for entry in entries)], key=lambda each: each.seq)
    return Traced(entries[-1].cursor if full else reached, topics, entries)
