"""The JSON API of rooms: their posts, what is done with a post, people, moderation, walls."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext as _

from notifications import inbox, posting, publishing, rights, signal_api, walls
from notifications.actions import GREATEST_ID
from notifications.errors import BadRequest, Forbidden, NotFound, SignedOut
from notifications.jsonviews import json_body, json_view, query, whole_number
from notifications.models import Room
from notifications.publishing.mentions import belongs
from notifications.topics import room_topic
from notifications.transports import limits
from notifications.views.room_links import wall_link

SLUG = re.compile(r"[a-z0-9-]{1,40}")
LONGEST_SEARCH = 80
NAMED_BY_ADDRESS = frozenset({"room", "id"})

View = Callable[..., dict[str, Any]]


def read_posts(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The posts of a room: ``?before=&limit=``; without names for who has only a link."""
    query(request, ("before", "limit"))
    before, limit = whole_number(request, "before"), whole_number(request, "limit")
    found = _slug(slug)
    if found is not None and _by_link(request, found):
        return inbox.without_names(inbox.room_posts(found, before, limit))
    return inbox.room_posts(_room(request, slug), before, limit)


def write_post(request: HttpRequest, slug: str) -> dict[str, Any]:
    """A new post: ``{"text"}``, ``{"key"}`` against doubles, ``{"reply_to"}``, a visitor's name."""
    _room(request, slug)
    query(request, ())
    body = json_body(request)
    if "room" in body:
        raise BadRequest(code="unknown_field")
    return posting.write(request, slug, body)


def read_post(request: HttpRequest, slug: str, id: int) -> dict[str, Any]:
    """The Markdown of one's own post, to edit it."""
    room = _room(request, slug)
    query(request, ())
    subject = posting.subject_of(request)
    text = publishing.source(room, _known(id), subject.user, subject.visitor)
    return {"id": id, "text": text}


def _doing(do: str) -> View:
    """The view of one action with a post; its fields are the body."""

    def act(request: HttpRequest, slug: str, id: int) -> dict[str, Any]:
        _room(request, slug)
        query(request, ())
        body = json_body(request)
        if NAMED_BY_ADDRESS & body.keys():
            raise BadRequest(code="unknown_field")
        return posting.act(request, do, slug, _known(id), body)

    return act


def read_people(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Whom one may mention, ``?q=`` the beginning of a name; nobody for who does not belong."""
    room = _room(request, slug)
    query(request, ("q",))
    q = request.GET.get("q", "")
    if len(q) > LONGEST_SEARCH:
        raise BadRequest(_("q has at most %d characters.") % LONGEST_SEARCH)
    return {"people": publishing.people(room, request.user, q)}


def moderate(request: HttpRequest, slug: str) -> dict[str, Any]:
    """What staff do in a room: ``{"do", "id"}`` with a post, ``{"do"}`` with the room."""
    room = _room(request, slug)
    query(request, ())
    do, id, seconds = posting.read_moderation(json_body(request))
    limits.actions.spend(posting.limited_by(request))
    publishing.moderate(room, do, request.user, id, seconds)
    return {"ok": True}


def make_wall_link(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The link for a screen; ``{"new": true}`` makes another, and every earlier one ends."""
    room = _room(request, slug)
    query(request, ())
    body = json_body(request)
    if unknown := body.keys() - {"new"}:
        raise BadRequest(_("Unknown field: %s.") % sorted(unknown)[0][:40], code="unknown_field")
    if not isinstance(body.get("new", False), bool):
        raise BadRequest(code="wrong_type")
    limits.actions.spend(posting.limited_by(request))
    if not belongs(room, request.user):
        raise Forbidden(_("Only members of the room and staff make links."))
    made = publishing.new_wall_key(room, request.user, replace=body.get("new", False))
    return {"url": wall_link(request, made)}


def admit_visitor(request: HttpRequest) -> None:
    """A visitor without a public room has no inbox at all."""
    if not request.user.is_authenticated and not rights.topics_of(request.user):
        raise SignedOut


def _known(id: int) -> int:
    if not 0 < id <= GREATEST_ID:
        raise NotFound(_("There is no such post."))
    return id


def _slug(slug: str) -> Room | None:
    return Room.objects.filter(slug=slug).first() if SLUG.fullmatch(slug) else None


def _by_link(request: HttpRequest, room: Room) -> bool:
    if request.user.is_authenticated or rights.may_read(request.user, room_topic(room)):
        return False
    return walls.may_read(request.session, room)


def _room(request: HttpRequest, slug: str) -> Room:
    room = _slug(slug)
    if room is None or not rights.may_read(request.user, room_topic(room.slug)):
        admit_visitor(request)
        raise NotFound
    return room


POST = "rooms/<str:slug>/posts/<int:id>/"
urlpatterns = [
    path(
        "rooms/<str:slug>/posts/",
        json_view(get=read_posts, post=write_post),
        name="api-room-posts",
    ),
    path(POST, json_view(get=read_post), name="api-room-post"),
    path(f"{POST}edit/", json_view(post=_doing("edit_post")), name="api-post-edit"),
    path(f"{POST}delete/", json_view(post=_doing("delete_post")), name="api-post-delete"),
    path(f"{POST}react/", json_view(post=_doing("react")), name="api-post-react"),
    path(f"{POST}report/", json_view(post=_doing("report")), name="api-post-report"),
    path("rooms/<str:slug>/people/", json_view(get=read_people), name="api-room-people"),
    path("rooms/<str:slug>/moderation/", json_view(post=moderate), name="api-room-moderation"),
    path("rooms/<str:slug>/wall-link/", json_view(post=make_wall_link), name="api-room-wall-link"),
    path("rooms/<str:slug>/present/", json_view(get=signal_api.read_present), name="api-present"),
]
