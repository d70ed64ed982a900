"""One open page as the relay sees it, and what a transport has to give for it."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, Protocol

from notifications.cursor import Cursor
from notifications.events import Entry
from notifications.relay.encoding import Encoding
from notifications.rights import Admission
from notifications.signaling import SignalEvent

#: Close codes of the WebSocket; the other transports say the same in their own words.
SIGNED_OUT = 4401
TOO_SLOW = 4408
COME_BACK = 4409
RESTART = 1012

Kind = Literal["ready", "heartbeat", "reset"]


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """A control frame, not yet encoded.

    Compared by identity: one heartbeat object goes to many connections, so that a transport
    may keep what it encoded for it.
    """

    kind: Kind
    cursor: Cursor
    fields: Mapping[str, Any] = field(default_factory=dict)


class Sink(Protocol):
    """Where a connection's bytes go. Called on the loop; must neither block nor raise."""

    def write(self, payload: bytes, entries: Sequence[Entry]) -> int:
        """Send ``payload``, which is ``encoding.join(entries)``; how many bytes wait then."""

    def signal(self, payload: bytes, signals: Sequence[SignalEvent]) -> None:
        """Send ``payload``: ``encoding.signal`` of each, one after the other."""

    def control(self, frame: Control) -> None:
        """Encode and send a control frame."""

    def waiting(self) -> int:
        """How many bytes have been written that the client has not taken yet."""

    def close(self, code: int, reason: str, come_back: bool, after_ms: int) -> None:
        """End it; the relay has forgotten the connection already."""


class Straight(Protocol):
    """A sink's socket, where the relay may write to it past the sink.

    One of ten thousand sinks, and what it leads to, is never in the processor's cache: to look at
    it costs a quarter of what a write costs.
    """

    open: bool

    def write(self, data: bytes) -> int:
        """Send bytes while it is open; how many wait then."""


class State(Enum):
    """Where a connection stands; only a live one is handed new entries."""

    #: Its backlog is being read, or it is held back because it does not drain.
    BEHIND = "behind"
    #: It has been sent everything that the relay has.
    LIVE = "live"
    #: Its rights may have changed: nothing is sent until it is admitted again.
    IN_DOUBT = "in doubt"
    CLOSED = "closed"


class Connection:
    """One subscriber's connection: its rights, its place in the log, and its sink.

    Made by a transport, given to ``relay.join`` and, whatever happened, to ``relay.leave``.
    """

    __slots__ = (
        "admission",
        "client_id",
        "doubt",
        "encoding",
        "held_since",
        "polls",
        "position",
        "renew_at",
        "replay",
        "session_key",
        "since",
        "sink",
        "slot",
        "state",
        "straight",
    )

    def __init__(
        self,
        admission: Admission,
        encoding: Encoding,
        sink: Sink,
        session_key: str | None = None,
    ) -> None:
        self.admission = admission
        self.encoding = encoding
        self.sink = sink
        self.session_key = session_key
        self.client_id = secrets.token_hex(8)
        #: When it was opened, in seconds since the epoch.
        self.since = time.time()
        #: It is one poll of a page, which comes back by its client id.
        self.polls = False
        #: Everything that is this connection's up to here has been sent. Of a live one the relay's
        #: head says that. None: its past cannot be continued, it needs a reset.
        self.position: Cursor | None = None
        self.state = State.BEHIND
        #: Given by the transport once the connection has joined, if there is one.
        self.straight: Straight | None = None
        #: The replay that brings it to the head; another one replaces it, none cancels it.
        self.replay: object | None = None
        #: The doubt about its rights that is being settled, likewise.
        self.doubt: object | None = None
        #: Loop time since which its sink is over its bound, or None.
        self.held_since: float | None = None
        #: Loop time at which its rights are looked up again.
        self.renew_at = 0.0
        #: The part of the heartbeat interval in which it gets its heartbeat.
        self.slot = 0

    @property
    def tag(self) -> str:
        """Its name for operators: who has the client id itself could speak as the page."""
        return hashlib.sha256(self.client_id.encode()).hexdigest()[:16]
