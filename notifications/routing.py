"""The ASGI application: the live addresses, and Django for everything else.

What is live is raw ASGI: a response that goes through Django's handler holds a thread of the
operating system for as long as it lasts, and a stream lasts for an hour.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

from notifications.doctor import ticks
from notifications.errors import NoticeboardError, TooMany
from notifications.lab.meter import metered
from notifications.transports.answers import refuse
from notifications.transports.figures import figures
from notifications.transports.handshake import session_key
from notifications.transports.health import alive, ready
from notifications.transports.polling import events as poll_events
from notifications.transports.sse import events as stream_events
from notifications.transports.told import told
from notifications.transports.websocket import NotificationConsumer

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

#: TRACE would send a request's cookies back, CONNECT asks for a proxy; others nobody knows.
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
#: Path → application, for requests over HTTP. A missing last slash is forgiven.
HTTP: dict[str, Application] = {
    "/events": metered("sse", stream_events),
    "/api/events": metered("poll", poll_events),
    "/events/ticks": ticks.stream,
    "/healthz": alive,
    "/readyz": ready,
    "/metrics": figures,
    # Its older name, which is kept.
    "/health/ready": ready,
}
#: Path → application, for WebSockets.
WEBSOCKET: dict[str, Application] = {
    "/ws": metered("websocket", NotificationConsumer.as_asgi()),
    "/ws/ticks": ticks.socket,
}


def with_transports(django: Application) -> Application:
    """An application that serves the live addresses itself and leaves the rest to ``django``."""

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in METHODS:
            await _no_such_method(send)
        elif scope["type"] == "http" and (seconds := _must_wait(scope)):
            await refuse(send, TooMany(retry_after=seconds), transport="api")
        elif scope["type"] == "http":
            await HTTP.get(_path(scope), django)(scope, receive, send)
        elif scope["type"] == "websocket":
            await WEBSOCKET.get(_path(scope), _no_such_socket)(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)

    return route


def _path(scope: Scope) -> str:
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path.removesuffix("/")


def _must_wait(scope: Scope) -> float:
    if not told or scope["method"] != "POST":
        return 0.0
    key = session_key(scope)
    return told.left(key, scope["path"]) if key else 0.0


async def _no_such_method(send: Send) -> None:
    error = NoticeboardError(code="method_not_allowed")
    await refuse(send, error, [(b"allow", ", ".join(METHODS).encode())])


async def _no_such_socket(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    # Before the handshake this is HTTP 403, which is all that a WebSocket can say here.
    await send({"type": "websocket.close"})


async def _lifespan(receive: Receive, send: Send) -> None:
    # The relay starts with its first connection; servers that have a lifespan want an answer.
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


application = with_transports(get_asgi_application())
