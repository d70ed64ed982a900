"""Daphne's WebSocket protocol, with the bounds and the close codes that it lacks.

Ten thousand of them are idle most of the time: what one costs then is kept small here.
"""

from __future__ import annotations

import asyncio
import random
from types import FunctionType
from typing import Any

from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol

#: A client that sends a frame of ours in pieces is rare; one that needs 100,000 is an attack.
MOST_FRAGMENTS = 128
#: Frames that wait for the application; it reads at once, so more means that it cannot keep up.
MOST_WAITING = 1_000
POLICY_VIOLATION = 1008
#: Pings in a row without an answer, after which nobody reads any more.
MOST_UNANSWERED = 2
#: RFC 6455: FIN and the opcode of a ping; a pong with the mask that a client's frames have, whose
#: four bytes come before the four of its payload.
PING = b"\x89\x04"
PONG = b"\x8a\x84"
PONG_BYTES = 10
#: So much of what a client has sent is read in one turn of the loop. The kernel hands over 64 KiB
#: at once, which may be thousands of frames: meanwhile nobody else would be served.
BYTES_A_TURN = 1_024


class AtHand:
    """What every write looks at: in the object, not in its dict of sixty others.

    One of ten thousand is never in the processor's cache.
    """

    __slots__ = ("_state", "send_queue", "send_state", "straight", "transport")

    #: The socket to which the relay writes past us while we are open.
    straight: Any

    @property
    def state(self) -> Any:
        """Where autobahn is between the handshake and the end."""
        return self._state

    @state.setter
    def state(self, state: Any) -> None:
        self._state = state
        if self.straight is not None:
            # Nothing comes after the closing frame, whoever has sent it.
            self.straight.open = False


class SocketProtocol(AtHand, WebSocketProtocol):
    """One WebSocket."""

    fragments = 0
    #: The ping that has not been answered, and how many went unanswered before it.
    pinged = b""
    unanswered = 0
    #: What has been sent and not been read.
    unread = b""

    def __init__(self) -> None:
        self.transport: Any = None
        self.straight = None
        super().__init__()

    def connectionMade(self) -> None:
        """Take the transport over from HTTP, which would keep its request as long as we live."""
        self.transport.unregisterProducer()
        super().connectionMade()

    def onConnect(self, request: Any) -> Any:
        """Refuse what Daphne would take for an error of its own."""
        if not request.headers.get("sec-websocket-protocol", "").isascii():
            raise ConnectionDeny(code=400, reason="Bad Request")
        return super().onConnect(request)

    def forget_handshake(self) -> None:
        """Forget what was of use for the handshake only."""
        self.http_headers: dict[str, str] = {}
        self.request.headers = self.http_headers
        self.http_request_data = b""
        self.clean_headers = ()

    def dataReceived(self, data: bytes) -> None:
        """Take bytes; a pong that comes alone, as most do, without autobahn's long way."""
        if (
            len(data) == PONG_BYTES
            and data.startswith(PONG)
            and self.state == self.STATE_OPEN
            and not self.data
            and self.current_frame is None
        ):
            mask, payload = int.from_bytes(data[2:6]), int.from_bytes(data[6:])
            self.onPong((mask ^ payload).to_bytes(4))
        elif self.unread or len(data) > BYTES_A_TURN:
            self._read_later(data)
        else:
            super().dataReceived(data)

    def _read_later(self, data: bytes) -> None:
        if not self.unread:
            self.transport.pauseProducing()
            asyncio.get_running_loop().call_soon(self._read_some)
        self.unread += data

    def _read_some(self) -> None:
        some, self.unread = self.unread[:BYTES_A_TURN], self.unread[BYTES_A_TURN:]
        if self.state == self.STATE_CLOSED:
            self.unread = b""
        else:
            super().dataReceived(some)
        if self.unread:
            asyncio.get_running_loop().call_soon(self._read_some)
        elif self.transport is not None:
            # Also of one that closes: TLS reads the other side's farewell.
            self.transport.resumeProducing()

    def onPong(self, payload: bytes) -> None:
        """Note that somebody reads."""
        if payload == self.pinged:
            self.pinged, self.unanswered = b"", 0

    def check_timeouts(self) -> None:
        """Ping, once in a ping interval; only a pong shows that somebody reads."""
        if self.state == self.STATE_CONNECTING:
            if self.duration() > self.server.websocket_connect_timeout:
                self.serverReject()
        elif self.state == self.STATE_OPEN:
            if 0 <= self.server.websocket_timeout < self.duration():
                self.serverClose()
            else:
                self._ping()

    def _ping(self) -> None:
        if self.pinged:
            self.unanswered += 1
            if self.unanswered >= MOST_UNANSWERED:
                self.onAutoPingTimeout()
                return
        self.pinged = random.randbytes(4)
        self.write_frames(PING + self.pinged)

    def write_frames(self, frames: bytes) -> int | None:
        """Send whole frames, made by others; nothing if the connection is not open.

        How many bytes wait then, where the transport says it: TLS does not.
        """
        # A frame between the fragments of another message, or in front of one that autobahn
        # holds back, or before the handshake and after the closing frame, breaks the protocol.
        if self.state == self.STATE_OPEN and self.send_state == self.SEND_STATE_GROUND:
            if not self.send_queue:
                waiting: int | None = self.transport.write(frames)
                return waiting
            self.sendData(frames)
        return None

    def onMessageBegin(self, isBinary: bool) -> None:
        """Begin to count the fragments: empty ones cost memory and no bytes."""
        self.fragments = 0
        super().onMessageBegin(isBinary)

    def onMessageFrameBegin(self, length: int) -> None:
        """Count one more."""
        self.fragments += 1
        if self.fragments > MOST_FRAGMENTS and not self.failedByMe:
            self._fail_connection(POLICY_VIOLATION, "too many fragments")
        super().onMessageFrameBegin(length)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Hand a frame on, unless we have said good-bye or nobody keeps up with the sender."""
        if self.state != self.STATE_OPEN or not hasattr(self, "application_queue"):
            return
        if self.application_queue.qsize() >= MOST_WAITING:
            self._fail_connection(POLICY_VIOLATION, "too many frames")
            return
        super().onMessage(payload, isBinary)

    def serverClose(self, code: int | None = None) -> None:
        """Close with any code: autobahn refuses 1012 ("service restart") from an application."""
        self.sendCloseFrame(code=1000 if code is None else code, isReply=False)


def with_options_of(factory: Any) -> type[SocketProtocol]:
    """The protocol with a factory's options in its class.

    autobahn copies thirty of them into each connection, and formats them for a line of its log
    that nobody reads: half of the time that an upgrade takes, and 1.5 KB.
    """
    options = {name: getattr(factory, name) for name in SocketProtocol.CONFIG_ATTRS}
    for name, option in options.items():
        if isinstance(option, FunctionType):
            options[name] = staticmethod(option)
    return type("SocketProtocol", (SocketProtocol,), {**options, "CONFIG_ATTRS": ()})
