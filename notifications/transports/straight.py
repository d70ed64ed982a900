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
    """The part of a transport that writes; before ``tcp.Server`` among the bases.

    Whatever waits to be written, a farewell too, has Twisted call ``startWriting`` first and
    ``stopWriting`` when it is done.
    """

    # In the object, not in its dict: a write to one of many connections touches no more memory
    # than it must.
    __slots__ = ("_busy", "_send", "open")

    def __init__(self, accepted: Any, *arguments: Any) -> None:
        self._busy = False
        #: Whether the relay may write to it, past the protocol (``wire.WebSocketWire.straight``).
        self.open = False
        self._send = accepted.send
        super().__init__(accepted, *arguments)  # type: ignore[call-arg]

    def write(self, data: bytes) -> int:
        """Send now what can be sent now, the rest when the socket takes it; how much waits then."""
        if not self._busy:
            try:
                sent = self._send(data)
            except OSError:
                # Full, or broken: Twisted finds out which, and tells the protocol if it is broken.
                sent = 0
            if sent == len(data):
                return 0
            data = data[sent:]
        super().write(data)  # type: ignore[misc]
        return self.pending()

    def writeSequence(self, iovec: Iterable[bytes]) -> None:
        """Send pieces as one."""
        self.write(b"".join(iovec))

    def startWriting(self) -> None:
        """Something waits: what comes now comes after it."""
        self._busy = True
        super().startWriting()  # type: ignore[misc]

    def stopWriting(self) -> None:
        """Nothing waits any more."""
        self._busy = False
        super().stopWriting()  # type: ignore[misc]

    def connectionLost(self, reason: Any) -> None:
        """Nothing can be sent any more."""
        super().connectionLost(reason)  # type: ignore[misc]
        self._busy = True

    def pending(self: Any) -> int:
        """How many bytes the socket has not taken yet; of one that is gone nobody waits for."""
        if not self._busy or not self.connected:
            return 0
        waiting: int = len(self.dataBuffer) - self.offset + self._tempDataLen
        return waiting


class StraightServer(Straight, tcp.Server):  # type: ignore[misc]
    """An accepted TCP connection."""


class StraightUnixServer(Straight, unix.Server):  # type: ignore[misc]
    """An accepted connection over a Unix socket."""


def beneath(transport: Any) -> Straight | None:
    """The straight transport below TLS, or the one itself; None on a server that is not ours."""
    while transport is not None and not isinstance(transport, Straight):
        transport = getattr(transport, "transport", None)
    return transport
