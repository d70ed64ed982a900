"""Sockets of Twisted's that are written to at once.

Twisted's own write path buffers, asks the loop to tell it when the socket is writable, and takes
that back again: two epoll_ctl calls and a turn of the loop for each write, four times the cost of
the send itself. Here the bytes go to ``socket.send`` when nothing is waiting; what the socket does
not take, and everything while something is waiting, goes Twisted's way, so that the order is
always kept. Below TLS it is the same: what is encrypted is written like anything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from twisted.internet import tcp, unix


class Straight:
    """The part of a transport that writes; before ``tcp.Server`` among the bases."""

    def write(self: Any, data: bytes) -> None:
        """Send now what can be sent now; the rest when the socket takes it."""
        if (
            self.connected
            and not self.dataBuffer
            and not self._tempDataBuffer
            and not self.disconnecting
            and not self._writeDisconnecting
            and not self.TLS
        ):
            try:
                sent = self.socket.send(data)
            except OSError:
                # Full, or broken: Twisted finds out which, and tells the protocol if it is broken.
                sent = 0
            if sent == len(data):
                return
            data = data[sent:]
        super().write(data)  # type: ignore[misc]

    def writeSequence(self, iovec: Iterable[bytes]) -> None:
        """Send pieces as one."""
        self.write(b"".join(iovec))

    def pending(self: Any) -> int:
        """How many bytes the socket has not taken yet."""
        waiting: int = len(self.dataBuffer) - self.offset + self._tempDataLen
        return waiting


class StraightServer(Straight, tcp.Server):  # type: ignore[misc]
    """An accepted TCP connection."""


class StraightUnixServer(Straight, unix.Server):  # type: ignore[misc]
    """An accepted connection over a Unix socket."""
