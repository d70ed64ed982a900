"""Places: of all notifications with one replace_key and one audience, one is live.

A place is taken by an upsert before its earlier holder is read: two that publish at the same time
would otherwise both find no holder, and both stay.
"""

import hashlib
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from notifications.models import Place
from notifications.publishing.rows import topics_by_id

Key = tuple[str, str]


def audience_digest(topics: Iterable[str]) -> str:
    """One text for a set of topics, whatever their order."""
    return hashlib.sha256(" ".join(sorted(set(topics))).encode()).hexdigest()


def take_places(
    keys_by_id: Mapping[int, str], audiences: Mapping[int, list[str]]
) -> tuple[list[int], set[int]]:
    """Put notifications, each with its replace_key, oldest first, in their places.

    Returns the earlier holders, which are to be retracted, and those of the given that a later
    one of them has overtaken.
    """
    holders, overtaken = _newest(keys_by_id, audiences)
    if not holders:
        return [], set()
    # In one order everywhere: two that take the same places never wait for each other in a ring.
    keys = sorted(holders)
    _upsert(keys, holders, update="key")
    before = _held(keys)
    _upsert(keys, holders, update="notification")
    return _still_there(
        {key: before[key] for key in keys if before[key] != holders[key]}
    ), overtaken


def _newest(
    keys_by_id: Mapping[int, str], audiences: Mapping[int, list[str]]
) -> tuple[dict[Key, int], set[int]]:
    holders: dict[Key, int] = {}
    overtaken: set[int] = set()
    for pk, replace_key in keys_by_id.items():
        if replace_key:
            key = (replace_key, audience_digest(audiences[pk]))
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


def _still_there(earlier: Mapping[Key, int]) -> list[int]:
    """Those that still have the audience of their place.

    Who gets another audience, or is retracted, does not give its place up: it holds its own row
    then, and would wait for one who holds the place and waits for that row.
    """
    audiences = topics_by_id(earlier.values())
    return [
        pk for (_key, audience), pk in earlier.items() if audience_digest(audiences[pk]) == audience
    ]


def _held(keys: list[Key]) -> dict[Key, int]:
    rows = _places().filter(key__in={key for key, _audience in keys})
    return {
        (key, audience): notification_id
        for key, audience, notification_id in rows.values_list("key", "audience", "notification_id")
    }


def _places() -> QuerySet[Place]:
    return Place.objects.all()
