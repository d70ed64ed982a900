"""One connection of the load client, and the events that it has had."""

from __future__ import annotations

import socket
import struct

from bench.load.transport import MARK

SO_TIMESTAMPNS = 35
LINGER_NOT = struct.pack("ii", 1, 0)


class Connection:
    """One socket: how far its opening is, and how many events it has had."""

    __slots__ = ("began", "count", "number", "request", "seen", "socket", "step", "tail")

    def __init__(self, number: int, request: bytes) -> None:
        self.number = number
        self.request = request
        self.step = 0
        self.seen = b""
        # The beginning of a mark at the end of what has been read.
        self.tail = b""
        self.count = 0
        self.began = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        # Closing by reset leaves no port waiting: tens of thousands are opened in a run.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)

    def marks(self, buffer: bytearray, size: int) -> int:
        """How many marks end in what was read, also one that the read before it began."""
        count = buffer.count(MARK, 0, size)
        if self.tail:
            count += (self.tail + buffer[: len(MARK) - 1]).count(MARK)
            self.tail = b""
        start = max(size - len(MARK) + 1, 0)
        if buffer.find(MARK[:1], start, size) >= 0:
            self.tail = bytes(buffer[start:size])
        return count
