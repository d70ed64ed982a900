"""Places: of all notifications with one replace_key and one audience, one is live.

A place is taken by an upsert before its earlier holder is read: two that publish at the same time
would otherwise both find no holder, and both stay.
"""

import hashlib
from collections.abc import Iterable

from django.db.models import QuerySet

from notifications.models import Place
from notifications.publishing.rows import notifications

Key = tuple[str, str]


def audience_digest(topics: Iterable[str]) -> str:
    """One text for a set of topics, whatever their order."""
    return hashlib.sha256(" ".join(sorted(set(topics))).encode()).hexdigest()


def take_places(ids: Iterable[int], audiences: dict[int, list[str]]) -> tuple[list[int], set[int]]:
    """Put these notifications, oldest first, in their places.

    Returns the earlier holders, which are to be retracted, and those of ``ids`` that a later one
    of them has overtaken.
    """
    holders, overtaken = _newest(ids, audiences)
    if not holders:
        return [], set()
    # In one order everywhere: two that take the same places never wait for each other in a ring.
    keys = sorted(holders)
    _upsert(keys, holders, update="key")
    before = _held(keys)
    _upsert(keys, holders, update="notification")
    return [before[key] for key in keys if before[key] != holders[key]], overtaken


def leave_places(notification_id: int, but: str = "") -> None:
    """Give up the places of a notification, except that of one audience."""
    _places().filter(notification_id=notification_id).exclude(audience=but).delete()


def _newest(ids: Iterable[int], audiences: dict[int, list[str]]) -> tuple[dict[Key, int], set[int]]:
    wanted = list(ids)
    rows = notifications().filter(pk__in=wanted).exclude(replace_key="")
    keyed = dict(rows.values_list("pk", "replace_key"))
    holders: dict[Key, int] = {}
    overtaken: set[int] = set()
    for pk in wanted:
        if pk in keyed:
            key = (keyed[pk], audience_digest(audiences[pk]))
            if key in holders:
                overtaken.add(holders[key])
            holders[key] = pk
    return holders, overtaken


def _upsert(keys: list[Key], holders: dict[Key, int], update: str) -> None:
    _places().bulk_create(
        [
            Place(key=key, audience=audience, notification_id=holders[key, audience])
            for key, audience in keys
        ],
        update_conflicts=True,
        unique_fields=["key", "audience"],
        update_fields=[update],
    )


def _held(keys: list[Key]) -> dict[Key, int]:
    rows = _places().filter(key__in={key for key, _audience in keys})
    return {
        (key, audience): notification_id
        for key, audience, notification_id in rows.values_list("key", "audience", "notification_id")
    }


def _places() -> QuerySet[Place]:
    return Place.objects.all()
