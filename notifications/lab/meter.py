"""Counts what the connections of a run cost, where the transports write: headers, framing, all."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from notifications.lab import framing
from notifications.transports.outlet import EXTENSION, Wire

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

TRANSPORTS = ("websocket", "sse", "longpoll", "poll")
MARK = b"topic=lab."
NOTHING = b'"events":[]'

_TOPIC = re.compile(rb"(?:^|&)topic=(lab\.[a-z0-9_-]+)(?:&|$)")
_WAIT = re.compile(rb"(?:^|&)wait=")


@dataclass(slots=True)
class Traffic:
    """One transport of one run. ``body`` is what was written for the page; sizes in bytes."""

    requests: int = 0
    answers: int = 0
    empty: int = 0
    body: int = 0
    wire_out: int = 0
    wire_in: int = 0
    open: int = 0
    peers: set[tuple[Any, ...]] = field(default_factory=set)

    def told(self) -> dict[str, int]:
        """As the page gets it; ``open`` is how many requests are being served now."""
        names = ("requests", "answers", "empty", "body", "wire_out", "wire_in", "open")
        return {name: getattr(self, name) for name in names} | {"connections": len(self.peers)}


#: Topic of a run → transport → what it cost.
meters: dict[str, dict[str, Traffic]] = {}


def open_meter(topic: str) -> dict[str, Traffic]:
    """Begin to count for a run."""
    return meters.setdefault(topic, {name: Traffic() for name in TRANSPORTS})


def close_meter(topic: str) -> None:
    """Count for this run no longer."""
    meters.pop(topic, None)


def metered(transport: str, application: Application) -> Application:
    """The application of a transport, which counts if a request is of a run."""

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        traffic = _traffic(transport, scope) if MARK in scope["query_string"] else None
        if traffic is None:
            await application(scope, receive, send)
            return
        meter = (Socket if scope["type"] == "websocket" else Response)(traffic, receive, send)
        traffic.requests += 1
        traffic.wire_in += framing.request_head(scope)
        traffic.peers.add(tuple(scope.get("client") or ()))
        traffic.open += 1
        try:
            await application(_with_wire(scope, meter), meter.receive, meter.send)
        finally:
            traffic.open -= 1

    return counted


def _traffic(transport: str, scope: Scope) -> Traffic | None:
    query = scope["query_string"]
    found = _TOPIC.search(query)
    meter = meters.get(found[1].decode()) if found else None
    if meter is None:
        return None
    return meter["longpoll" if transport == "poll" and _WAIT.search(query) else transport]


def _with_wire(scope: Scope, meter: Response | Socket) -> Scope:
    extensions = scope.get("extensions") or {}
    if EXTENSION not in extensions:
        return scope
    wire = MeteredWire(extensions[EXTENSION]["wire"], meter.written)
    return {**scope, "extensions": {**extensions, EXTENSION: {"wire": wire}}}


class MeteredWire:
    """A wire that tells how much went through it."""

    def __init__(self, wire: Wire, written: Callable[[bytes], None]) -> None:
        self._wire = wire
        self._written = written
        self.waiting = wire.waiting
        self.abort = wire.abort

    def write(self, payload: bytes) -> None:
        """Send bytes, and tell."""
        self._written(payload)
        self._wire.write(payload)


class Response:
    """One request over HTTP and its response."""

    def __init__(self, traffic: Traffic, receive: Receive, send: Send) -> None:
        self.traffic = traffic
        self._receive, self._send = receive, send
        self._status = 0
        self._chunked = False

    async def receive(self) -> dict[str, Any]:
        """Hand the request's body on."""
        event = await self._receive()
        self.traffic.wire_in += len(event.get("body", b""))
        return event

    async def send(self, event: dict[str, Any]) -> None:
        """Hand the response on."""
        if event["type"] == "http.response.start":
            self._status = event["status"]
            self._chunked = framing.is_chunked(self._status, event["headers"])
            self.traffic.wire_out += framing.response_head(self._status, event["headers"])
        elif event["type"] == "http.response.body":
            self.written(event.get("body", b""))
            if not event.get("more_body"):
                self._ended(event.get("body", b""))
        await self._send(event)

    def written(self, payload: bytes) -> None:
        """Count a piece of the body."""
        self.traffic.body += len(payload)
        size = len(payload)
        self.traffic.wire_out += framing.chunk(size) if self._chunked else size

    def _ended(self, body: bytes) -> None:
        self.traffic.answers += 1
        self.traffic.empty += self._status in framing.NO_BODY or NOTHING in body
        if self._chunked:
            self.traffic.wire_out += framing.LAST_CHUNK


class Socket:
    """One WebSocket."""

    def __init__(self, traffic: Traffic, receive: Receive, send: Send) -> None:
        self.traffic = traffic
        self._receive, self._send = receive, send

    async def receive(self) -> dict[str, Any]:
        """Hand the client's frames on."""
        event = await self._receive()
        if event["type"] == "websocket.receive":
            text = event.get("text")
            data = text.encode() if text is not None else event.get("bytes") or b""
            self.traffic.wire_in += framing.frame(len(data), masked=True)
        return event

    async def send(self, event: dict[str, Any]) -> None:
        """Hand on what does not go over the wire of our server."""
        if event["type"] == "websocket.accept":
            listed = event.get("headers") or []
            self.traffic.wire_out += framing.UPGRADE + framing.headers(listed)
        elif event["type"] == "websocket.send":
            size = len((event.get("text") or "").encode())
            self.traffic.body += size
            self.traffic.wire_out += framing.frame(size)
        await self._send(event)

    def written(self, payload: bytes) -> None:
        """Count frames."""
        self.traffic.body += framing.contents(payload)
        self.traffic.wire_out += len(payload)
