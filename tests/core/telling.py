"""Short words for the tests of the log."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import transaction

from notifications import log
from notifications.events import Entry
from notifications.models import Address, Notification

ITEM = {
    "title": "x", "html": "", "text": "", "level": "info", "link": "", "sender": "", "room": None,
    "post": None,
    "inbox": True, "published_at": "", "expires_at": None, "edited_at": None, "acknowledge": False,
    "actions": [],
    "position": None,
}  # fmt: skip


def append(number: int, *topics: str) -> None:
    """Append an event that carries a number, in the caller's transaction."""
    log.append("inbox.read", topics or ("all",), {"read_to": number})


def tell(number: int, *topics: str) -> None:
    """Append it in a transaction of its own, which stamps it."""
    with transaction.atomic():
        append(number, *topics)


def addressed(*topics: str) -> Notification:
    """A notification with addresses, in rows only: nothing publishes it."""
    (notification,) = Notification.objects.bulk_create([Notification(title="x")])
    Address.objects.bulk_create(Address(notification=notification, topic=each) for each in topics)
    return notification


def tell_of(notification: Notification, *topics: str, type: str = "notification.created") -> None:
    """Append an event about a notification."""
    log.append(type, topics, {"id": notification.pk, **ITEM})


def numbers(entries: Iterable[Entry]) -> list[int]:
    """The numbers that the entries carry."""
    return [json.loads(entry.data)["read_to"] for entry in entries]


def chained(entries: list[Entry], origin: str) -> bool:
    """Are these the entries 1, 2, 3 …, each naming the check of the one before?"""
    checks = [origin, *(entry.check for entry in entries)]
    return [entry.seq for entry in entries] == list(range(1, len(entries) + 1)) and all(
        entry.before == check for entry, check in zip(entries, checks, strict=False)
    )
