"""The newest part of the log, as it stands in this process."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace

from notifications.cursor import Cursor
from notifications.events import BLANK, CONTENT, RETRACTED, Entry
from notifications.quoting import without_quote
from notifications.topics import ROOM, split

# As the log writes the reason of a `rights.changed`.
DELETED = '"reason":"deleted"'


class Memory:
    """An unbroken run of entries that ends at ``head``.

    Every entry names the check of the one before it, so a run that fits together is a part of one
    log and of no other.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: list[Entry] = []
        self.head = Cursor(0, "")
        self._start = self.head
        self._stale = 0

    def __len__(self) -> int:
        return len(self._entries)

    def restart(self, head: Cursor, entries: Sequence[Entry]) -> None:
        """Begin anew at ``head``, with the entries that end there (or none)."""
        self._entries = list(entries)
        self.head = head
        self._start = Cursor(entries[0].seq - 1, entries[0].before) if entries else head
        self._stale = 0

    def append(self, entries: Sequence[Entry]) -> None:
        """Take entries, each of which follows the one before; a retraction is obeyed."""
        self._entries.extend(entries)
        self.head = entries[-1].cursor
        for entry in entries:
            if entry.type == RETRACTED:
                # None where its topic is gone, too: then nobody reads what it told of.
                self._blank(json.loads(entry.data).get("id"))
            elif entry.internal and _rewrites(entry):
                self._stale = entry.seq

    def trim(self) -> None:
        """Forget the oldest entries above the bound, and those that may not be the log's now."""
        if self._stale > self._start.seq:
            self._forget(self._stale - self._start.seq)
        # A quarter more than asked for, so that the list is moved rarely.
        if len(self._entries) > self._most + self._most // 4:
            self._forget(len(self._entries) - self._most)

    def covers(self, cursor: Cursor) -> bool:
        """Whether everything after a cursor is here, and the cursor is of this log."""
        if not self._start.seq <= cursor.seq <= self.head.seq:
            return False
        return self._check_at(cursor.seq) == cursor.check

    def after(self, seq: int, topics: Collection[str]) -> list[Entry]:
        """Return the entries above ``seq`` that go to any of the topics, internal ones too."""
        wanted = frozenset(topics)
        newer = self._entries[max(0, seq - self._start.seq) :]
        return [entry for entry in newer if not wanted.isdisjoint(entry.topics)]

    def newest(self, count: int) -> list[Entry]:
        """Return the last ``count`` entries."""
        return self._entries[len(self._entries) - count :]

    def _blank(self, notification_id: int) -> None:
        """Drop the content of a retracted notification, as the log does; and what quotes it."""
        quoted = f'"reply_to":{{"id":{notification_id},'
        for place, entry in enumerate(self._entries):
            if entry.type not in CONTENT:
                continue
            if _speaks_of(entry, notification_id):
                self._entries[place] = replace(entry, data=BLANK)
            elif quoted in entry.data:
                self._entries[place] = replace(
                    entry, data=without_quote(entry.data, notification_id)
                )

    def _forget(self, count: int) -> None:
        self._start = self._entries[count - 1].cursor
        del self._entries[:count]

    def _check_at(self, seq: int) -> str:
        if seq == self._start.seq:
            return self._start.check
        return self._entries[seq - self._start.seq - 1].check


def _rewrites(entry: Entry) -> bool:
    """Whether what the log has told so far may read otherwise now.

    A room may be gone, and its topic taken out of it; so may a person, and the name.
    """
    return DELETED in entry.data or any(split(topic)[0] == ROOM for topic in entry.topics)


def _speaks_of(entry: Entry, notification_id: object) -> bool:
    # The text is looked at first: parsing thousands of entries would hold the loop.
    return (
        f":{notification_id}" in entry.data and json.loads(entry.data).get("id") == notification_id
    )
