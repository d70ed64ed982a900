"""The rooms and one room, rendered on the server; all are safe to GET."""

import re
import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import inbox as inboxes
from notifications import posting, publishing, rights
from notifications.conf import options
from notifications.errors import NotFound, NoticeboardError
from notifications.models import Room
from notifications.publishing import refused_post
from notifications.topics import room_topic
from notifications.views.refusals import refused
from notifications.views.room_config import readable, room_config, rooms_of
from notifications.views.room_links import wall_link
from notifications.views.rows import Item, day_name, moment

SLUG = re.compile(r"[a-z0-9-]{1,40}")
# Posts of one author that follow each other so soon stand under one name.
TOGETHER = timedelta(minutes=5)
# What the browser fills for a post that it makes itself.
BLANK = {"id": "", "sender": "", "title": "", "html": "", "published_at": "", "post": None}
LONGEST_NUMBER = 18
LONGEST_DATE = 10


@never_cache
@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """The rooms that the reader may read, those with the newest posts first."""
    found = readable(request.user)
    if not request.user.is_authenticated and not found:
        return redirect_to_login(request.get_full_path())
    return render(
        request, "noticeboard/rooms/list.html", {**_frame(request, "rooms"), "rooms": found}
    )


@never_cache
@require_safe
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """One room and where one posts: its newest posts, or those that the address asks for.

    ``?before=`` and ``?after=`` a position, ``?at=`` a post's id, ``?on=`` a day. ``?reply=``,
    ``?edit=`` and ``?report=`` (a post's id) open the form for it.
    """
    found = find(request, slug)
    if found is None:
        return nowhere(request)
    # The inbox first: the client begins at its cursor, and the room's is not below it.
    frame = _frame(request, "room")
    page = _page(request, found)
    posts = page["posts"]
    return render(
        request,
        "noticeboard/rooms/room.html",
        {
            **frame,
            **_opened(request, found),
            "modules": ["rooms"],
            "topics": [room_topic(found)],
            "room": found,
            "posts": post_rows(posts),
            "pinned": post_rows(page["pinned"]),
            "pinned_ids": [post["id"] for post in page["pinned"]],
            "history": page["newer"],
            "older": posts[-1]["position"] if page["more"] else None,
            "newer": posts[0]["position"] if page["newer"] and posts else None,
            "at": number(request.GET.get("at", "")),
            "on": request.GET.get("on", "") if _day(request.GET.get("on", "")) else "",
            "refusal": refused_post(found, request.user, posting.subject_of(request).visitor),
            "name": "" if request.user.is_authenticated else posting.name_of(request),
            "key": secrets.token_hex(16),
            "most": options.POST_CHARACTERS,
            "blank": BLANK,
            "config": {**room_config(request, found, page), "rooms": rooms_of(request.user)},
            "wall_link": wall_link(request, found) if "wall" in request.GET else "",
        },
    )


def with_slug(slug: str) -> Room | None:
    """The room of that name, whoever may read it."""
    return Room.objects.filter(slug=slug).first() if SLUG.fullmatch(slug) else None


def find(request: HttpRequest, slug: str) -> Room | None:
    """The room, if it is there and the reader may read it."""
    found = with_slug(slug)
    return found if found and rights.may_read(request.user, room_topic(found)) else None


def nowhere(request: HttpRequest) -> HttpResponse:
    """What is answered where there is no such room: visitors may have one after signing in."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return refused(request, NotFound())


def number(text: str) -> int | None:
    """A number of an address; None for what is none."""
    whole = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if whole else None


def post_rows(posts: Sequence[Item]) -> list[Item]:
    """Posts as the template shows them, the oldest first: which begin a day or follow their like.

    `static/noticeboard/rooms/post.js` does the same.
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


def _page(request: HttpRequest, found: Room) -> dict[str, Any]:
    """The posts that the address asks for; for what cannot be read, the newest."""
    asked = {name: number(request.GET.get(name, "")) for name in ("at", "after", "before")}
    since = _day(request.GET.get("on", ""))
    size = options.PAGE_SIZE
    if asked["at"] is not None:
        return inboxes.room_posts_around(found, asked["at"], size)
    if since is not None:
        return inboxes.room_posts_since(found, since, size)
    if asked["after"] is not None:
        return inboxes.room_posts_after(found, asked["after"], size)
    return inboxes.room_posts(found, asked["before"], size)


def _day(text: str) -> datetime | None:
    """The beginning of a day, YYYY-MM-DD in the reader's time zone."""
    try:
        day = date.fromisoformat(text) if len(text) == LONGEST_DATE else None
    except ValueError:
        return None
    # The first and the last year of the calendar have days that no other time zone can name.
    if day is None or not date.min.year < day.year < date.max.year:
        return None
    return timezone.make_aware(datetime.combine(day, time.min))


def _opened(request: HttpRequest, found: Room) -> dict[str, Any]:
    """The posts that the forms without JavaScript are about."""

    def shown(name: str) -> dict[str, Any] | None:
        id = number(request.GET.get(name, ""))
        post = inboxes.room_post(found, id) if id else None
        return {name: post[name] for name in ("id", "sender", "text")} if post else None

    return {
        "reply": shown("reply"),
        "reporting": shown("report"),
        "editing": _editing(request, found),
    }


def _editing(request: HttpRequest, found: Room) -> dict[str, Any] | None:
    id = number(request.GET.get("edit", ""))
    if not id:
        return None
    subject = posting.subject_of(request)
    try:
        return {
            "id": id,
            "text": publishing.source(found, id, subject.user, subject.visitor),
        }
    except NoticeboardError:
        return None


def _frame(request: HttpRequest, page: str) -> dict[str, Any]:
    """What the frame of a page needs, of visitors' pages too."""
    snapshot = inboxes.snapshot(request.user, limit=options.PAGE_SIZE)
    return {
        "page": page,
        "snapshot": snapshot,
        "unread": snapshot["unread"],
        "poll_seconds": options.POLL_SECONDS,
    }
