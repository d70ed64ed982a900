"""Calls into a page: it runs a function that it has registered by name, and answers.

Nothing is ever evaluated from text: what is sent is a name and JSON, and a page that has no
function of that name says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import orjson
from asgiref.sync import async_to_sync
from django.utils.translation import gettext as _

from notifications import relay
from notifications.errors import BadRequest
from notifications.relay.calls import ERROR, EXPECTED, GONE, MISSED, OK, TAKEN, tell
from notifications.signaling import CALL, CLIENT, CLIENT_ID, send_signal

#: A page that is open says within this many seconds that it has got a call, or will ask for it.
SIGN_OF_LIFE = 1.0
LONGEST_NAME = 80
LONGEST_ERROR = 500


class CallError(Exception):
    """A call did not bring a result."""


class CallFailed(CallError):
    """The page's function has thrown, or there is none of that name; the text says what."""


class CallTimedOut(CallError):
    """The page has got the call and did not answer in time. It may still do what it was asked."""


class ClientGone(CallError):
    """There is no such page any more, or it went before it answered."""


async def call(
    client_id: str,
    function: str,
    arguments: Mapping[str, Any] | None = None,
    timeout: float = 5.0,  # noqa: ASYNC109 - how long it takes is a part of its outcome
) -> Any:
    """Have the page with this client id run ``function(arguments)``, and return its answer.

    The page has registered it with ``client.handle(name, function)``; ``arguments`` and the answer
    are JSON; ``timeout`` is in seconds. It runs at most once. A page that polls gets the call
    with its next poll: allow for its interval.

    Raises `CallFailed`, `CallTimedOut`, `ClientGone`, and `BadRequest` for what is no client id,
    no name or no JSON.
    """
    given = dict(arguments or {})
    _check(client_id, function, given)
    calls = await relay.current().calls()
    told: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
    ref = uuid4().hex
    calls.waiting[ref] = lambda state, value: told.put_nowait((state, value))
    try:
        data = {"ref": ref, "function": function, "arguments": given}
        send_signal(CALL, data, to=CLIENT + client_id)
        return await _outcome(told, asyncio.get_running_loop().time() + timeout)
    finally:
        del calls.waiting[ref]


def call_sync(
    client_id: str,
    function: str,
    arguments: Mapping[str, Any] | None = None,
    timeout: float = 5.0,
) -> Any:
    """`call` for code that is not async."""
    return async_to_sync(call)(client_id, function, arguments, timeout)


def answer(ref: str, ok: Any = None, error: str | None = None) -> None:
    """Pass on what a page says about a call; nothing happens if nobody waits for it any more."""
    tell(ref, OK if error is None else ERROR, ok if error is None else error[:LONGEST_ERROR])


async def _outcome(told: asyncio.Queue[tuple[str, Any]], end: float) -> Any:
    loop = asyncio.get_running_loop()
    taken = False
    #: The processes that the page may come back to.
    expecting: set[str] = set()
    until = min(end, loop.time() + SIGN_OF_LIFE)
    while True:
        try:
            async with asyncio.timeout_at(end if taken or expecting else until):
                state, value = await told.get()
        except TimeoutError:
            if taken:
                raise CallTimedOut(_("The page did not answer in time.")) from None
            raise ClientGone(_("There is no such page.")) from None
        if state == OK:
            return value
        if state == ERROR:
            raise CallFailed(value)
        if state == GONE:
            raise ClientGone(_("The page was closed before it answered."))
        taken = taken or state == TAKEN
        if state == EXPECTED:
            expecting.add(value)
        elif state == MISSED:
            # If no other process expects it, the time for a sign of life has passed.
            expecting.discard(value)


def _check(client_id: str, function: str, arguments: dict[str, Any]) -> None:
    if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
        raise BadRequest(_("A client id is 16 hexadecimal digits."))
    if not isinstance(function, str) or not 0 < len(function) <= LONGEST_NAME:
        raise BadRequest(_("The name of a function has 1 to %d characters.") % LONGEST_NAME)
    try:
        orjson.dumps(arguments)
    except TypeError as error:
        raise BadRequest(_("The arguments cannot be written as JSON.")) from error
