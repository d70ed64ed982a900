"""Server-sent events: an endpoint of django-eventstream as a raw ASGI application."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from notifications import metrics, relay
from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import BadCursor, NoticeboardError, Unavailable
from notifications.events import Entry
from notifications.relay import (
    COME_BACK,
    ENCODINGS,
    SIGNED_OUT,
    TOO_SLOW,
    Connection,
    Control,
)
from notifications.signaling import SignalEvent
from notifications.transports.answers import (
    PRIVATE,
    Disconnected,
    Receive,
    Scope,
    Send,
    gone,
    read_body,
    refuse,
)
from notifications.transports.eventstream import encode, requested_cursor
from notifications.transports.frames import UNREADABLE, control_fields
from notifications.transports.handshake import Handshake, header
from notifications.transports.outlet import Queue, settle, wire_of
from notifications.transports.readiness import readiness
from notifications.transports.visitors import places

logger = logging.getLogger(__name__)

#: Our control frames by django-eventstream's names.
NAMES = {"ready": "stream-open", "heartbeat": "keep-alive", "reset": "stream-reset"}
#: The end of a stream in django-eventstream's words.
CODES = {SIGNED_OUT: "signed_out", TOO_SLOW: "too_slow"}
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # nginx keeps what it gets until a buffer is full, unless it is told not to.
    (b"x-accel-buffering", b"no"),
    *PRIVATE,
]
#: A farewell that a client does not take is given up after this.
FAREWELL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Farewell:
    """Why a stream ends and when its reader should come back."""

    code: int
    reason: str
    come_back: bool
    after_ms: int


TOO_OLD = Farewell(COME_BACK, "age", True, 0)


class StreamSink:
    """The writing end of one stream. What comes before ``open`` is kept until then."""

    __slots__ = ("_first", "_queue", "_reset_reason", "_timer", "_wire", "farewell")

    def __init__(self, scope: Scope, send: Send) -> None:
        self._wire = wire_of(scope)
        self._queue = Queue(send)
        self._first: list[bytes] | None = []
        self._reset_reason: str | None = None
        self._timer: asyncio.Timeout | None = None
        self.farewell: Farewell | None = None

    def reset_when_ready(self, reason: str) -> None:
        """Follow ``stream-open`` with a reset, before any event."""
        self._reset_reason = reason

    def settle(self, scope: Scope) -> None:
        """Forget the request, which a stream of an hour needs no more."""
        settle(scope, self._wire)

    def open(self, timer: asyncio.Timeout) -> bytes:
        """What has been written so far; from now on it goes to the client.

        ``timer`` is what ends the stream.
        """
        self._timer = timer
        first, self._first = self._first or [], None
        return b"".join(first)

    def write(self, payload: bytes, entries: Sequence[Entry] = ()) -> int:
        """Send blocks of the stream; how many bytes wait then."""
        if self._first is not None:
            self._first.append(payload)
            return self.waiting()
        if self._wire is not None:
            return self._wire.write(payload)
        message = {"type": "http.response.body", "body": payload, "more_body": True}
        return self._queue.put(message, len(payload))

    def signal(self, payload: bytes, signals: Sequence[SignalEvent]) -> None:
        """Send blocks without ids."""
        self.write(payload)

    def control(self, frame: Control) -> None:
        """Send a control frame under its django-eventstream name."""
        if frame.kind == "heartbeat":
            self.write(_heartbeat(frame))
            return
        self.write(encode(NAMES[frame.kind], control_fields(frame), frame.cursor))
        if frame.kind == "ready" and self._reset_reason:
            metrics.RESETS.labels(self._reset_reason).inc()
            self.control(Control("reset", frame.cursor, {"reason": self._reset_reason}))

    def waiting(self) -> int:
        """How many bytes the client has not taken yet."""
        return self._queue.waiting() if self._wire is None else self._wire.waiting()

    def close(self, code: int, reason: str, come_back: bool, after_ms: int) -> None:
        """End the stream; the application, whose time is over then, says good-bye."""
        if self.farewell is None:
            self.farewell = Farewell(code, reason, come_back, after_ms)
            if self._timer is not None and not self._timer.expired():
                self._timer.reschedule(asyncio.get_running_loop().time())

    async def finish(self, send: Send) -> None:
        """Say why and when to come back, and end the response."""
        farewell = self.farewell or TOO_OLD
        if farewell.code == TOO_SLOW and self._wire is not None:
            # It takes nothing: the end of the response would wait behind a full buffer for ever.
            self._wire.abort()
            return
        await self._queue.empty(FAREWELL_SECONDS)
        await send({"type": "http.response.body", "body": _farewell(farewell), "more_body": False})

    def drop(self) -> None:
        """Forget what could not be sent: the stream is gone."""
        self._queue.drop()


@lru_cache(maxsize=1)
def _heartbeat(frame: Control) -> bytes:
    # One object for all who get it now: encoded once. The id moves the cursor of a reader for
    # whom there was nothing.
    return encode(NAMES[frame.kind], {}, frame.cursor)


async def events(scope: Scope, receive: Receive, send: Send) -> None:
    """``GET /events/``: the events of the reader's topics, for as long as both sides stay."""
    if scope["method"] != "GET":
        error = NoticeboardError(code="method_not_allowed")
        await refuse(send, error, [(b"allow", b"GET")])
        return
    sink = StreamSink(scope, send)
    connection = None
    try:
        await read_body(receive)
        connection = await _join(scope, sink)
        await _stream(sink, receive, send)
    except Disconnected:
        pass
    except NoticeboardError as error:
        await refuse(send, error, transport="sse")
    except Exception:
        logger.exception("A stream could not be served.")
        if connection is None:
            await refuse(send, Unavailable(retry_after=1))
    finally:
        sink.drop()
        if connection is not None:
            relay.current().leave(connection)
            places.free(connection)


async def _join(scope: Scope, sink: StreamSink) -> Connection:
    if readiness.draining:
        raise Unavailable(retry_after=1)
    handshake = Handshake.of(scope)
    after = _after(scope, handshake, sink)
    admission = await handshake.admit()
    connection = Connection(admission, ENCODINGS["sse"], sink, handshake.session_key)
    places.take(connection, admission, scope)
    try:
        await relay.current().join(connection, after)
    except BaseException:
        places.free(connection)
        raise
    sink.settle(scope)
    return connection


def _after(scope: Scope, handshake: Handshake, sink: StreamSink) -> Cursor | None:
    query = handshake.query.get("after", []) + handshake.query.get("lastEventId", [])
    try:
        return requested_cursor(header(scope, b"last-event-id"), query)
    except BadCursor:
        # A status would stop EventSource for good.
        sink.reset_when_ready(UNREADABLE)
        return None


async def _stream(sink: StreamSink, receive: Receive, send: Send) -> None:
    """Answer with what the relay writes, until the client goes, we end it, or it is too old."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    retry = b"retry: %d\n" % random.randint(options.RETRY_MS // 2, options.RETRY_MS * 3 // 2)
    try:
        # A proxy may keep a stream open whose reader has long gone.
        async with asyncio.timeout(options.STREAM_SECONDS * random.uniform(0.9, 1.0)) as timer:
            first = retry + sink.open(timer)
            await send({"type": "http.response.body", "body": first, "more_body": True})
            if sink.farewell is None:
                await gone(receive)
                return
    except TimeoutError:
        pass
    await sink.finish(send)


def _farewell(farewell: Farewell) -> bytes:
    code = CODES.get(farewell.code, "come_back")
    data = {
        "condition": code,
        "text": farewell.reason,
        "code": code,
        "detail": farewell.reason,
        "come_back": farewell.come_back,
        "after_ms": farewell.after_ms,
    }
    # No id: what EventSource has read last stays its cursor.
    return b"retry: %d\n" % max(farewell.after_ms, 1) + encode("stream-error", data)
