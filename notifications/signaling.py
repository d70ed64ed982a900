"""Signal events: told to the pages that are open now, at most once, and never logged.

Typing, presence, pointers, calls into a page, and what a project registers. They take the channel
layer to other processes; without one that goes beyond the process they stay in it.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from notifications import broadcast
from notifications.audience import resolve
from notifications.errors import BadAudience, BadEvent, BadTopic
from notifications.events import Fields, check_fields, check_type_name, signal_wire
from notifications.signals import signaled
from notifications.topics import check_topic

TYPING = "typing"
JOINED = "presence.joined"
LEFT = "presence.left"
CALL = "call"
POINTER = "pointer"

#: What goes to one page is addressed to its client id.
CLIENT = "client:"
CLIENT_ID = re.compile(r"[0-9a-f]{16}")
#: Tags that are kept: a page that sends at all may send sixty times a second.
MOST_TAGS = 4096


class SignalType(NamedTuple):
    """What is known of a type of signal event."""

    fields: Fields | None
    from_pages: bool
    newest: bool


_types: dict[str, SignalType] = {}


def register_signal_type(
    name: str, fields: Fields | None = None, *, from_pages: bool = False, newest: bool = False
) -> None:
    """Add a type of signal event with all its fields, as `register_event_type` does.

    `from_pages`: a page may send it to the rooms and registered topics that its user reads.
    `newest`: of one sender only the newest counts; what is waiting is replaced by it.
    A field `name` is filled in by the server with the sender's when it comes from a page.
    """
    _types[check_type_name(name)] = SignalType(fields, from_pages, newest)


def signal_type(name: str) -> SignalType:
    """What was registered under a name; raises `BadEvent`."""
    found = _types.get(name)
    if found is None:
        raise BadEvent(
            _("“%(type)s” is not a type of signal. Register it with register_signal_type().")
            % {"type": name[:80]}
        )
    return found


@dataclass(slots=True, eq=False)
class SignalEvent:
    """One signal event on its way: to whom, and the JSON that pages get. It is never changed.

    `at` is in microseconds of the clock of the process that made it, `origin`, and greater for each
    that it makes; `exclude` is the client id of the page that does not get it, `sender` the tag of
    the page that it is from. Of those with the same `key` only the newest counts; `newest`:
    of this type there may be such.
    """

    id: str
    at: int
    to: str
    type: str
    wire: bytes
    exclude: str = ""
    sender: str = ""
    origin: str = field(default_factory=broadcast.origin)
    newest: bool = field(init=False)
    key: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        known = _types.get(self.type)
        self.newest = known is not None and known.newest
        self.key = (self.to, self.type, self.sender) if self.newest else (self.to, self.id)

    def payload(self) -> list[Any]:
        """What the channel layer carries; without the origin, which many have in common."""
        wire = self.wire.decode()
        return [self.id, self.at, self.to, self.type, wire, self.exclude, self.sender]

    @classmethod
    def of(cls, payload: Sequence[Any], origin: str) -> SignalEvent:
        """What another process has sent; raises TypeError and ValueError for what is none."""
        id, at, to, type, wire, exclude, sender = payload
        return cls(id, int(at), to, type, wire.encode(), exclude, sender, origin)


class Clock:
    """Microseconds since the epoch, never the same twice in one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def now(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1000)
            return self._last


clock = Clock()


def send_signal(
    type: str, data: Mapping[str, Any], *, to: Any, exclude: str | None = None, sender: str = ""
) -> str:
    """Tell open pages something now, and return the id of that signal event.

    `to` is `"client:<id>"` or any audience (`"all"`, a user, a room, a topic …); `exclude` the
    client id of the one page that is left out, usually the sender's, and `sender` the client id of
    the page that it is from. Never waits, never fails for want of a network; works within and
    without a transaction, and does not wait for its commit.

    Raises `BadEvent` for an unknown type or wrong fields and `BadAudience`.
    """
    known = signal_type(type)
    if known.fields is not None:
        check_fields(type, data, known.fields)
    at = clock.now()
    # Once in the deployment, and short: it is written as often as the signal event is.
    id = f"{broadcast.origin()}{at:x}"
    tag = tag_of(sender) if sender else ""
    for address in _addresses(to):
        topic = None if address.startswith(CLIENT) else address
        wire = signal_wire(type, data, topic=topic, id=id, sender=tag)
        # With several topics a page may have two of them: the id is of the event, not of the way.
        send(SignalEvent(id, clock.now(), address, type, wire, exclude or "", tag))
    return id


def send(signal: SignalEvent) -> None:
    """Give a signal event to the relays of this process and of the others."""
    signaled.send(sender=None, told=signal)
    broadcast.send_signal(signal.key, signal.payload)


@lru_cache(maxsize=MOST_TAGS)
def tag_of(client_id: str) -> str:
    """By what the others tell a page: its client id is its own, who has it can answer for it."""
    return hashlib.sha256(client_id.encode()).hexdigest()[:12]


def _addresses(to: Any) -> list[str]:
    if isinstance(to, str) and to.startswith(CLIENT):
        if not CLIENT_ID.fullmatch(to.removeprefix(CLIENT)):
            raise BadAudience(_("A client id is 16 hexadecimal digits."))
        return [to]
    try:
        # No look-up, which a loop could not wait for: a topic that nobody has reaches nobody.
        return [check_topic(to)]
    except BadTopic:
        return resolve(to)


NUMBER = (int, float)

register_signal_type(TYPING, {"room": str, "name": str})
register_signal_type(JOINED, {"room": str, "name": str})
register_signal_type(LEFT, {"room": str, "name": str})
register_signal_type(CALL, {"ref": str, "function": str, "arguments": dict})
register_signal_type(POINTER, {"x": NUMBER, "y": NUMBER, "name": str}, from_pages=True, newest=True)
