"""The posts of one room, as a snapshot."""

from typing import Any

from notifications import log
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
    last post of the page before.
    """
    size = page_size(limit)
    topic = room_topic(room.slug)

    def read() -> tuple[dict[str, Any], frozenset[str]]:
        rows = _rows(topic, LAST if before is None else before, size + 1)
        page = {
            "cursor": str(log.head().cursor),
            "posts": _posts(rows[:size]),
            "more": len(rows) > size,
        }
        return page, frozenset([topic])

    return settled(read)


def _rows(topic: str, before: int, limit: int) -> list[Row]:
    using = options.DATABASE
    addresses = Address.objects.using(using).filter(topic=topic, live=True, position__lt=before)
    running = addresses.exclude(notification__expires_at__lte=clock.now(using))
    rows = running.filter(notification__retracted_at=None).order_by("-position")
    found = rows.values_list("notification_id", "position")[:limit]
    return [Row(id, position) for id, position in found if position is not None]


def _posts(rows: list[Row]) -> list[dict[str, Any]]:
    by_id = prepared(Notification.objects.using(options.DATABASE)).in_bulk([id for id, _ in rows])
    shown = items([by_id[id] for id, _ in rows])
    return [
        {**shape, "position": position} for shape, (_, position) in zip(shown, rows, strict=True)
    ]
