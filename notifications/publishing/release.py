"""Publish: the moment at which a notification appears to its audience.

Everything comes through `release`: what is written now, what was scheduled, what a fixture brought.
The rows it is given are locked by its caller, or were made in the same transaction.
"""

from collections.abc import Iterable, Mapping

from django.db.models.functions import Coalesce, Now

from notifications.items import only_room
from notifications.models import Notification, Notify, Room
from notifications.publishing.places import take_places
from notifications.publishing.rows import addresses, notifications, topics_by_id, waiting
from notifications.publishing.telling import read, tell_created
from notifications.publishing.withdrawal import withdraw


def release(
    ids: Iterable[int], audiences: Mapping[int, list[str]] | None = None
) -> list[Notification]:
    """Publish those of these notifications that are due; returns them as they are then.

    ``audiences`` are their topics, if the caller knows them.
    """
    due = waiting().filter(pk__in=list(ids)).order_by(Coalesce("publish_at", "created_at"), "pk")
    keys = dict(due.values_list("pk", "replace_key"))
    if not keys:
        return []
    audiences = audiences or topics_by_id(keys)
    notifications().filter(pk__in=keys).update(published_at=Now())
    _write_inbox(_quiet(audiences) & keys.keys(), inbox=False)
    replaced, overtaken = take_places(keys, audiences)
    withdraw(replaced, "replaced")
    _never_told(overtaken)
    rows = read(keys)
    tell_created([row for row in rows if row.pk not in overtaken], audiences)
    return rows


def decide_inbox(pk: int, topics: list[str]) -> None:
    """Write whether a notification enters inboxes: not if its whole audience is a quiet room."""
    quiet = _quiet({pk: topics})
    _write_inbox(quiet, inbox=False)
    _write_inbox({pk} - quiet, inbox=True)


def _quiet(audiences: Mapping[int, list[str]]) -> set[int]:
    rooms = {pk: slug for pk, topics in audiences.items() if (slug := only_room(topics))}
    if not rooms:
        return set()
    quiet = Room.objects.filter(slug__in=set(rooms.values()), notify=Notify.NONE)
    slugs = set(quiet.values_list("slug", flat=True))
    return {pk for pk, slug in rooms.items() if slug in slugs}


def _write_inbox(ids: set[int], inbox: bool) -> None:
    if ids:
        notifications().filter(pk__in=ids).update(inbox=inbox)
        addresses().filter(notification_id__in=ids).update(inbox=inbox)


def _never_told(overtaken: set[int]) -> None:
    """What a later one of the same batch has replaced already is retracted before it was seen."""
    if overtaken:
        notifications().filter(pk__in=overtaken).update(retracted_at=Now())
        addresses().filter(notification_id__in=overtaken).update(live=False)
