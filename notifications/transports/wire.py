"""Bytes straight to the socket of a Daphne connection, past ASGI's messages.

The writing itself is the transport's (``transports.straight``).
"""

from __future__ import annotations

from typing import Any

from twisted.web.http_headers import Headers

from notifications.transports.straight import Straight


class Wire:
    """The socket of one connection. Used on the loop; never blocks and never raises."""

    __slots__ = ()

    def write(self, payload: bytes) -> None:
        """Send bytes that are framed for this connection already; nothing if it is closing."""
        raise NotImplementedError

    def waiting(self) -> int:
        """How many bytes the socket has not taken yet."""
        transport = self._transport()
        return 0 if transport is None else _pending(transport)

    def abort(self) -> None:
        """Drop the connection and all that waits for it, without a farewell."""
        transport = self._transport()
        if transport is not None:
            transport.abortConnection()

    def settle(self) -> None:
        """Forget what the connection was opened with: it is here to stay."""
        raise NotImplementedError

    def _transport(self) -> Any:
        raise NotImplementedError


class WebSocketWire(Wire):
    """Whole WebSocket frames, beside those that autobahn writes itself (pings, closing)."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol

    def write(self, payload: bytes) -> None:
        """Send concatenated frames."""
        self._protocol.write_frames(payload)

    def settle(self) -> None:
        """Forget the handshake."""
        self._protocol.forget_handshake()

    @property
    def protocol(self) -> Any:
        """Autobahn's side of this one socket, for what is negotiated in its handshake."""
        return self._protocol

    def _transport(self) -> Any:
        return self._protocol.transport


class StreamWire(Wire):
    """Pieces of the body of one HTTP response that has been started."""

    __slots__ = ("_request",)
    # The same bytes go to many streams: they are framed once. (payload, framed)
    _framed: tuple[bytes, bytes] = (b"", b"")

    def __init__(self, request: Any) -> None:
        self._request = request

    def write(self, payload: bytes) -> None:
        """Send a piece of the body."""
        request = self._request
        if request.finished or request._disconnected or not request.startedWriting:
            return
        if request.chunked:
            payload = self._chunk(payload)
        if payload:
            request.channel.transport.write(payload)

    def settle(self) -> None:
        """Forget the headers of the request; Twisted and Daphne have read them."""
        self._request.requestHeaders = Headers()
        self._request.clean_headers = []

    @classmethod
    def _chunk(cls, payload: bytes) -> bytes:
        if cls._framed[0] is not payload:
            framed = b"%x\r\n%b\r\n" % (len(payload), payload) if payload else b""
            cls._framed = (payload, framed)
        return cls._framed[1]

    def _transport(self) -> Any:
        # Twisted deletes the attribute when the response has ended.
        channel = getattr(self._request, "channel", None)
        return None if channel is None else channel.transport


def _pending(transport: Any) -> int:
    # TLS is a transport around another one.
    while not isinstance(transport, Straight):
        transport = getattr(transport, "transport", None)
        if transport is None:
            return 0
    return transport.pending()
