"""Bytes straight to the socket of a Daphne connection, past ASGI's messages.

The writing itself is the transport's (``transports.straight``).
"""

from __future__ import annotations

from typing import Any

from twisted.web.http_headers import Headers

from notifications.transports.straight import Straight, beneath


class Wire:
    """The socket of one connection. Used on the loop; never blocks and never raises."""

    __slots__ = ("_straight",)

    def __init__(self, transport: Any) -> None:
        self._straight = beneath(transport)

    def write(self, payload: bytes) -> int:
        """Send bytes that are framed for this connection already; nothing if it is closing.

        How many bytes wait for the socket then.
        """
        raise NotImplementedError

    def waiting(self) -> int:
        """How many bytes the socket has not taken yet."""
        return 0 if self._straight is None else self._straight.pending()

    def abort(self) -> None:
        """Drop the connection and all that waits for it, without a farewell."""
        raise NotImplementedError

    def settle(self) -> None:
        """Forget what the connection was opened with: it is here to stay."""
        raise NotImplementedError

    def straight(self) -> Straight | None:
        """The socket, where bytes go to it as they are; it says itself for how long that holds."""
        return None


class WebSocketWire(Wire):
    """Whole WebSocket frames, beside those that autobahn writes itself (closing)."""

    __slots__ = ("protocol",)

    def __init__(self, protocol: Any) -> None:
        super().__init__(protocol.transport)
        #: Autobahn's side of this one socket, for what is negotiated in its handshake.
        self.protocol = protocol

    def write(self, payload: bytes) -> int:
        """Send concatenated frames."""
        waiting: int | None = self.protocol.write_frames(payload)
        return self.waiting() if waiting is None else waiting

    def abort(self) -> None:
        """Drop the connection and all that waits for it, without a farewell."""
        if self.protocol.transport is not None:
            self.protocol.transport.abortConnection()

    def settle(self) -> None:
        """Forget the handshake."""
        self.protocol.forget_handshake()

    def straight(self) -> Straight | None:
        """The socket of an open WebSocket; not below TLS."""
        protocol, straight = self.protocol, self._straight
        if straight is None or protocol.transport is not straight:
            return None
        protocol.straight = straight
        straight.open = bool(protocol.state == protocol.STATE_OPEN)
        return straight


class StreamWire(Wire):
    """Pieces of the body of one HTTP response that has been started."""

    __slots__ = ("_chunked", "_request", "_transport")
    # The same bytes go to many streams: they are framed once. (payload, framed)
    _framed: tuple[bytes, bytes] = (b"", b"")

    def __init__(self, request: Any) -> None:
        channel = request.channel
        self._transport: Any = None if channel is None else channel.transport
        super().__init__(self._transport)
        self._request = request
        # Known, and remembered, when the response has been started: a write to one of many streams
        # touches no more memory than it must.
        self._chunked: int | None = None

    def write(self, payload: bytes) -> int:
        """Send a piece of the body."""
        request = self._request
        if request.finished:
            return 0
        if self._chunked is None:
            if request._disconnected or not request.startedWriting:
                return 0
            self._chunked = request.chunked
        if self._chunked:
            payload = self._chunk(payload)
        if not payload:
            return 0
        # One that is gone takes nothing.
        waiting: int | None = self._transport.write(payload)
        return self.waiting() if waiting is None else waiting

    def settle(self) -> None:
        """Forget the headers of the request; Twisted and Daphne have read them."""
        request = self._request
        request.requestHeaders = Headers()
        request.clean_headers = []
        request.received_cookies = {}
        # A dictionary that has grown by one at a time may be twice as large as it need be.
        request.__dict__ = dict(list(vars(request).items()))

    @classmethod
    def _chunk(cls, payload: bytes) -> bytes:
        if cls._framed[0] is not payload:
            framed = b"%x\r\n%b\r\n" % (len(payload), payload) if payload else b""
            cls._framed = (payload, framed)
        return cls._framed[1]

    def abort(self) -> None:
        """Drop the connection and all that waits for it, without a farewell."""
        # Twisted deletes the attribute when the response has ended.
        channel = getattr(self._request, "channel", None)
        if channel is not None and channel.transport is not None:
            channel.transport.abortConnection()
