"""What a reader can do, however it is said: the same table for WebSocket frames, HTTP and forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from notifications import inbox, publishing
from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import BadRequest, NotFound, SignedOut
from notifications.models import Room
from notifications.posts import author_of, author_tag
from notifications.rights import session_digest
from notifications.strictjson import storable

#: A request names at most this many notifications: one page and its selection are far below.
MOST_IDS = 200
#: A filter names at most so many levels.
MOST_TEXTS = 20
#: The greatest id that a database column holds.
GREATEST_ID = 2**63 - 1
#: A date is at most this long; nobody parses a megabyte as a date.
LONGEST_DATE = 40

Reader = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """Who acts: a user as it stands in the database now, or a visitor, known by his session.

    ``visitor`` is the digest of a visitor's session, empty if he has none.
    """

    user: Any
    visitor: str = ""

    @classmethod
    def of(cls, user_id: Any, session_key: str | None = None) -> Subject:
        """The user with this primary key; a visitor for None, and for who may not sign in."""
        visitor = session_digest(session_key) if session_key else ""
        if user_id is None:
            return cls(AnonymousUser(), visitor)
        users = get_user_model()._default_manager.using(options.DATABASE)
        user = users.filter(pk=user_id, is_active=True).first()
        return cls(user or AnonymousUser(), visitor)

    @property
    def signed_in(self) -> bool:
        return bool(self.user.is_authenticated and self.user.is_active)


@dataclass(frozen=True, slots=True)
class Action:
    """What to call with which fields; each is read by a function that refuses what is wrong."""

    call: Callable[..., Mapping[str, Any]]
    fields: Mapping[str, Reader]
    optional: frozenset[str] = frozenset()
    for_visitors: bool = False
    as_subject: bool = False
    """The call is given the whole `Subject` in the place of its user."""


def perform(subject: Subject, do: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Do one thing for ``subject`` and return what is to be answered, ``{"ok": true, …}``.

    ``payload`` holds exactly the fields of the action. Raises ``NoticeboardError`` with a code of
    ``errors.TABLE``: unknown_action, unknown_field, bad_request (a field is missing), wrong_type,
    signed_out, and whatever the action itself refuses. Runs on the database; call it in a thread.
    """
    action = ACTIONS.get(do) if isinstance(do, str) else None
    if action is None:
        raise BadRequest(_("There is no such action."), code="unknown_action")
    arguments = _read(action, payload)
    if not (subject.signed_in or action.for_visitors):
        raise SignedOut
    who = subject if action.as_subject else subject.user
    return {"ok": True, **action.call(who, **arguments)}


def _read(action: Action, payload: Mapping[str, Any]) -> dict[str, Any]:
    for name in payload:
        if name not in action.fields:
            raise BadRequest(_("Unknown field: %s.") % name[:40], code="unknown_field")
    for name in action.fields:
        if name not in payload and name not in action.optional:
            raise BadRequest(_("The field %s is missing.") % name)
    return {name: action.fields[name](value) for name, value in payload.items()}


def _ids(value: Any) -> list[int]:
    if not isinstance(value, list) or not all(_is_id(each) for each in value):
        raise BadRequest(_("ids must be a list of whole numbers."), code="wrong_type")
    if not 1 <= len(value) <= MOST_IDS:
        raise BadRequest(_("ids must name 1 to %d notifications.") % MOST_IDS)
    return list(dict.fromkeys(value))


def _is_id(value: Any) -> bool:
    # True is an int to Python; it is none to anybody else.
    return type(value) is int and 0 < value <= GREATEST_ID


def _cursor(value: Any) -> Cursor:
    if not isinstance(value, str):
        raise BadRequest(_("cursor must be a text."), code="wrong_type")
    return Cursor.parse(value)


def _moment(value: Any) -> datetime:
    if not isinstance(value, str):
        raise BadRequest(_("until must be a text with date and time."), code="wrong_type")
    try:
        # fromisoformat takes digits of every script; a time on our wire is ASCII.
        moment = parse_datetime(value) if value.isascii() and len(value) <= LONGEST_DATE else None
    except ValueError:
        moment = None
    if moment is None or timezone.is_naive(moment):
        raise BadRequest(_("until must be like 2026-11-21T10:00:00Z, with a time zone."))
    return moment


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadRequest(_("This field must be a text."), code="wrong_type")
    if not storable(value):
        raise BadRequest(_("The text holds characters that are none."))
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_TEXTS:
        raise BadRequest(_("This field must be a short list of texts."), code="wrong_type")
    return [_text(each) for each in value]


def _id(value: Any) -> int:
    if not _is_id(value):
        raise BadRequest(_("This field must be the id of a post."), code="wrong_type")
    return int(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadRequest(_("This field must be true or false."), code="wrong_type")
    return value


def _place(slug: str) -> Room:
    found = Room._default_manager.using(options.DATABASE).filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def _post(
    subject: Subject,
    room: str,
    text: str,
    name: str = "",
    key: str = "",
    reply_to: int | None = None,
) -> Mapping[str, Any]:
    visitor = subject.visitor
    made = publishing.post(
        _place(room), text, subject.user, name, visitor=visitor, key=key, reply_to=reply_to
    )
    return {"id": made.pk, "tag": _tag(room, subject)}


def _edit_post(subject: Subject, room: str, id: int, text: str) -> Mapping[str, Any]:
    publishing.edit_post(_place(room), id, text, subject.user, subject.visitor)
    return {"id": id}


def _delete_post(subject: Subject, room: str, id: int) -> Mapping[str, Any]:
    publishing.delete_post(_place(room), id, subject.user, subject.visitor)
    return {"id": id}


def _react(subject: Subject, room: str, id: int, emoji: str, on: bool) -> Mapping[str, Any]:
    changed = publishing.react(_place(room), id, emoji, on, subject.user, subject.visitor)
    return {"changed": changed, "tag": _tag(room, subject)}


def _report(subject: Subject, room: str, id: int, reason: str) -> Mapping[str, Any]:
    return {"changed": publishing.report(_place(room), id, reason, subject.user, subject.visitor)}


def _tag(room: str, subject: Subject) -> str:
    """What the room knows this author by: a visitor has one since he first did something there."""
    return author_tag(room, author_of(subject.user, subject.visitor))


def _ping(user: Any) -> Mapping[str, Any]:
    return {}


_OF_IDS: Mapping[str, Reader] = {"ids": _ids}
_OF_CURSOR: Mapping[str, Reader] = {"cursor": _cursor}
_OF_POST: Mapping[str, Reader] = {"room": _text, "id": _id}


def _in_room(
    call: Callable[..., Mapping[str, Any]], fields: Mapping[str, Reader], *optional: str
) -> Action:
    """An action in a room: visitors do it too, where the room lets them."""
    return Action(call, fields, frozenset(optional), for_visitors=True, as_subject=True)


ACTIONS: Mapping[str, Action] = {
    "read": Action(inbox.read, _OF_IDS),
    "unread": Action(inbox.mark_unread, _OF_IDS),
    "done": Action(inbox.done, _OF_IDS),
    "undone": Action(inbox.undone, _OF_IDS),
    "acknowledge": Action(inbox.acknowledge, _OF_IDS),
    "snooze": Action(inbox.snooze, {**_OF_IDS, "until": _moment}),
    "unsnooze": Action(inbox.unsnooze, _OF_IDS),
    "seen": Action(inbox.seen, _OF_CURSOR),
    "read_all": Action(
        inbox.read_shown,
        {**_OF_CURSOR, "view": _text, "level": _texts, "topic": _text, "q": _text},
        frozenset(("view", "level", "topic", "q")),
    ),
    "post": _in_room(
        _post,
        {"room": _text, "text": _text, "name": _text, "key": _text, "reply_to": _id},
        *("name", "key", "reply_to"),
    ),
    "edit_post": _in_room(_edit_post, {**_OF_POST, "text": _text}),
    "delete_post": _in_room(_delete_post, _OF_POST),
    "react": _in_room(_react, {**_OF_POST, "emoji": _text, "on": _flag}),
    "report": _in_room(_report, {**_OF_POST, "reason": _text}),
    "ping": Action(_ping, {}, for_visitors=True),
}
