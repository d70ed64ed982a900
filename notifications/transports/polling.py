"""Polling and long polling: one resource, the second with ``wait``."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notifications import metrics, relay
from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import BadRequest, NoticeboardError, Unavailable
from notifications.relay import ENCODINGS, Answer, Heard, Hearing
from notifications.rights import Admission
from notifications.signaling import CLIENT_ID
from notifications.strictjson import read_object
from notifications.transports.answers import (
    Disconnected,
    Receive,
    Scope,
    Send,
    answer,
    gone,
    read_body,
    refuse,
)
from notifications.transports.frames import dumps
from notifications.transports.handshake import Handshake, header
from notifications.transports.readiness import readiness
from notifications.transports.visitors import places

logger = logging.getLogger(__name__)

METHODS = ("GET", "POST")
WAIT = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Question:
    """What a poll asks: the cursor it has, how long it waits, and further topics."""

    after: Cursor | None
    wait: float
    topics: tuple[str, ...]
    hearing: Hearing


async def events(scope: Scope, receive: Receive, send: Send) -> None:
    """``GET`` or ``POST /api/events/?after=<cursor>&wait=<seconds>``: what came since."""
    if scope["method"] not in METHODS:
        error = NoticeboardError(code="method_not_allowed")
        await refuse(send, error, [(b"allow", ", ".join(METHODS).encode())])
        return
    try:
        # A POST changes nothing and needs no token; its page is asked for its origin like any.
        handshake = Handshake.of(scope)
        question = _question(scope, handshake, await read_body(receive))
        admission = await handshake.admit(question.topics)
        if question.wait:
            with places.held(admission, scope):
                asking = _ask(admission, handshake.session_key, question)
                found = await _unless_gone(asking, receive)
        else:
            found = await _ask(admission, handshake.session_key, question)
        await _answer(scope, send, admission, question, found)
    except Disconnected:
        pass
    except NoticeboardError as error:
        await refuse(send, error, transport="poll")
    except Exception:
        logger.exception("A poll could not be served.")
        await refuse(send, Unavailable(retry_after=1))


def _question(scope: Scope, handshake: Handshake, body: bytes) -> Question:
    after: Any = handshake.last("after") if "after" in handshake.query else None
    wait: Any = _seconds(handshake.last("wait") or "0")
    topics: Any = ()
    if scope["method"] == "POST" and body.strip():
        fields = read_object(body)
        after, wait = fields.pop("after", after), fields.pop("wait", wait)
        topics = fields.pop("topic", [])
        if fields:
            raise BadRequest(code="unknown_field")
    return Question(_cursor(after), _clamped(wait), _topics(topics), _hearing(handshake))


def _hearing(handshake: Handshake) -> Hearing:
    """Which page asks, and what it has had; a new page is given its client id."""
    client, since = handshake.last("client") or "", handshake.last("since") or ""
    if not CLIENT_ID.fullmatch(client):
        return Hearing(secrets.token_hex(8))
    return Hearing(client, Heard.read(since))


def _seconds(text: str) -> float:
    if not WAIT.fullmatch(text):
        raise BadRequest
    return float(text)


def _cursor(value: Any) -> Cursor | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadRequest(code="wrong_type")
    return Cursor.parse(value)


def _clamped(value: Any) -> float:
    if type(value) not in (int, float):
        raise BadRequest(code="wrong_type")
    return float(min(max(value, 0), options.WAIT_SECONDS))


def _topics(value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not all(isinstance(each, str) for each in listed):
        raise BadRequest(code="wrong_type")
    return tuple(listed)


async def _ask(admission: Admission, session_key: str | None, question: Question) -> Answer:
    try:
        return await relay.current().poll(
            admission,
            question.after,
            question.wait,
            session_key=session_key,
            hearing=question.hearing,
        )
    except Unavailable:
        # A process that is about to stop ends its long polls early, which is no error to anybody.
        if readiness.draining and question.after is not None:
            return Answer(question.after)
        raise


async def _unless_gone(asking: Any, receive: Receive) -> Answer:
    """The answer; raises ``Disconnected`` if the client goes away while we wait for it."""
    task: asyncio.Task[Answer] = asyncio.ensure_future(asking)
    leaving = asyncio.ensure_future(gone(receive))
    try:
        await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Disconnected
        return task.result()
    finally:
        leaving.cancel()
        task.cancel()


async def _answer(
    scope: Scope, send: Send, admission: Admission, question: Question, found: Answer
) -> None:
    cursor, user = str(found.cursor), admission.user_id
    # The user is in the tag: a 304 must not hide that the session has ended.
    tag = f'"{cursor}-{"" if user is None else user}"'
    headers = [(b"etag", tag.encode())]
    if readiness.draining:
        # The next poll is for another process.
        headers.append((b"connection", b"close"))
    told = found.entries or found.signals or found.reset
    nothing = not told and found.cursor == question.after
    if nothing and tag in _known_tags(scope):
        await answer(send, 304, headers=headers)
        return
    hearing = question.hearing
    events = ENCODINGS["json"].join(found.entries)
    way = "longpoll" if question.wait else "poll"
    metrics.delivered(way, len(found.entries), len(events))
    page = {"client": hearing.client_id, "since": str(found.heard or hearing.since)}
    body = b'{"cursor":%b,"user":%b,"events":[%b],"signals":[%b],"reset":%b,%b}' % (
        dumps(cursor),
        dumps(user),
        events,
        b",".join(signal.wire for signal in found.signals),
        dumps(found.reset or False),
        dumps(page)[1:-1],
    )
    await answer(send, 200, body, headers)


def _known_tags(scope: Mapping[str, Any]) -> list[str]:
    listed = header(dict(scope), b"if-none-match") or ""
    return [each.strip().removeprefix("W/") for each in listed.split(",")]
