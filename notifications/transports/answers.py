"""One complete HTTP answer from a raw ASGI application, and the body of one request."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from notifications import journal
from notifications.conf import options
from notifications.errors import NoticeboardError, TooLarge
from notifications.transports.frames import dumps, error_fields

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

#: What is for one reader is never kept by a cache between us and him.
PRIVATE: tuple[Header, ...] = (
    (b"cache-control", b"no-store, private"),
    (b"vary", b"Cookie, Origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


class Disconnected(Exception):
    """The client went away before it had sent everything."""


async def answer(
    send: Send, status: int, body: bytes = b"", headers: Iterable[Header] = ()
) -> None:
    """Send a JSON answer that no cache keeps."""
    length = (b"content-length", b"%d" % len(body))
    kind = (b"content-type", b"application/json")
    about_body = () if status == 304 else (kind, length)
    start = [*about_body, *PRIVATE, *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


async def refuse(
    send: Send, error: NoticeboardError, headers: Iterable[Header] = (), transport: str = "http"
) -> None:
    """Send an error as ``{"error": {"code", "detail"}}`` with its status; it is counted."""
    journal.refused(error.code, error.status, transport=transport)
    more = list(headers)
    if error.retry_after is not None:
        more.append((b"retry-after", b"%d" % math.ceil(error.retry_after)))
    await answer(send, error.status, dumps({"error": error_fields(error)}), more)


async def read_body(receive: Receive) -> bytes:
    """The whole body; raises ``too_large`` above BODY_BYTES and ``Disconnected``."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += message.get("body", b"")
        if len(body) > options.BODY_BYTES:
            raise TooLarge
        if not message.get("more_body", False):
            return body


async def gone(receive: Receive) -> None:
    """Return when the client has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass
