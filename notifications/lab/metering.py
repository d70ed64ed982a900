"""One connection of a run: what it is told is counted as it is handed over, headers and all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from notifications.lab import framing, packing
from notifications.lab.accounts import Traffic
from notifications.lab.passage import Passage
from notifications.lab.ticks import TICK
from notifications.transports.outlet import EXTENSION, Wire, wire_of

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

NOTHING = b'"events":[]'
EVENT = b'"type":"%b"' % TICK.encode()


@dataclass(slots=True)
class Line:
    """What a meter needs: both ends of a connection, its account, and the way between them."""

    scope: Scope
    receive: Receive
    send: Send
    traffic: Traffic
    passage: Passage
    compression: bool

    def __post_init__(self) -> None:
        self.traffic.requests += 1
        self.traffic.wire_in += framing.request_head(self.scope)
        self.traffic.peers.add(tuple(self.scope.get("client") or ()))

    def scope_with(self, write: Callable[[Wire, bytes], None] | None) -> Scope:
        """The scope whose wire, if it has one, writes by ``write``; None takes the wire away."""
        extensions = dict(self.scope.get("extensions") or {})
        wire = wire_of(self.scope)
        if wire is None:
            return self.scope
        del extensions[EXTENSION]
        if write is not None:
            extensions[EXTENSION] = {"wire": MeteredWire(wire, self.passage, write)}
        return {**self.scope, "extensions": extensions}


class MeteredWire:
    """A wire whose writing is a meter's."""

    def __init__(self, wire: Wire, passage: Passage, write: Callable[[Wire, bytes], None]) -> None:
        self._wire, self._passage, self._write = wire, passage, write
        self.abort = wire.abort

    def write(self, payload: bytes) -> int:
        """Send bytes, the meter's way."""
        self._write(self._wire, payload)
        return self.waiting()

    def settle(self) -> None:
        """Forget the handshake, which may be held back still."""
        self._passage.put(self._wire.settle, 0, event=False)

    def straight(self) -> None:
        """Everything passes the meter."""

    def waiting(self) -> int:
        """What the socket has not taken, and what is held back before it."""
        return self._wire.waiting() + self._passage.waiting


class Response:
    """One request over HTTP and its response."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._start: dict[str, Any] | None = None
        self._status = 0
        self._chunked = False
        self._gzip: packing.Gzip | None = None
        self.scope = line.scope_with(self._written)

    async def receive(self) -> dict[str, Any]:
        """Hand the request's body on."""
        event = await self._line.receive()
        self._line.traffic.wire_in += len(event.get("body", b""))
        return event

    async def send(self, event: dict[str, Any]) -> None:
        """Hand the response on. Its head waits for the first piece of the body."""
        if event["type"] == "http.response.start":
            self._start = event
            return
        plain, last = event.get("body", b""), not event.get("more_body")
        start, self._start = self._start, None
        if start is not None:
            self._begin(start, plain, last)
        packed = self._packed(plain, last)
        if start is not None and self._gzip is not None:
            length = len(packed) if last else None
            start = {**start, "headers": packing.packed_headers(start["headers"], length)}

        async def deliver() -> None:
            if start is not None:
                await self._head(start)
            self._body(plain, packed)
            if last:
                self._ended(plain)
            await self._line.send({**event, "body": packed})

        await self._line.passage.send(deliver, len(packed), EVENT in plain, last)

    def _begin(self, start: dict[str, Any], plain: bytes, last: bool) -> None:
        wanted = self._line.compression and packing.takes_gzip(self._line.scope)
        if wanted and packing.worth_it(start["status"], plain, last):
            self._gzip = packing.Gzip()

    def _packed(self, plain: bytes, last: bool) -> bytes:
        return plain if self._gzip is None else self._gzip.pack(plain, last)

    def _written(self, wire: Wire, plain: bytes) -> None:
        """A piece of the body that goes over the wire of our server."""
        packed = self._packed(plain, last=False)

        def deliver() -> None:
            self._body(plain, packed)
            wire.write(packed)

        self._line.passage.put(deliver, len(packed), EVENT in plain)

    async def _head(self, start: dict[str, Any]) -> None:
        self._status = start["status"]
        self._chunked = framing.is_chunked(self._status, start["headers"])
        self._line.traffic.wire_out += framing.response_head(self._status, start["headers"])
        self._line.traffic.packed += self._gzip is not None
        await self._line.send(start)

    def _body(self, plain: bytes, packed: bytes) -> None:
        self._line.traffic.body += len(plain)
        size = len(packed)
        self._line.traffic.sent += size
        self._line.traffic.wire_out += framing.chunk(size) if self._chunked else size

    def _ended(self, plain: bytes) -> None:
        self._line.traffic.answers += 1
        self._line.traffic.empty += self._status in framing.NO_BODY or NOTHING in plain
        if self._chunked:
            self._line.traffic.wire_out += framing.LAST_CHUNK


class Socket:
    """One WebSocket. If it may compress, autobahn writes its frames, and counts them."""

    def __init__(self, line: Line) -> None:
        self._line = line
        wire = wire_of(line.scope) if line.compression else None
        self._protocol: Any = getattr(wire, "protocol", None)
        self._seen = (0, 0, 0)
        if self._protocol is not None:
            packing.offer_deflate(self._protocol)
        self.scope = line.scope_with(None if self._protocol is not None else self._written)

    async def receive(self) -> dict[str, Any]:
        """Hand the client's frames on."""
        event = await self._line.receive()
        if self._protocol is not None:
            self._look()
        elif event["type"] == "websocket.receive":
            text = event.get("text")
            data = text.encode() if text is not None else event.get("bytes") or b""
            self._line.traffic.wire_in += framing.frame(len(data), masked=True)
        return event

    async def send(self, event: dict[str, Any]) -> None:
        """Hand on what does not go over the wire of our server."""
        text = (event.get("text") or "").encode()

        async def deliver() -> None:
            await self._line.send(event)
            self._count(event, text)

        last = event["type"] == "websocket.close"
        await self._line.passage.send(deliver, len(text), EVENT in text, last)

    def _written(self, wire: Wire, frames: bytes) -> None:
        traffic = self._line.traffic

        def deliver() -> None:
            size = framing.contents(frames)
            traffic.body += size
            traffic.sent += size
            traffic.wire_out += len(frames)
            wire.write(frames)

        self._line.passage.put(deliver, len(frames), EVENT in frames)

    def _count(self, event: dict[str, Any], text: bytes) -> None:
        traffic = self._line.traffic
        traffic.body += len(text)
        if self._protocol is not None:
            if event["type"] == "websocket.accept":
                traffic.packed += packing.deflates(self._protocol)
            self._look()
        elif event["type"] == "websocket.accept":
            listed = event.get("headers") or []
            traffic.wire_out += framing.UPGRADE + framing.headers(listed)
        elif event["type"] == "websocket.send":
            traffic.sent += len(text)
            traffic.wire_out += framing.frame(len(text))

    def _look(self) -> None:
        """Take over what autobahn has counted since."""
        stats, before = self._protocol.trafficStats, self._seen
        self._seen = (
            stats.incomingOctetsWireLevel,
            stats.outgoingOctetsWebSocketLevel,
            stats.preopenOutgoingOctetsWireLevel + stats.outgoingOctetsWireLevel,
        )
        self._line.traffic.wire_in += self._seen[0] - before[0]
        self._line.traffic.sent += self._seen[1] - before[1]
        self._line.traffic.wire_out += self._seen[2] - before[2]
