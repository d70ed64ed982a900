"""The posts of one room, as a snapshot."""

from typing import Any

from django.db.models import QuerySet

from notifications import log, publishing
from notifications.conf import options
from notifications.inbox import clock
from notifications.inbox.queries import LAST, Row
from notifications.inbox.snapshot import page_size, settled
from notifications.items import items, prepared
from notifications.models import Address, Notification, Room
from notifications.topics import room_topic


def room_posts(room: Room, before: int | None = None, limit: int | None = None) -> dict[str, Any]:
    """One page of a room's posts, newest first, and the cursor it is valid at.

    Whether somebody may read the room is the caller's to ask. ``before`` is the position of the
    last post of the page before. ``pinned`` holds the pinned posts, whatever page they are on.
    """
    size = page_size(limit)
    topic = room_topic(room.slug)

    def read() -> tuple[dict[str, Any], frozenset[str]]:
        rows = _rows(topic, LAST if before is None else before, size + 1)
        page = {
            "cursor": str(log.head().cursor),
            "posts": _posts(rows[:size]),
            "more": len(rows) > size,
            "pinned": _posts(_pinned(room, topic)),
        }
        return page, frozenset([topic])

    return settled(read)


def _rows(topic: str, before: int, limit: int) -> list[Row]:
    shown = _shown(topic).filter(position__lt=before).order_by("-position")
    found = shown.values_list("notification_id", "position")[:limit]
    return [Row(id, position) for id, position in found if position is not None]


def _pinned(room: Room, topic: str) -> list[Row]:
    ids = publishing.pinned_ids(room)
    shown = _shown(topic).filter(notification_id__in=ids)
    found = shown.values_list("notification_id", "position")
    positions = {id: position for id, position in found if position is not None}
    return [Row(id, positions[id]) for id in ids if id in positions]


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
