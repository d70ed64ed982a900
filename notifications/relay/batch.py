"""New entries to everyone who wants them: one encoding per kind of reader, one write per reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from notifications.conf import options
from notifications.cursor import Cursor
from notifications.events import Entry
from notifications.relay.connection import Connection, State
from notifications.relay.encoding import Encoding, Joins
from notifications.relay.index import Index

Piece = tuple[Sequence[Entry], bytes]


def pieces(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Cut entries into runs of at most REPLAY_BATCH and about a quarter of BUFFER_BYTES.

    A write is never much larger than what a connection may have waiting.
    """
    most_bytes = options.BUFFER_BYTES // 4
    start = size = 0
    for place, entry in enumerate(entries):
        size += len(entry.data)
        if place > start and (size > most_bytes or place - start >= options.REPLAY_BATCH):
            yield entries[start:place]
            start, size = place, len(entry.data)
    if start < len(entries):
        yield entries[start:]


class Batch:
    """Entries that are handed out together.

    Readers are told apart by which of the batch's topics they have, as a bit mask: a hundred
    events to one topic cost a reader one write, and all its readers one encoding.
    """

    def __init__(self, entries: Sequence[Entry], index: Index, joins: Joins) -> None:
        self._entries = entries
        self._index = index
        self._joins = joins
        topics = dict.fromkeys(topic for entry in entries for topic in entry.topics)
        self._bits = {topic: 1 << place for place, topic in enumerate(topics)}
        self._cut: dict[tuple[Encoding, int], list[Piece]] = {}

    def hand_out(self, hold: Callable[[Connection, Cursor], None]) -> None:
        """Write to every live reader; ``hold`` those that have too much waiting."""
        most = options.BUFFER_BYTES
        live = State.LIVE
        cut = self._cut
        for connection, mask in self._masks().items():
            if connection.state is not live:
                continue
            kind = (connection.encoding, mask)
            if kind not in cut:
                cut[kind] = list(self._pieces(*kind))
            straight = connection.straight
            for entries, payload in cut[kind]:
                if straight is not None and straight.open:
                    waiting = straight.write(payload)
                else:
                    waiting = connection.sink.write(payload, entries)
                if waiting > most:
                    hold(connection, entries[-1].cursor)
                    break

    def _masks(self) -> dict[Connection, int]:
        masks: dict[Connection, int] = {}
        for topic, bit in self._bits.items():
            readers = self._index.readers(topic)
            if not masks:
                masks = dict.fromkeys(readers, bit)
            else:
                for connection in readers:
                    masks[connection] = masks.get(connection, 0) | bit
        return masks

    def _pieces(self, encoding: Encoding, mask: int) -> Iterator[Piece]:
        wanted = [
            entry
            for entry in self._entries
            if any(self._bits[topic] & mask for topic in entry.topics)
        ]
        for piece in pieces(wanted):
            yield piece, self._joins.of(encoding, piece)
