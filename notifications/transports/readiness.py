"""Whether this process wants new connections: what a load balancer asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any


class Readiness:
    """A flag of the process: it is set when the process is told to stop, and never taken back."""

    draining = False


readiness = Readiness()


async def ready(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer 200 while new connections are welcome, 503 when the process is about to stop."""
    status, body = (503, b"draining\n") if readiness.draining else (200, b"ready\n")
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
