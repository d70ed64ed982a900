"""A notification as it goes over the wire and into a snapshot: one shape for both."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from notifications import posts, text
from notifications.events import iso
from notifications.models import Address, Notification
from notifications.offers import wire_actions
from notifications.posts import EXCERPT_CHARACTERS
from notifications.rights import display_name
from notifications.topics import ROOM, split


def item(notification: Notification) -> dict[str, Any]:
    """The item of one notification, ``position`` null. Costs what `items` costs for many."""
    return items([notification])[0]


def items(
    notifications: Sequence[Notification],
    audiences: Mapping[int, list[str]] | None = None,
    with_posts: bool = True,
) -> list[dict[str, Any]]:
    """The items of many, in their order.

    Costs one query if they are `prepared`, however many they are; none with their ``audiences``.
    Where some are a room's, it costs what `posts.shown` costs besides; ``with_posts`` false leaves
    that out.
    """
    if audiences is None:
        rooms = _rooms_of([notification.pk for notification in notifications])
    else:
        rooms = {pk: slug for pk, topics in audiences.items() if (slug := only_room(topics))}
    said = posts.shown(notifications, rooms) if with_posts else {}
    return [
        _item(notification, rooms.get(notification.pk), said.get(notification.pk))
        for notification in notifications
    ]


def prepared(notifications: QuerySet[Notification]) -> QuerySet[Notification]:
    """The same rows with all that `items` reads of them."""
    return notifications.select_related("sender")


def only_room(topics: Sequence[str]) -> str | None:
    """The slug of the room that is a whole audience; None for every other audience."""
    kind, slug = split(topics[0]) if len(topics) == 1 else ("", "")
    return slug if kind == ROOM else None


def _item(
    notification: Notification, room: str | None, post: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "id": notification.pk,
        "title": notification.title,
        "html": text.render(notification.body),
        "text": text.excerpt(notification.body, EXCERPT_CHARACTERS),
        "level": notification.level,
        # Checked again: a fixture or a bulk write has passed by the check at saving.
        "link": text.harmless_link(notification.link),
        "sender": display_name(notification.sender) or notification.sender_name,
        "room": room,
        "post": post,
        "inbox": notification.inbox,
        "published_at": _iso(notification.published_at),
        "expires_at": _iso(notification.expires_at),
        "edited_at": _iso(notification.edited_at),
        "acknowledge": notification.acknowledge,
        "actions": wire_actions(notification.actions),
        "position": None,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def _rooms_of(ids: Iterable[int]) -> dict[int, str]:
    """The room of each notification whose whole audience is one room."""
    others = Address.objects.filter(notification_id=OuterRef("notification_id")).exclude(
        topic=OuterRef("topic")
    )
    alone = Address.objects.filter(notification_id__in=list(ids), topic__startswith=f"{ROOM}.")
    rows = alone.exclude(Exists(others)).values_list("notification_id", "topic")
    return {notification_id: split(topic)[1] for notification_id, topic in rows}
