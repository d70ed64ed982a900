"""``/metrics``: what is counted, for Prometheus and for staff; nobody else sees it."""

from __future__ import annotations

import asyncio
from hmac import compare_digest

from notifications import metrics, relay
from notifications.conf import options
from notifications.errors import Forbidden, NoticeboardError, SignedOut
from notifications.transports.answers import PRIVATE, Receive, Scope, Send, refuse
from notifications.transports.handshake import Handshake, header

METHODS = ("GET", "HEAD")
SCHEME = "bearer "
CHALLENGE = (b"www-authenticate", b'Bearer realm="metrics"')


async def figures(scope: Scope, receive: Receive, send: Send) -> None:
    """``GET /metrics`` with the bearer token of the settings, or with the session of staff.

    An address says nothing here: behind a proxy on this machine all the world comes from it.
    """
    if scope["method"] not in METHODS:
        error = NoticeboardError(code="method_not_allowed")
        await refuse(send, error, [(b"allow", ", ".join(METHODS).encode())])
        return
    try:
        if not _has_token(scope):
            await _check_staff(scope)
    except NoticeboardError as error:
        await refuse(send, error, [CHALLENGE] if error.status == 401 else [], "metrics")
        return
    await _tell(scope, send)


def _has_token(scope: Scope) -> bool:
    """Whether the token is there; raises ``signed_out`` for a wrong one."""
    told = header(scope, b"authorization")
    if told is None:
        return False
    token = told[len(SCHEME) :].strip() if told.lower().startswith(SCHEME) else ""
    right = options.METRICS_TOKEN
    if not right or not compare_digest(token.encode(), right.encode()):
        raise SignedOut
    return True


async def _check_staff(scope: Scope) -> None:
    admission = await relay.current().admit(Handshake.of(scope).session_key)
    if admission.anonymous:
        raise SignedOut
    if not admission.is_staff:
        raise Forbidden


async def _tell(scope: Scope, send: Send) -> None:
    # What this process is asked for is as of now; the others are a second behind at most.
    relay.current().parts.measuring.look()
    # In a thread: it reads the files of all processes.
    kind, body = await asyncio.to_thread(metrics.exposed, header(scope, b"accept") or "")
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", b"%d" % len(body)),
        *PRIVATE,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
