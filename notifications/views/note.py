"""All that the page and the pane of one notification show besides its item."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import audience, outcomes, preferences, rights
from notifications.conf import options
from notifications.inbox.single import Visible
from notifications.models import Notification, Receipt, RoomLevel
from notifications.preferences import Preferences
from notifications.topics import ALL, split
from notifications.views.differences import changes
from notifications.views.rows import Item, row
from notifications.views.snoozes import snoozes


def note(user: Any, found: Visible, wire: Item, read_to: int) -> dict[str, Any]:
    """The context of `_note.html` for a user and what `inbox.visible` has found."""
    item = row(wire, read_to=read_to)
    item["waits"] = item["acknowledge"] and not (item["acknowledged"] or item["expired"])
    notification = found.notification
    return {
        "item": item,
        "wire": wire,
        "snoozes": snoozes(item, timezone.now()),
        "sent_to": sent_to(user, notification),
        "offers": offers(user, notification, item),
        "acknowledged": acknowledged(user, notification),
        "changes": changes(notification),
    }


def sent_to(user: Any, notification: Notification) -> list[dict[str, Any]]:
    """By which topics of its audience the user has it, each in words.

    The others are not told: whom else it was sent to is the sender's business.
    """
    topics = [each for each in notification.audience if each in rights.topics_of(user)]
    if not topics:
        # Read by a topic that was asked for, such as a public room's.
        topics = [each for each in notification.audience if rights.may_read(user, each)]
    names = audience.labels(topics)
    chosen = preferences.of(user)
    return [
        {
            "topic": topic,
            "text": _text(topic, names[topic]),
            "name": names[topic],
            "mutable": _mutable(topic, chosen),
            "muted": topic in chosen.muted,
        }
        for topic in topics
    ]


def muting(topic: str, on: bool) -> dict[str, Any]:
    """The change of preferences that mutes a topic, or no longer."""
    kind, key = split(topic)
    if kind == "room":
        return {"rooms": {key: RoomLevel.NONE if on else None}}
    return {"muted": {topic: on}}


def offers(user: Any, notification: Notification, item: Item) -> list[dict[str, Any]]:
    """The actions that the sender offers, each with what came of it for this user."""
    actions = item.get("actions") or []
    done: Mapping[str, Any] = {}
    if any(action["do"] for action in actions):
        done = outcomes.outcomes(user, notification)
    return [
        {**action, "number": number, "outcome": done.get(action["do"])}
        for number, action in enumerate(actions)
    ]


def acknowledged(user: Any, notification: Notification) -> dict[str, int] | None:
    """How many of its readers have acknowledged it; for staff only."""
    if not (notification.acknowledge and user.is_staff):
        return None
    readers = audience.users(notification.audience)
    rows = Receipt.objects.using(options.DATABASE).filter(
        notification_id=notification.pk, acknowledged_at__isnull=False
    )
    ids = readers.values("pk")
    return {"count": rows.filter(user_id__in=ids).count(), "of": readers.count()}


def _mutable(topic: str, chosen: Preferences) -> bool:
    return split(topic)[0] != "user" and topic not in chosen.mandatory


def _text(topic: str, name: str) -> str:
    kind, key = split(topic)
    if kind == ALL:
        return _("Everyone")
    if kind == "user":
        return _("You")
    if kind == "group":
        return _("Group %(name)s (because you are in %(name)s)") % {"name": name}
    if kind == "room":
        return _("Room #%(name)s (because you are in it)") % {"name": key}
    return name
