"""Events: their types, the shape of their data, and the bytes that every client gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import NoneType
from typing import Any
from uuid import uuid4

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.cursor import Cursor
from notifications.errors import BadEvent
from notifications.topics import is_personal

CREATED = "notification.created"
UPDATED = "notification.updated"
RETRACTED = "notification.retracted"
RECEIPT_CHANGED = "receipt.changed"
ACTION_DONE = "action.done"
INBOX_READ = "inbox.read"
INBOX_SEEN = "inbox.seen"
ROOM_CHANGED = "room.changed"
ROOM_PINNED = "room.pinned"
POST_REACTED = "post.reacted"
PREFERENCES_CHANGED = "preferences.changed"
RIGHTS_CHANGED = "rights.changed"
CONNECTIONS_ENDED = "connections.ended"
CANARY_SENT = "canary.sent"
VIEWS_CHANGED = "views.changed"
TEXT_CHANGED = "text.changed"
TEXT_REMOVED = "text.removed"

CONTENT = frozenset({CREATED, UPDATED, POST_REACTED})
"""The types that carry what a retraction takes back."""

ABOUT_NOTIFICATIONS = CONTENT | {RETRACTED}
"""The types whose `id` is a notification's."""

BLANK = "{}"
"""The data of an event whose notification was retracted later: nothing is left of it."""

Types = type | tuple[type, ...]
Fields = Mapping[str, Types]


@dataclass(frozen=True, slots=True)
class Entry:
    """One stamped event, as the log gives it.

    `before` is the check of the entry at `seq - 1` (of the origin for 1), `time` is ISO 8601 with
    milliseconds and `Z`, `data` is compact JSON, the very text that is stored.
    """

    seq: int
    check: str
    before: str
    topics: tuple[str, ...]
    type: str
    time: str
    data: str

    @property
    def cursor(self) -> Cursor:
        """The position right after this event."""
        return Cursor(self.seq, self.check)

    @property
    def internal(self) -> bool:
        """Is it between our own parts only, and never sent to a client?"""
        return self.type in INTERNAL

    def wire(self) -> bytes:
        """The JSON that every client gets; the audience is never in it."""
        head = {"cursor": str(self.cursor), "type": self.type, "time": self.time}
        return _with_data(head | _topic_told(self.topics), self.data.encode())


_types: dict[str, Fields | None] = {}
INTERNAL: set[str] = set()

_TYPE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


def register_event_type(name: str, fields: Fields | None = None, internal: bool = False) -> None:
    """Add a type of event with all its fields, each with its type or types (`type(None)`: null).

    An event with another field, without one of them or with another type is refused. Without
    `fields` any object is taken. Raises `BadEvent` for a name that is not one.
    """
    _types[check_type_name(name)] = None if fields is None else dict(fields)
    if internal:
        INTERNAL.add(name)


def check_type_name(name: str) -> str:
    """The name itself; raises `BadEvent` if it is not a legal name of a type."""
    if _TYPE_NAME.fullmatch(name):
        return name
    raise BadEvent(
        _(
            "“%(type)s” is not a type of event. Write lower-case letters, digits, “.”, “_” and "
            "“-”, at most 80 characters."
        )
        % {"type": name[:80]}
    )


def is_registered(name: str) -> bool:
    """Is there a type of event with this name?"""
    return name in _types


def validate(type: str, data: Mapping[str, Any]) -> None:
    """Raise `BadEvent` unless the type is registered and the data has exactly its fields."""
    if type not in _types:
        raise BadEvent(
            _("“%(type)s” is not a type of event. Register it with register_event_type().")
            % {"type": type}
        )
    fields = _types[type]
    if fields is not None:
        check_fields(type, data, fields)


def check_fields(type: str, data: Mapping[str, Any], fields: Fields) -> None:
    """Raise `BadEvent` unless the data has exactly these fields, each with one of its types."""
    if differing := fields.keys() ^ data.keys():
        raise BadEvent(
            _("An event “%(type)s” has the fields %(fields)s. Unknown or missing: %(differing)s.")
            % {"type": type, "fields": sorted(fields), "differing": sorted(differing, key=str)}
        )
    for name, allowed in fields.items():
        _check_type(type, name, data[name], allowed)


def encode(type: str, data: Mapping[str, Any]) -> str:
    """The data as compact JSON text; raises `BadEvent` for what JSON cannot say."""
    try:
        return orjson.dumps(data).decode()
    except TypeError as error:
        raise BadEvent(
            _("The data of “%(type)s” cannot be written as JSON: %(error)s.")
            % {"type": type, "error": error}
        ) from error


def signal_wire(
    type: str,
    data: Mapping[str, Any],
    *,
    topic: str | None = None,
    id: str | None = None,
    time: str | None = None,
    sender: str = "",
) -> bytes:
    """The JSON of a signal event: like an event, but with an id and without a cursor.

    `sender` tells apart the pages that signals come from, without naming them; it is `from`.
    """
    head = {
        "signal": True,
        "id": id or uuid4().hex,
        "type": type,
        "time": time or iso(timezone.now()),
    }
    told = _topic_told((topic,)) if topic else {}
    if sender:
        told["from"] = sender
    return _with_data(head | told, encode(type, data).encode())


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: `2026-11-21T10:00:00.000Z`."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def _topic_told(topics: tuple[str, ...]) -> dict[str, str]:
    if len(topics) == 1 and not is_personal(topics[0]):
        return {"topic": topics[0]}
    return {}


def _with_data(head: dict[str, Any], data: bytes) -> bytes:
    return orjson.dumps(head)[:-1] + b',"data":' + data + b"}"


def _check_type(event: str, name: str, value: Any, allowed: Types) -> None:
    kinds = allowed if isinstance(allowed, tuple) else (allowed,)
    # True is an int to isinstance, but not to the readers of our JSON.
    if (isinstance(value, bool) and bool not in kinds) or not isinstance(value, kinds):
        raise BadEvent(
            _("“%(name)s” of “%(type)s” is %(value)s, which has the wrong type.")
            % {"name": name, "type": event, "value": repr(value)[:80]}
        )


TEXT_OR_NULL = (str, NoneType)
INTEGER_OR_NULL = (int, NoneType)
ITEM: Fields = {
    "id": int,
    "title": str,
    "html": str,
    "text": str,
    "level": str,
    "link": str,
    "sender": str,
    "room": TEXT_OR_NULL,
    "post": (dict, NoneType),
    "inbox": bool,
    "published_at": str,
    "expires_at": TEXT_OR_NULL,
    "edited_at": TEXT_OR_NULL,
    "acknowledge": bool,
    "actions": list,
    "position": INTEGER_OR_NULL,
}
"""A notification as clients know it; the same keys in events and snapshots."""

register_event_type(CREATED, ITEM)
register_event_type(UPDATED, ITEM)
register_event_type(RETRACTED, {"id": int, "reason": str})
register_event_type(RECEIPT_CHANGED, {"receipts": list})
register_event_type(ACTION_DONE, {"id": int, "do": str, "at": str, "said": str})
register_event_type(INBOX_READ, {"read_to": int})
register_event_type(INBOX_SEEN, {"seen_to": int})
register_event_type(
    ROOM_CHANGED,
    dict.fromkeys(("slug", "name", "description"), str)
    | dict.fromkeys(("is_public", "is_closed", "announcement_only"), bool)
    | {"slow_seconds": int},
)
register_event_type(ROOM_PINNED, {"slug": str, "ids": list})
register_event_type(POST_REACTED, {"id": int, "reactions": dict})
register_event_type(PREFERENCES_CHANGED, {"preferences": dict})
register_event_type(VIEWS_CHANGED, {"views": list})
register_event_type(RIGHTS_CHANGED, {"reason": str, "session": TEXT_OR_NULL}, internal=True)
register_event_type(CANARY_SENT, {"process": str, "number": int}, internal=True)
register_event_type(CONNECTIONS_ENDED, {"connection": TEXT_OR_NULL, "seconds": int}, internal=True)
register_event_type(
    TEXT_CHANGED,
    {"id": int, "key": str, "name": str, "version": int, "text": str, "changed_at": str},
)
register_event_type(TEXT_REMOVED, {"id": int, "key": str})
