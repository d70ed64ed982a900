"""Calls into pages: who waits in this process for an answer, and which of its pages owe one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from notifications.broadcast import origin
from notifications.relay.connection import Connection
from notifications.relay.index import Index
from notifications.signaling import CALL, CLIENT, SignalEvent, clock, send

#: The address of whoever waits for the answer to a call: ``answer:<ref>``.
ANSWER = "answer:"
#: What is told about a call: a page has got it, will ask a process for it (or did not), is gone; or
#: the answer itself.
TAKEN, EXPECTED, MISSED, GONE, OK, ERROR = "taken", "expected", "missed", "gone", "ok", "error"

Told = Callable[[str, Any], None]


def tell(ref: str, state: str, value: Any = None) -> None:
    """Tell whoever waits for a call what has become of it, in whatever process that is."""
    wire = json.dumps({"state": state, "value": value}).encode()
    send(SignalEvent(f"{ref}-{state}", clock.now(), ANSWER + ref, "answer", wire))


class Calls:
    """``polls_until`` says how long (the loop's time) a page may be away that polls here."""

    def __init__(self, index: Index, polls_until: Callable[[str], float]) -> None:
        self._index = index
        self._polls_until = polls_until
        self._loop = asyncio.get_running_loop()
        #: Ref → what to do with what is told about that call.
        self.waiting: dict[str, Told] = {}
        #: Client id → refs of the calls that its connection was given.
        self._owed: dict[str, set[str]] = {}

    def hears(self, signal: SignalEvent) -> bool:
        """Take what is about a call, and say whether it was for us alone and for no page."""
        if signal.type == CALL:
            client_id = signal.to.removeprefix(CLIENT)
            if not self._index.client(client_id) and self._polls_until(client_id):
                tell(_ref(signal), EXPECTED, origin())
                self._look_out(_ref(signal), client_id)
        if not signal.to.startswith(ANSWER):
            return False
        ref = signal.to.removeprefix(ANSWER)
        told = json.loads(signal.wire)
        if told["state"] in (OK, ERROR):
            self._settled(ref)
        if ref in self.waiting:
            self.waiting[ref](told["state"], told["value"])
        return True

    def handed(self, connection: Connection | None, signal: SignalEvent) -> None:
        """A page was given a call; None for one that polls."""
        ref = _ref(signal)
        if connection is not None and not connection.polls:
            self._owed.setdefault(connection.client_id, set()).add(ref)
        tell(ref, TAKEN)

    def left(self, connection: Connection) -> None:
        """A connection has ended: what its page owes is not going to come."""
        for ref in self._owed.pop(connection.client_id, ()):
            tell(ref, GONE)

    def _look_out(self, ref: str, client_id: str) -> None:
        """Say so when a page that polls is expected no more; one that came back has the call."""
        until = self._polls_until(client_id)
        if until:
            self._loop.call_at(until, self._miss, ref, client_id)

    def _miss(self, ref: str, client_id: str) -> None:
        if not self._index.client(client_id) and not self._polls_until(client_id):
            tell(ref, MISSED, origin())

    def _settled(self, ref: str) -> None:
        for client_id, refs in list(self._owed.items()):
            refs.discard(ref)
            if not refs:
                del self._owed[client_id]


def _ref(signal: SignalEvent) -> str:
    ref: str = json.loads(signal.wire)["data"]["ref"]
    return ref
