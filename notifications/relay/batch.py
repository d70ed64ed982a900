"""New entries to everyone who wants them: one encoding per kind of reader, one write per reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from notifications import metrics
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


class Share:
    """What readers of one encoding and the same topics get, and how many have been given it."""

    __slots__ = ("missed", "pieces", "readers")

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.readers = 0
        #: Events, and their bytes, that readers were not given because they were held.
        self.missed = [0, 0]

    def held_at(self, place: int) -> None:
        """A reader got the pieces up to this place only."""
        for entries, payload in self.pieces[place + 1 :]:
            self.missed[0] += len(entries)
            self.missed[1] += len(payload)

    def count(self, transport: str) -> None:
        """Tell what was delivered; once for all readers, because each write is to be cheap."""
        events = self.readers * sum(len(entries) for entries, _ in self.pieces)
        size = self.readers * sum(len(payload) for _, payload in self.pieces)
        metrics.delivered(transport, events - self.missed[0], size - self.missed[1])


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
        self._shares: dict[tuple[Encoding, int], Share] = {}

    def hand_out(self, hold: Callable[[Connection, Cursor], None]) -> None:
        """Write to every live reader; ``hold`` those that have too much waiting."""
        most = options.BUFFER_BYTES
        live = State.LIVE
        shares = self._shares
        for connection, mask in self._masks().items():
            if connection.state is not live:
                continue
            kind = (connection.encoding, mask)
            share = shares.get(kind)
            if share is None:
                share = shares[kind] = Share(list(self._pieces(*kind)))
            share.readers += 1
            straight = connection.straight
            for entries, payload in share.pieces:
                if straight is not None and straight.open:
                    waiting = straight.write(payload)
                else:
                    waiting = connection.sink.write(payload, entries)
                if waiting > most:
                    share.held_at(share.pieces.index((entries, payload)))
                    hold(connection, entries[-1].cursor)
                    break
        self._count()

    def _count(self) -> None:
        for (encoding, _mask), share in self._shares.items():
            # A poll that waits takes as much as it asked for: counted where it is answered.
            if encoding.name in metrics.STREAMS:
                share.count(encoding.name)

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
