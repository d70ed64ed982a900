"""The posts of one room, as a snapshot."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from notifications import log, publishing
from notifications.conf import options
from notifications.inbox import clock
from notifications.inbox.queries import LAST, Row
from notifications.inbox.snapshot import page_size, settled
from notifications.items import items, prepared
from notifications.models import Address, Notification, Room
from notifications.topics import room_topic

Page = dict[str, Any]


class Part(NamedTuple):
    """Some posts of a room, newest first, and whether there are older and newer ones."""

    rows: list[Row]
    older: bool
    newer: bool


def room_posts(room: Room, before: int | None = None, limit: int | None = None) -> Page:
    """One page of a room's posts, newest first, and the cursor it is valid at.

    Whether somebody may read the room is the caller's to ask. ``before`` is the position of the
    last post of the page before; ``more`` says that there are older posts, ``newer`` that there
    are newer ones. ``pinned`` holds the pinned posts, whatever page they are on.
    """
    bound = LAST if before is None else before
    return _page(room, limit, lambda topic, size: _before(topic, bound, size))


def room_posts_after(room: Room, after: int, limit: int | None = None) -> Page:
    """As `room_posts`, the page that follows a position; the newest where that is not full."""

    def find(topic: str, size: int) -> Part:
        part = _from(topic, size, position__gt=after)
        return part if part.newer else _before(topic, LAST, size)

    return _page(room, limit, find)


def room_posts_since(room: Room, since: datetime, limit: int | None = None) -> Page:
    """As `room_posts`, the page that begins with the first post since a time."""
    return _page(
        room,
        limit,
        lambda topic, size: _from(topic, size, notification__published_at__gte=since),
    )


def room_posts_around(room: Room, id: int, limit: int | None = None) -> Page:
    """As `room_posts`, a page with that post: the newest, if it is there; else it is in the middle.

    The newest too where the room does not show that post.
    """
    return _page(room, limit, lambda topic, size: _around(topic, id, size))


def room_post(room: Room, id: int) -> dict[str, Any] | None:
    """One post that a room shows, as its pages have it; None where it shows no such post."""
    found = _shown(room_topic(room)).filter(notification_id=id)
    posts = _posts(_rows(found, 1))
    return posts[0] if posts else None


def without_names(page: Page) -> Page:
    """The same page for a reader who is not to know who is in the room."""
    return {
        **page,
        "posts": [_nameless(post) for post in page["posts"]],
        "pinned": [_nameless(post) for post in page["pinned"]],
    }


def _page(room: Room, limit: int | None, find: Callable[[str, int], Part]) -> Page:
    size = page_size(limit)
    topic = room_topic(room.slug)

    def read() -> tuple[Page, frozenset[str]]:
        part = find(topic, size)
        page = {
            "cursor": str(log.head().cursor),
            "posts": _posts(part.rows),
            "more": part.older,
            "newer": part.newer,
            "pinned": _posts(_pinned(room, topic)),
        }
        return page, frozenset([topic])

    return settled(read)


def _before(topic: str, before: int, size: int) -> Part:
    rows = _rows(_shown(topic).filter(position__lt=before).order_by("-position"), size + 1)
    newer = before != LAST and _shown(topic).filter(position__gte=before).exists()
    return Part(rows[:size], len(rows) > size, newer)


def _from(topic: str, size: int, **since: Any) -> Part:
    """The oldest posts that fit ``since``; the newest page where none does."""
    rows = _rows(_shown(topic).filter(**since).order_by("position"), size + 1)
    if not rows:
        return _before(topic, LAST, size)
    page = rows[:size][::-1]
    older = _shown(topic).filter(position__lt=page[-1].position).exists()
    return Part(page, older, len(rows) > size)


def _around(topic: str, id: int, size: int) -> Part:
    newest = _before(topic, LAST, size)
    if id in [row.id for row in newest.rows]:
        return newest
    place = _shown(topic).filter(notification_id=id, position__isnull=False)
    position = place.values_list("position", flat=True).first()
    if position is None:
        return newest
    newer = _rows(
        _shown(topic).filter(position__gt=position).order_by("position"), size - size // 2
    )
    return _before(topic, newer[-1].position, size) if newer else newest


def _pinned(room: Room, topic: str) -> list[Row]:
    ids = publishing.pinned_ids(room)
    shown = _shown(topic).filter(notification_id__in=ids)
    found = shown.values_list("notification_id", "position")
    positions = {id: position for id, position in found if position is not None}
    return [Row(id, positions[id]) for id in ids if id in positions]


def _rows(shown: QuerySet[Address], most: int) -> list[Row]:
    found = shown.filter(position__isnull=False).values_list("notification_id", "position")[:most]
    return [Row(id, position) for id, position in found if position is not None]


def _shown(topic: str) -> QuerySet[Address]:
    using = options.DATABASE
    addresses = Address.objects.using(using).filter(topic=topic, live=True)
    running = addresses.exclude(notification__expires_at__lte=clock.now(using))
    return running.filter(notification__retracted_at=None)


def _posts(rows: list[Row]) -> list[dict[str, Any]]:
    by_id = prepared(Notification.objects.using(options.DATABASE)).in_bulk([id for id, _ in rows])
    shown = items([by_id[id] for id, _ in rows])
    return [
        {**shape, "position": position} for shape, (_, position) in zip(shown, rows, strict=True)
    ]


def _nameless(post: dict[str, Any]) -> dict[str, Any]:
    said = post["post"]
    if said is not None and said["reply_to"] is not None:
        said = {**said, "reply_to": {**said["reply_to"], "sender": ""}}
    return {**post, "sender": "", "post": said}
