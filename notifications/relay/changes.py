"""Where rights have changed, in the part of the log that memory has."""

from __future__ import annotations

import json
from collections.abc import Iterable

from notifications.cursor import Cursor
from notifications.events import CONNECTIONS_ENDED, RIGHTS_CHANGED, Entry
from notifications.relay.memory import Memory

#: The types after which what a ticket says about somebody has to be asked again.
DOUBTFUL = {RIGHTS_CHANGED, CONNECTIONS_ENDED}
#: Above so many names those are dropped whose change memory does not reach back to.
MOST_NAMES = 20_000


class Changes:
    """The last change of each topic's readers and of each session that was signed out.

    Read from memory when it is asked for, so it holds after a restart, too.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._last: dict[str, int] = {}
        self._read_to = memory.head

    def none_since(self, cursor: Cursor, names: Iterable[str]) -> bool:
        """Whether nothing has changed for any of these topics and sessions since a cursor.

        False also where memory cannot tell: it does not reach back, or is of another log.
        """
        if not self._memory.covers(cursor):
            return False
        self._catch_up()
        return all(self._last.get(name, 0) <= cursor.seq for name in names)

    def _catch_up(self) -> None:
        memory = self._memory
        if memory.head == self._read_to:
            return
        if memory.covers(self._read_to):
            fresh = memory.newest(memory.head.seq - self._read_to.seq)
        else:
            self._last.clear()
            fresh = memory.newest(len(memory))
        for entry in fresh:
            if entry.type in DOUBTFUL:
                self._last.update(dict.fromkeys(_names(entry), entry.seq))
        self._read_to = memory.head
        if len(self._last) > MOST_NAMES:
            start = memory.head.seq - len(memory)
            self._last = {name: seq for name, seq in self._last.items() if seq > start}


def _names(entry: Entry) -> Iterable[str]:
    """Whom an event is about: one session that was signed out, else all readers of its topics."""
    about = json.loads(entry.data)
    if about.get("connection"):
        # One page was closed: of its reader nothing has changed.
        return ()
    if about.get("reason") == "signed_out" and about.get("session"):
        return (about["session"],)
    return entry.topics
