"""Put before the transports: counts what the connections of a run cost, and bends their way.

A request that is not of a run costs one search in its query, and is handed on as it is.
"""

from __future__ import annotations

import random
import re
from typing import Any

from notifications.lab.accounts import Account, Traffic, accounts
from notifications.lab.metering import Application, Line, Receive, Response, Scope, Send, Socket
from notifications.lab.passage import Passage
from notifications.transports.outlet import wire_of

MARK = b"topic=lab."

_TOPIC = re.compile(rb"(?:^|&)topic=(lab\.[a-z0-9_-]+)(?:&|$)")
_WAIT = re.compile(rb"(?:^|&)wait=")


def metered(transport: str, application: Application) -> Application:
    """The application of a transport, which counts if a request is of a run."""

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        account = _account(scope) if MARK in scope["query_string"] else None
        if account is None:
            await application(scope, receive, send)
            return
        traffic = account.traffic[_transport(transport, scope)]
        passage = _passage(scope, account, traffic)
        line = Line(scope, receive, send, traffic, passage, account.plan.compression)
        meter = (Socket if scope["type"] == "websocket" else Response)(line)
        account.passages.add(passage)
        traffic.open += 1
        try:
            await application(meter.scope, meter.receive, meter.send)
        finally:
            passage.close()
            traffic.open -= 1
            account.passages.discard(passage)

    return counted


def _account(scope: Scope) -> Account | None:
    found = _TOPIC.search(scope["query_string"])
    return accounts.get(found[1].decode()) if found else None


def _transport(transport: str, scope: Scope) -> str:
    waits = transport == "poll" and _WAIT.search(scope["query_string"])
    return "longpoll" if waits else transport


def _passage(scope: dict[str, Any], account: Account, traffic: Traffic) -> Passage:
    plan, wire = account.plan, wire_of(scope)

    def cut() -> bool:
        # Without a wire of ours there is nothing to cut.
        if wire is None or account.calm or random.random() * 100 >= plan.drop:
            return False
        traffic.cuts += 1
        wire.abort()
        return True

    least = plan.latency / 1000
    return Passage((least, least + plan.jitter / 1000), cut)
