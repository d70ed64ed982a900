"""The rooms, one room, and the wall of a room, rendered on the server; all are safe to GET."""

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import inbox as inboxes
from notifications import posting, rights
from notifications.conf import options
from notifications.errors import NotFound
from notifications.models import Address, Membership, Room
from notifications.publishing import refused_post
from notifications.topics import room_topic
from notifications.views.refusals import refused
from notifications.views.rows import Item, day_name, moment

SLUG = re.compile(r"[a-z0-9-]{1,40}")
# Posts of one author that follow each other so soon stand under one name.
TOGETHER = timedelta(minutes=5)
WALL_POSTS = 20
# What the browser fills for a post that it makes itself.
BLANK = {"id": "", "sender": "", "title": "", "html": "", "published_at": ""}
LONGEST_POSITION = 18


@never_cache
@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """The rooms that the reader may read, those with the newest posts first."""
    found = _readable(request.user)
    if not request.user.is_authenticated and not found:
        return redirect_to_login(request.get_full_path())
    return render(
        request, "noticeboard/rooms/list.html", {**_frame(request, "rooms"), "rooms": found}
    )


@never_cache
@require_safe
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """One room: its newest posts, or the older ones before a position, and where one posts."""
    found = find(request, slug)
    if found is None:
        return nowhere(request)
    before = _position(request.GET.get("before", ""))
    # The inbox first: the client begins at its cursor, and the room's is not below it.
    frame = _frame(request, "room")
    page = inboxes.room_posts(found, before, options.PAGE_SIZE)
    return render(
        request,
        "noticeboard/rooms/room.html",
        {
            **frame,
            "modules": ["rooms"],
            "topics": [room_topic(found)],
            "room": found,
            "posts": post_rows(page["posts"]),
            "pinned": post_rows(page["pinned"]),
            "pinned_ids": [post["id"] for post in page["pinned"]],
            "history": before is not None,
            "older": page["posts"][-1]["position"] if page["more"] else None,
            "refusal": refused_post(found, request.user, posting.subject_of(request).visitor),
            "name": "" if request.user.is_authenticated else posting.name_of(request),
            "key": secrets.token_hex(16),
            "most": options.POST_CHARACTERS,
            "blank": BLANK,
            "config": _config(request, found, page),
        },
    )


@never_cache
@require_safe
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """A room for a big screen: the newest posts one by one, in large type."""
    found = find(request, slug)
    if found is None:
        return nowhere(request)
    page = inboxes.room_posts(found, None, WALL_POSTS)
    if not found.is_public:
        page["posts"] = [{**post, "sender": ""} for post in page["posts"]]
    config = {**_config(request, found, page), "pinned": [], "most": WALL_POSTS}
    context = {
        "modules": ["rooms"],
        "room": found,
        "posts": post_rows(page["posts"])[::-1],
        "config": config,
    }
    return render(request, "noticeboard/rooms/wall.html", context)


def find(request: HttpRequest, slug: str) -> Room | None:
    """The room, if it is there and the reader may read it."""
    found = Room.objects.filter(slug=slug).first() if SLUG.fullmatch(slug) else None
    return found if found and rights.may_read(request.user, room_topic(found)) else None


def nowhere(request: HttpRequest) -> HttpResponse:
    """What is answered where there is no such room: visitors may have one after signing in."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return refused(request, NotFound())


def post_rows(posts: Sequence[Item]) -> list[Item]:
    """Posts as the template shows them, the oldest first: which begin a day or follow their like.

    `static/noticeboard/rooms/log.js` does the same.
    """
    today = timezone.localdate()
    shown: list[Item] = []
    last: Item | None = None
    for post in reversed(posts):
        at = timezone.localtime(moment(post["published_at"]))
        new_day = last is None or last["at"].date() != at.date()
        follows = (
            last is not None
            and not new_day
            and not post["title"]
            and last["sender"] == post["sender"]
            and at - last["at"] < TOGETHER
        )
        day = day_name(at.date(), today) if new_day else ""
        last = {**post, "at": at, "day": day, "follows": follows}
        shown.append(last)
    return shown


def _readable(user: Any) -> QuerySet[Room]:
    topic = Concat(Value("room."), OuterRef("slug"), output_field=CharField())
    newest = Address.objects.filter(topic=topic, live=True, position__isnull=False)
    newest = newest.order_by("-position")
    found = Room.objects.annotate(
        newest=Subquery(newest.values("position")[:1]),
        newest_at=Subquery(newest.values("notification__published_at")[:1]),
    ).order_by("is_closed", "-newest_at", "name")
    if not user.is_authenticated:
        return found.filter(is_public=True, is_closed=False)
    mine = Membership.objects.filter(room_id=OuterRef("pk"), user_id=user.pk)
    found = found.annotate(joined=Exists(mine))
    return found if user.is_staff else found.filter(Q(is_public=True) | Exists(mine))


def _frame(request: HttpRequest, page: str) -> dict[str, Any]:
    """What the frame of a page needs, of visitors' pages too."""
    snapshot = inboxes.snapshot(request.user, limit=options.PAGE_SIZE)
    return {
        "page": page,
        "snapshot": snapshot,
        "unread": snapshot["unread"],
        "poll_seconds": options.POLL_SECONDS,
    }


def _config(request: HttpRequest, found: Room, page: dict[str, Any]) -> dict[str, Any]:
    """What the room's modules start from."""
    user = request.user
    return {
        **page,
        "slug": found.slug,
        "topic": room_topic(found),
        "private": not found.is_public,
        "me": rights.display_name(user) if user.is_authenticated else posting.name_of(request),
        "visitor": not user.is_authenticated,
        "most": options.POST_CHARACTERS,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "poll_seconds": options.POLL_SECONDS,
        "urls": {
            "posts": reverse("noticeboard:api-room-posts", args=[found.slug]),
            "moderation": reverse("noticeboard:api-room-moderation", args=[found.slug]),
            "present": reverse("noticeboard:api-present", args=[found.slug]),
        },
    }


def _position(text: str) -> int | None:
    whole = text.isascii() and text.isdigit() and len(text) <= LONGEST_POSITION
    return int(text) if whole else None
