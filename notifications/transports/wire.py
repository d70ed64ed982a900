"""Bytes straight to the socket of a Daphne connection.

Twisted's own write path buffers, asks the loop to tell it when the socket is writable, and takes
that back again: two epoll_ctl calls for each write, four times the cost of the send itself. Here
the bytes go to ``socket.send`` when nothing is waiting; what the socket does not take, and
everything while something is waiting, goes Twisted's way, so that the order is always kept.
"""

from __future__ import annotations

from typing import Any

from twisted.internet import tcp


class Wire:
    """The socket of one connection. Used on the loop; never blocks and never raises."""

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

    def _transport(self) -> Any:
        raise NotImplementedError


class WebSocketWire(Wire):
    """Whole WebSocket frames, beside those that autobahn writes itself (pings, closing)."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol

    def write(self, payload: bytes) -> None:
        """Send concatenated frames."""
        protocol = self._protocol
        # A frame between the fragments of another message, or in front of one that autobahn
        # holds back, or before the handshake and after the closing frame, breaks the protocol.
        if (
            protocol.state == protocol.STATE_OPEN
            and protocol.send_state == protocol.SEND_STATE_GROUND
        ):
            if protocol.send_queue:
                protocol.sendData(payload)
            else:
                _send(protocol.transport, payload)

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
            _send(request.channel.transport, payload)

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


def _send(transport: Any, payload: bytes) -> None:
    if not _idle(transport):
        transport.write(payload)
        return
    try:
        sent = transport.socket.send(payload)
    except OSError:
        # Full, or broken: Twisted finds out which, and tells the protocol if it is broken.
        sent = 0
    if sent < len(payload):
        transport.write(payload[sent:])


def _idle(transport: Any) -> bool:
    """Whether a plain socket is connected and nothing waits to be written to it."""
    return (
        isinstance(transport, tcp.Server)
        and not transport.TLS
        and bool(transport.connected)
        and not transport.disconnecting
        and not transport.dataBuffer
        and not transport._tempDataBuffer
        and not transport._writeDisconnecting
    )


def _pending(transport: Any) -> int:
    # TLS is a transport around another one.
    while transport is not None and not isinstance(transport, tcp.Server):
        transport = getattr(transport, "transport", None)
    if transport is None:
        return 0
    return len(transport.dataBuffer) - transport.offset + transport._tempDataLen
