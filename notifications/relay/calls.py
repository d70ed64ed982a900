"""Calls into pages: who waits in this process for an answer, and which of its pages owe one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from notifications.relay.connection import Connection
from notifications.relay.index import Index
from notifications.signaling import CALL, CLIENT, SignalEvent, clock, send

#: The address of whoever waits for the answer to a call: ``answer:<ref>``.
ANSWER = "answer:"
#: What is told about a call: a page has got it, will ask for it, is gone; or the answer itself.
TAKEN, EXPECTED, GONE, OK, ERROR = "taken", "expected", "gone", "ok", "error"

Told = Callable[[str, Any], None]


def tell(ref: str, state: str, value: Any = None) -> None:
    """Tell whoever waits for a call what has become of it, in whatever process that is."""
    wire = json.dumps({"state": state, "value": value}).encode()
    send(SignalEvent(f"{ref}-{state}", clock.now(), ANSWER + ref, "answer", wire))


class Calls:
    """``polled`` says whether a client id has polled here lately."""

    def __init__(self, index: Index, polled: Callable[[str], bool]) -> None:
        self._index = index
        self._polled = polled
        #: Ref → what to do with what is told about that call.
        self.waiting: dict[str, Told] = {}
        #: Client id → refs of the calls that its connection was given.
        self._owed: dict[str, set[str]] = {}

    def hears(self, signal: SignalEvent) -> bool:
        """Take what is about a call, and say whether it was for us alone and for no page."""
        if signal.type == CALL:
            client_id = signal.to.removeprefix(CLIENT)
            if not self._index.client(client_id) and self._polled(client_id):
                tell(_ref(signal), EXPECTED)
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

    def _settled(self, ref: str) -> None:
        for client_id, refs in list(self._owed.items()):
            refs.discard(ref)
            if not refs:
                del self._owed[client_id]


def _ref(signal: SignalEvent) -> str:
    ref: str = json.loads(signal.wire)["data"]["ref"]
    return ref
