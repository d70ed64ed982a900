"""What is measured against: a stream and a WebSocket that tick, or that say nothing for a while.

They stand beside the transports, so that a proxy treats them alike. Whoever wants one has a pass,
which the page and the command make: strangers hold no connection here, and it costs no database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

from django.core import signing

from notifications.conf import options
from notifications.doctor.network import IDLE_FACTOR, TICK_MS, TICKS
from notifications.transports.answers import PRIVATE, Receive, Scope, Send, answer
from notifications.transports.readiness import readiness

SALT = "noticeboard.doctor"
PASS_SECONDS = 600
#: How often a silent connection looks whether the process is about to stop.
LOOK_SECONDS = 0.5
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # What the transports say too: the question is who heeds it.
    (b"x-accel-buffering", b"no"),
    *PRIVATE,
]


def new_pass() -> str:
    """What opens the ticks, for ten minutes."""
    return signing.TimestampSigner(salt=SALT).sign("ticks")


def idle_seconds() -> float:
    """How long a silent connection has to live."""
    return options.HEARTBEAT_SECONDS * IDLE_FACTOR


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """``GET /events/ticks/?pass=…``: three events, 300 ms apart; with ``idle=1`` two, far apart."""
    asked = _asked(scope)
    if not _allowed(asked):
        await answer(send, 403)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})

    async def write(number: int) -> None:
        body = b"data: %d\n\n" % number
        await send({"type": "http.response.body", "body": body, "more_body": True})

    if await _tick(write, receive, "http.disconnect", asked):
        await send({"type": "http.response.body", "body": b""})


async def socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The same over a WebSocket, at ``/ws/ticks/``."""
    asked = _asked(scope)
    await receive()
    if not _allowed(asked):
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.accept"})

    async def write(number: int) -> None:
        await send({"type": "websocket.send", "text": str(number)})

    if await _tick(write, receive, "websocket.disconnect", asked):
        await send({"type": "websocket.close", "code": 1000})


async def _tick(write: Any, receive: Receive, farewell: str, asked: dict[str, str]) -> bool:
    """Write each tick when it is due; False if the other end has gone before the last."""
    gone = asyncio.ensure_future(_gone(receive, farewell))
    try:
        async for number in _due(asked, gone):
            await write(number)
        return not gone.done()
    finally:
        gone.cancel()


async def _due(asked: dict[str, str], gone: asyncio.Future[None]) -> AsyncIterator[int]:
    idle = "idle" in asked
    for number in range(2 if idle else TICKS):
        if number:
            await _pause(idle_seconds() if idle else TICK_MS / 1000, gone)
        if gone.done() or readiness.draining:
            return
        yield number


async def _pause(seconds: float, gone: asyncio.Future[None]) -> None:
    clock = asyncio.get_running_loop()
    end = clock.time() + seconds
    while (left := end - clock.time()) > 0 and not (gone.done() or readiness.draining):
        await asyncio.wait([gone], timeout=min(left, LOOK_SECONDS))


async def _gone(receive: Receive, farewell: str) -> None:
    while (await receive())["type"] != farewell:
        pass


def _asked(scope: Scope) -> dict[str, str]:
    text = scope.get("query_string", b"").decode("latin-1")
    try:
        return {name: values[-1] for name, values in parse_qs(text, max_num_fields=5).items()}
    except ValueError:
        return {}


def _allowed(asked: dict[str, str]) -> bool:
    try:
        signing.TimestampSigner(salt=SALT).unsign(asked.get("pass", ""), max_age=PASS_SECONDS)
    except signing.BadSignature:
        return False
    return True
