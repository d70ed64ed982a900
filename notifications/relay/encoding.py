"""The bytes of many events at once, per transport; made once for all who get the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from notifications.events import Entry

#: RFC 6455: FIN and the opcode of a text frame.
TEXT_FRAME = 0x81
#: How many joined batches are kept; a batch rarely has more than a few kinds of reader.
KEPT_JOINS = 256


class Encoding(Protocol):
    """How one transport writes events."""

    name: str

    def join(self, entries: Sequence[Entry]) -> bytes:
        """Return the bytes of all entries, ready for the socket."""

    def signal(self, wire: bytes) -> bytes:
        """Return the bytes of one signal event; several are put one after the other."""


def text_frame(text: bytes) -> bytes:
    """Return one unmasked WebSocket text frame (server to client, RFC 6455 §5.2)."""
    length = len(text)
    if length < 126:
        return bytes((TEXT_FRAME, length)) + text
    if length < 65_536:
        return bytes((TEXT_FRAME, 126)) + length.to_bytes(2, "big") + text
    return bytes((TEXT_FRAME, 127)) + length.to_bytes(8, "big") + text


class WebSocketFrames:
    """One text frame per event, one after the other."""

    name = "websocket"

    def join(self, entries: Sequence[Entry]) -> bytes:
        """Return concatenated text frames."""
        return b"".join(text_frame(entry.wire()) for entry in entries)

    def signal(self, wire: bytes) -> bytes:
        """Return one text frame."""
        return text_frame(wire)


class EventStream:
    """One ``text/event-stream`` block per event; JSON has no raw line ends, so one data line."""

    name = "sse"

    def join(self, entries: Sequence[Entry]) -> bytes:
        """Return concatenated blocks with ``id`` and ``data``."""
        return b"".join(
            b"id: %b\ndata: %b\n\n" % (str(entry.cursor).encode(), entry.wire())
            for entry in entries
        )

    def signal(self, wire: bytes) -> bytes:
        """Return one block; without an id, so that the cursor stays where it is."""
        return b"data: %b\n\n" % wire


class JsonItems:
    """The inside of a JSON array."""

    name = "json"

    def join(self, entries: Sequence[Entry]) -> bytes:
        """Return the events with commas between them."""
        return b",".join(entry.wire() for entry in entries)

    def signal(self, wire: bytes) -> bytes:
        """Return the event; the poll puts the commas."""
        return wire


ENCODINGS: dict[str, Encoding] = {
    encoding.name: encoding for encoding in (WebSocketFrames(), EventStream(), JsonItems())
}


class Joins:
    """Joined batches, so that a thousand readers of the same events cost one encoding."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, tuple[int, ...]], bytes] = {}

    def of(self, encoding: Encoding, entries: Sequence[Entry]) -> bytes:
        """Return ``encoding.join(entries)``, made at most once while it is kept."""
        key = (encoding.name, tuple(entry.seq for entry in entries))
        payload = self._kept.get(key)
        if payload is None:
            if len(self._kept) >= KEPT_JOINS:
                self._kept.clear()
            payload = self._kept[key] = encoding.join(entries)
        return payload

    def clear(self) -> None:
        """Forget all: the events may have new content under the same numbers."""
        self._kept.clear()
