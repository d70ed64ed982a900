"""Whether this process lives, and whether it may be given traffic: what load balancers ask for."""

from __future__ import annotations

from notifications import relay
from notifications.transports.answers import Receive, Scope, Send
from notifications.transports.readiness import readiness

METHODS = ("GET", "HEAD")


async def alive(scope: Scope, receive: Receive, send: Send) -> None:
    """``GET /healthz``: 200 as long as the loop turns, while draining and without a database too.

    What fails this should be started again, which helps against neither of the two.
    """
    await _say(scope, send, 200, "alive")


async def ready(scope: Scope, receive: Receive, send: Send) -> None:
    """``GET /readyz``: 200 where new connections are welcome and can be served, else 503.

    It asks no database itself, so that it may be asked by anybody as often as they like.
    """
    obstacle = _obstacle()
    await _say(scope, send, 503 if obstacle else 200, obstacle or "ready")


def _obstacle() -> str:
    if readiness.draining:
        return "draining"
    # The first who asks starts the relay: a process is ready when it has read the log's end.
    clockwork = relay.current().parts.clockwork
    if not clockwork.loaded.is_set():
        return "starting"
    return "" if clockwork.reads else "no database"


async def _say(scope: Scope, send: Send, status: int, word: str) -> None:
    more: list[tuple[bytes, bytes]] = []
    if scope["method"] not in METHODS:
        status, word = 405, "method not allowed"
        more.append((b"allow", ", ".join(METHODS).encode()))
    body = f"{word}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-length", b"%d" % len(body)),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
