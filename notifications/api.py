"""The JSON API: the snapshot, what a reader can do, and the posts of rooms.

Answers and errors are private JSON, never a page. The transports' part (`/api/events/`) is not
Django's: see `routing`.
"""

import re
from typing import Any

from django.http import HttpRequest
from django.urls import path, re_path

from notifications import inbox, posting, publishing, rights, signal_api
from notifications.actions import Subject, perform
from notifications.errors import BadRequest, NotFound, SignedOut
from notifications.jsonviews import json_body, json_view, query, whole_number
from notifications.models import Room
from notifications.topics import room_topic
from notifications.transports import limits

ACTIONS = frozenset(
    ("read", "unread", "seen", "done", "undone", "read_all", "snooze", "unsnooze", "acknowledge")
)
SLUG = re.compile(r"[a-z0-9-]{1,40}")


def read_inbox(request: HttpRequest) -> dict[str, Any]:
    """The snapshot: ``?view=&level=&level=&topic=&q=&before=&limit=``."""
    query(request, ("view", "topic", "q", "before", "limit"), repeated=("level",))
    _admit_visitor(request)
    return inbox.snapshot(
        request.user,
        view=request.GET.get("view", "inbox"),
        levels=request.GET.getlist("level"),
        topic=request.GET.get("topic"),
        q=request.GET.get("q", ""),
        before=whole_number(request, "before"),
        limit=whole_number(request, "limit"),
    )


def act(request: HttpRequest, action: str) -> dict[str, Any]:
    """One of the actions on the inbox, with its fields as the body."""
    if action not in ACTIONS:
        raise BadRequest(code="unknown_action")
    if not request.user.is_authenticated:
        raise SignedOut
    query(request, ())
    body = json_body(request)
    limits.actions.spend(request.user.pk)
    return perform(Subject(request.user), action, body)


def read_posts(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The posts of a room: ``?before=&limit=``."""
    query(request, ("before", "limit"))
    return inbox.room_posts(
        _room(request, slug), whole_number(request, "before"), whole_number(request, "limit")
    )


def write_post(request: HttpRequest, slug: str) -> dict[str, Any]:
    """A new post: ``{"text"}``, ``{"key"}`` against doubles, ``{"name"}`` of a visitor."""
    _room(request, slug)
    query(request, ())
    body = json_body(request)
    if "room" in body:
        raise BadRequest(code="unknown_field")
    return posting.write(request, slug, body)


def moderate(request: HttpRequest, slug: str) -> dict[str, Any]:
    """What staff do in a room: ``{"do", "id"}`` with a post, ``{"do"}`` with the room."""
    room = _room(request, slug)
    query(request, ())
    do, id = posting.read_moderation(json_body(request))
    limits.actions.spend(posting.limited_by(request))
    publishing.moderate(room, do, request.user, id)
    return {"ok": True}


def nothing(request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
    """The answer for every other address of the API."""
    raise NotFound


def _admit_visitor(request: HttpRequest) -> None:
    """A visitor without a public room has no inbox at all."""
    if not request.user.is_authenticated and not rights.topics_of(request.user):
        raise SignedOut


def _room(request: HttpRequest, slug: str) -> Room:
    room = Room.objects.filter(slug=slug).first() if SLUG.fullmatch(slug) else None
    if room is None or not rights.may_read(request.user, room_topic(room.slug)):
        _admit_visitor(request)
        raise NotFound
    return room


urlpatterns = [
    path("inbox/", json_view(get=read_inbox), name="api-inbox"),
    path("inbox/<str:action>/", json_view(post=act), name="api-action"),
    path(
        "rooms/<str:slug>/posts/",
        json_view(get=read_posts, post=write_post),
        name="api-room-posts",
    ),
    path("rooms/<str:slug>/moderation/", json_view(post=moderate), name="api-room-moderation"),
    path("rooms/<str:slug>/present/", json_view(get=signal_api.read_present), name="api-present"),
    path("signals/", json_view(post=signal_api.write_signal), name="api-signals"),
    path("calls/<str:ref>/", json_view(post=signal_api.answer_call), name="api-call"),
    re_path("", json_view(get=nothing, post=nothing)),
]
