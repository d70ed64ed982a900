"""What pages say beside the log, however it comes: typing, signal events, answers to calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from notifications import calling
from notifications.errors import BadRequest, Forbidden, NotFound
from notifications.models import Room
from notifications.rights import may_read
from notifications.signaling import CLIENT, TYPING, send_signal, signal_type
from notifications.topics import ALL, GROUP, ROOM, USER, check_topic, room_topic, split

REF = re.compile(r"[0-9a-f]{32}")
LONGEST_SLUG = 40


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something: the name that others see, and the client id of the page ("": none).

    ``may_read`` decides about the topics that he may address.
    """

    name: str
    client_id: str
    is_staff: bool
    may_read: Callable[[str], bool]


def say(speaker: Speaker, do: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Do ``typing``, ``signal`` or ``answer`` and return what is to be answered.

    Raises `NoticeboardError`: bad_request, unknown_field, wrong_type, bad_event, bad_topic,
    not_found (a topic that he may not read) and forbidden. Without a database, but for
    ``speaker.may_read``.
    """
    return SAYINGS[do](speaker, payload)


def may_speak(user: Any, topic: str) -> bool:
    """Whether a user, or a visitor (None), may signal to a topic: asks the database.

    Who reads it may; visitors only in rooms where they may post too.
    """
    if not may_read(user, topic):
        return False
    kind, key = split(topic)
    if user is not None or kind != ROOM:
        return True
    return Room.objects.filter(slug=key, anonymous_posts=True).exists()


def _typing(speaker: Speaker, payload: Mapping[str, Any]) -> dict[str, Any]:
    _check(payload, {"room": str})
    room = payload["room"]
    topic = room_topic(room)
    _address(speaker, topic)
    return _sent(speaker, TYPING, {"room": room, "name": speaker.name}, topic)


def _signal(speaker: Speaker, payload: Mapping[str, Any]) -> dict[str, Any]:
    _check(payload, {"type": str, "to": str, "data": dict})
    known = signal_type(payload["type"])
    if not known.from_pages:
        raise Forbidden(_("Pages may not send this signal."))
    to, data = payload["to"], dict(payload["data"])
    if not to.startswith(CLIENT):
        _address(speaker, to)
    if known.fields is not None and "name" in known.fields:
        data["name"] = speaker.name
    return _sent(speaker, payload["type"], data, to)


def _answer(speaker: Speaker, payload: Mapping[str, Any]) -> dict[str, Any]:
    outcome = "error" if "error" in payload else "ok"
    _check(payload, {"call": str, outcome: str if outcome == "error" else object})
    if not REF.fullmatch(payload["call"]):
        raise NotFound
    calling.answer(payload["call"], **{outcome: payload[outcome]})
    return {"ok": True}


SAYINGS: Mapping[str, Callable[[Speaker, Mapping[str, Any]], dict[str, Any]]] = {
    "typing": _typing,
    "signal": _signal,
    "answer": _answer,
}


def _sent(speaker: Speaker, type: str, data: dict[str, Any], to: str) -> dict[str, Any]:
    client = speaker.client_id
    return {"ok": True, "id": send_signal(type, data, to=to, exclude=client, sender=client)}


def _address(speaker: Speaker, topic: str) -> None:
    kind, _key = split(check_topic(topic))
    if not speaker.may_read(topic):
        raise NotFound
    if kind in (ALL, GROUP, USER) and not speaker.is_staff:
        raise Forbidden(_("Only staff may signal to this topic."))


def _check(payload: Mapping[str, Any], fields: Mapping[str, type]) -> None:
    for name in payload:
        if name not in fields:
            raise BadRequest(_("Unknown field: %s.") % name[:40], code="unknown_field")
    for name, kind in fields.items():
        if name not in payload:
            raise BadRequest(_("The field %s is missing.") % name)
        if not isinstance(payload[name], kind):
            raise BadRequest(_("The field %s has the wrong type.") % name, code="wrong_type")
