"""Daphne's WebSocket protocol, with the bounds and the close codes that it lacks."""

from __future__ import annotations

from typing import Any

from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol

#: A client that sends a frame of ours in pieces is rare; one that needs 100,000 is an attack.
MOST_FRAGMENTS = 128
#: Frames that wait for the application; it reads at once, so more means that it cannot keep up.
MOST_WAITING = 1_000
POLICY_VIOLATION = 1008


class SocketProtocol(WebSocketProtocol):
    """One WebSocket."""

    fragments = 0
    last_ping: float

    def onConnect(self, request: Any) -> Any:
        """Refuse what Daphne would take for an error of its own."""
        if not request.headers.get("sec-websocket-protocol", "").isascii():
            raise ConnectionDeny(code=400, reason="Bad Request")
        return super().onConnect(request)

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
        pinged = self.last_ping
        super().onMessage(payload, isBinary)
        # Daphne pings only who is silent; who talks but does not read would never be found out.
        self.last_ping = pinged

    def serverClose(self, code: int | None = None) -> None:
        """Close with any code: autobahn refuses 1012 ("service restart") from an application."""
        self.sendCloseFrame(code=1000 if code is None else code, isReply=False)
