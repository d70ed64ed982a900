"""The JSON API beside the log: signal events, answers to calls, who is in a room."""

from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpRequest

from notifications import posting, relay, rights
from notifications.errors import BadRequest, NotFound
from notifications.jsonviews import json_body, query
from notifications.saying import LONGEST_SLUG, Speaker, may_speak, say
from notifications.signaling import CLIENT_ID
from notifications.topics import room_topic
from notifications.transports import limits


def write_signal(request: HttpRequest) -> dict[str, Any]:
    """``{"type", "to", "data"}``, or ``{"typing": room}``; ``client`` is the page it is from."""
    query(request, ())
    limits.signals.spend(posting.limited_by(request))
    body = json_body(request)
    client = body.pop("client", "")
    if not isinstance(client, str) or (client and not CLIENT_ID.fullmatch(client)):
        raise BadRequest(code="wrong_type")
    if "typing" in body:
        body["room"] = body.pop("typing")
        return say(_speaker(request, client), "typing", body)
    return say(_speaker(request, client), "signal", body)


def answer_call(request: HttpRequest, ref: str) -> dict[str, Any]:
    """``{"ok": value}`` or ``{"error": text}``: only the page that was called knows the ref."""
    query(request, ())
    limits.signals.spend(posting.limited_by(request))
    body = json_body(request)
    if "call" in body:
        raise BadRequest(code="unknown_field")
    return say(_speaker(request, ""), "answer", {"call": ref, **body})


def read_present(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The names of those who have the room's page open."""
    query(request, ())
    if len(slug) > LONGEST_SLUG or not rights.may_read(_user(request), room_topic(slug)):
        raise NotFound
    return {"present": async_to_sync(_present)(slug)}


async def _present(slug: str) -> list[str]:
    return relay.current().present(slug)


def _speaker(request: HttpRequest, client: str) -> Speaker:
    user = _user(request)
    name = posting.name_of(request) if user is None else rights.display_name(user)
    staff = user is not None and bool(user.is_staff)
    return Speaker(name, client, staff, lambda topic: may_speak(user, topic))


def _user(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None
