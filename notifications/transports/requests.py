"""How a request may arrive: in time, and not larger than anybody has use for.

Twisted waits for ever for a client that sends a byte a minute, and writes to the disk whatever it
is sent before an application can look at it. A proxy in front should have bounds of its own; these
hold without one.
"""

from __future__ import annotations

import time
from typing import Any

from twisted.web import http

from notifications.conf import options

LATE = (408, b"Request Timeout")
TOO_LARGE = (413, b"Content Too Large")
ENDING = (b"Content-Length: 0", b"Connection: close")
#: Many that are due one after the other are looked at together.
SHORTEST_LOOK = 0.1


class Deadlines:
    """Connections whose request has not arrived whole yet, the oldest first."""

    def __init__(self) -> None:
        # A dict keeps its order, and all have the same time: whoever is first is due first.
        self._since: dict[BoundedHTTP, float] = {}
        self._planned = False

    def begin(self, connection: BoundedHTTP) -> None:
        """Let the time of a connection run, unless it does already."""
        if connection not in self._since:
            self._since[connection] = time.monotonic()
            self._plan()

    def end(self, connection: BoundedHTTP) -> None:
        """Its request is here, or it has gone."""
        self._since.pop(connection, None)

    def _plan(self) -> None:
        if self._since and not self._planned:
            self._planned = True
            connection, since = next(iter(self._since.items()))
            left = since + options.REQUEST_SECONDS - time.monotonic()
            connection.callLater(max(left, SHORTEST_LOOK), self._look)

    def _look(self) -> None:
        self._planned = False
        due = time.monotonic() - options.REQUEST_SECONDS
        late = [connection for connection, since in self._since.items() if since <= due]
        for connection in late:
            del self._since[connection]
            connection.refuse(*LATE)
        self._plan()


class BoundedHTTP(http.HTTPChannel):  # type: ignore[misc]
    """One HTTP connection; its requests arrive in REQUEST_SECONDS and REQUEST_BYTES."""

    # Twisted's attributes are as many as share their names among all connections: in the same
    # dictionary, these would cost each connection 2 KB.
    __slots__ = ("begun", "body_bytes", "deadlines", "refused")

    transport: Any

    def __init__(self, deadlines: Deadlines) -> None:
        super().__init__()
        self.deadlines = deadlines
        #: Bytes of the body so far, with the marks of its chunks.
        self.body_bytes = 0
        self.refused = False
        #: Whether anything has come since the last request.
        self.begun = False

    def connectionMade(self) -> None:
        """Begin to wait: who connects has something to ask."""
        super().connectionMade()
        self.deadlines.begin(self)

    def dataReceived(self, data: bytes) -> None:
        """Take bytes, of a request that is whole or arrives."""
        if self.refused:
            return
        if not self._handlingRequest:
            self.begun = True
            self.deadlines.begin(self)
        super().dataReceived(data)

    def rawDataReceived(self, data: bytes) -> None:
        """Take a part of a body, or what comes before its turn."""
        if self.refused:
            return
        if not self._handlingRequest:
            self.body_bytes += len(data)
            if self.body_bytes > options.REQUEST_BYTES:
                self.refuse(*TOO_LARGE)
                return
        super().rawDataReceived(data)

    def allHeadersReceived(self) -> None:
        """Refuse a body that says it is too large before any of it is taken."""
        if self.length is not None and self.length > options.REQUEST_BYTES:
            self.refuse(*TOO_LARGE)
        else:
            super().allHeadersReceived()

    def allContentReceived(self) -> None:
        """The request is whole: from now on it is the application's time."""
        self.body_bytes = 0
        self.begun = False
        self.deadlines.end(self)
        super().allContentReceived()

    def connectionLost(self, reason: Any) -> None:  # type: ignore[override]
        """Nobody is waited for any more."""
        self.deadlines.end(self)
        super().connectionLost(reason)

    def refuse(self, status: int, words: bytes) -> None:
        """Say why, if a request has begun, and close; what still comes is not read."""
        self.refused = True
        if self.begun:
            # In the middle of a request there is no other one whose answer this could be part of.
            lines = (b"HTTP/1.1 %d %s" % (status, words), *ENDING, b"", b"")
            self.transport.write(b"\r\n".join(lines))
        # Closes in order, and by force where that takes too long.
        self.timeoutConnection()


def bound(factory: Any) -> None:
    """Give the connections of Daphne's HTTP factory, which may be below TLS, these bounds."""
    factory = getattr(factory, "wrappedFactory", factory)
    deadlines = Deadlines()

    def make() -> Any:
        connection = BoundedHTTP(deadlines)
        # What tells HTTP/1.1 from HTTP/2, as Twisted's own factory has it.
        return http._GenericHTTPChannelProtocol(connection)

    factory.protocol = make
