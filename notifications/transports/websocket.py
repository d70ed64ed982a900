"""WebSocket: events as frames, and a reader's actions the other way."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer

from notifications import journal, metrics, relay
from notifications.cursor import Cursor
from notifications.errors import BadCursor, NoticeboardError, Unavailable
from notifications.events import Entry
from notifications.relay import (
    COME_BACK,
    ENCODINGS,
    SIGNED_OUT,
    Connection,
    Control,
    Straight,
    text_frame,
)
from notifications.signaling import SignalEvent
from notifications.transports.frames import UNREADABLE, control_fields, dumps, error_fields
from notifications.transports.handshake import Handshake
from notifications.transports.inbound import Flood, Inbound
from notifications.transports.outlet import Queue, settle, wire_of
from notifications.transports.readiness import readiness
from notifications.transports.visitors import address, places

logger = logging.getLogger(__name__)

FORBIDDEN = 4403
OLD_VERSION = 4426
CLOSE_CODES = {
    "signed_out": SIGNED_OUT,
    "forbidden": FORBIDDEN,
    "bad_origin": FORBIDDEN,
    "bad_request": FORBIDDEN,
    "old_version": OLD_VERSION,
}
#: When one who was refused because too many are here should try again.
COME_BACK_MS = 10_000


class SocketSink:
    """The writing end of one WebSocket."""

    __slots__ = ("_queue", "_reset_reason", "_wire", "closing")

    def __init__(self, scope: dict[str, Any], send: Callable[[Any], Awaitable[None]]) -> None:
        self._wire = wire_of(scope)
        self._queue = Queue(send)
        self._reset_reason: str | None = None
        self.closing = False

    def reset_when_ready(self, reason: str) -> None:
        """Follow ``ready`` with a reset, before any event."""
        self._reset_reason = reason

    def settle(self, scope: dict[str, Any]) -> None:
        """Forget the handshake."""
        settle(scope, self._wire)

    def straight(self) -> Straight | None:
        """The socket, where frames go to it as they are."""
        return None if self._wire is None else self._wire.straight()

    def write(self, payload: bytes, entries: Sequence[Entry]) -> int:
        """Send events: ``payload`` is their frames; how many bytes wait then."""
        if self._wire is not None:
            return self._wire.write(payload)
        for entry in entries:
            self._text(entry.wire())
        return self._queue.waiting()

    def signal(self, payload: bytes, signals: Sequence[SignalEvent]) -> None:
        """Send signal events: ``payload`` is their frames."""
        if self._wire is not None:
            self._wire.write(payload)
        else:
            for signal in signals:
                self._text(signal.wire)

    def control(self, frame: Control) -> None:
        """Send a control frame."""
        if frame.kind == "heartbeat" and self._wire is not None:
            self._wire.write(_heartbeat(frame))
            return
        self.send(_fields(frame))
        if frame.kind == "ready" and self._reset_reason:
            metrics.RESETS.labels(self._reset_reason).inc()
            self.control(Control("reset", frame.cursor, {"reason": self._reset_reason}))

    def send(self, fields: dict[str, Any]) -> None:
        """Send one frame with these fields."""
        text = dumps(fields)
        if self._wire is not None:
            self._wire.write(text_frame(text))
        else:
            self._text(text)

    def waiting(self) -> int:
        """How many bytes the client has not taken yet."""
        return self._queue.waiting() if self._wire is None else self._wire.waiting()

    def close(self, code: int, reason: str, come_back: bool, after_ms: int) -> None:
        """Say why and when to come back, and close."""
        if self.closing:
            return
        self.closing = True
        self.send(
            {
                "control": "closing",
                "come_back": come_back,
                "after_ms": after_ms,
                "code": code,
                "reason": reason,
            }
        )
        self._queue.put({"type": "websocket.close", "code": code})

    def drop(self) -> None:
        """Forget what could not be sent: the socket is gone."""
        self._queue.drop()

    def _text(self, text: bytes) -> None:
        self._queue.put({"type": "websocket.send", "text": text.decode()}, len(text))


def _fields(frame: Control) -> dict[str, Any]:
    return {"control": frame.kind, **control_fields(frame)}


@lru_cache(maxsize=1)
def _heartbeat(frame: Control) -> bytes:
    # One object for all who get it now: encoded once.
    return text_frame(dumps(_fields(frame)))


class NotificationConsumer(AsyncConsumer):
    """One subscriber over WebSocket.

    It has no channel layer: Channels would open one channel per socket, and refuse every socket
    while Redis is away. The relay writes to its sink directly.
    """

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Serve one socket until it is closed."""
        self.scope = scope
        self.base_send = send
        self.sink = SocketSink(scope, send)
        self.connection: Connection | None = None
        self.inbound: Inbound | None = None
        try:
            while True:
                # Channels starts a task for each message and visits a thread before each handler.
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            self._leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand a message to the method of its type."""
        match message["type"]:
            case "websocket.connect":
                await self.websocket_connect()
            case "websocket.receive":
                self.websocket_receive(message)
            case "websocket.disconnect":
                raise StopConsumer

    async def websocket_connect(self) -> None:
        """Admit the reader and join the relay; who is refused is told why, and closed."""
        # Before the handshake a refusal is HTTP 403, which a browser's script cannot tell from a
        # network that blocks WebSockets.
        await self.send({"type": "websocket.accept"})
        try:
            await self._join()
        except NoticeboardError as error:
            self._refuse(error)
        except Exception:
            logger.exception("A WebSocket could not be served.")
            self._refuse(Unavailable())

    def websocket_receive(self, message: dict[str, Any]) -> None:
        """Take one frame of the client."""
        if self.inbound is None or self.sink.closing:
            return
        try:
            self.inbound.take(message.get("text"))
        except Flood:
            self._leave()
            self.sink.close(COME_BACK, "too_many", True, COME_BACK_MS)

    async def _join(self) -> None:
        if readiness.draining:
            raise Unavailable(retry_after=1)
        handshake = Handshake.of(self.scope, origin_required=True)
        after = self._after(handshake)
        admission = await handshake.admit()
        self.connection = Connection(
            admission, ENCODINGS["websocket"], self.sink, handshake.session_key
        )
        places.take(self.connection, admission, self.scope)
        self.inbound = Inbound(self.connection, self.sink.send, address(self.scope))
        await relay.current().join(self.connection, after)
        self.sink.settle(self.scope)
        self.connection.straight = self.sink.straight()

    def _after(self, handshake: Handshake) -> Cursor | None:
        text = handshake.last("after")
        try:
            return Cursor.parse(text) if text else None
        except BadCursor:
            self.sink.reset_when_ready(UNREADABLE)
            return None

    def _refuse(self, error: NoticeboardError) -> None:
        journal.refused(error.code, error.status, transport="websocket")
        code = CLOSE_CODES.get(error.code, COME_BACK)
        self.sink.send(error_frame(error))
        after_ms = int((error.retry_after or COME_BACK_MS / 1000) * 1000)
        self.sink.close(code, error.code, code == COME_BACK, after_ms)

    def _leave(self) -> None:
        if self.inbound is not None:
            self.inbound.stop()
        if self.connection is not None:
            relay.current().leave(self.connection)
            places.free(self.connection)
        self.inbound = self.connection = None


def error_frame(error: NoticeboardError) -> dict[str, Any]:
    """An error that answers no frame of the client."""
    return {"ref": None, "error": error_fields(error)}
