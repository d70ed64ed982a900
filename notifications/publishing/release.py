"""Publish: the moment at which a notification appears to its audience.

Everything comes through `release`: what is written now, what was scheduled, what a fixture brought.
The rows it is given are locked by its caller, or were made in the same transaction.
"""

from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Coalesce, Now

from notifications.models import Notification, Notify, Room
from notifications.publishing.places import take_places
from notifications.publishing.rows import addresses, notifications, topics_by_id, waiting
from notifications.publishing.telling import read, tell_created
from notifications.publishing.withdrawal import withdraw
from notifications.topics import split


def release(ids: Iterable[int]) -> list[Notification]:
    """Publish those of these notifications that are due; returns them as they are then."""
    due = waiting().filter(pk__in=list(ids))
    in_order = due.order_by(Coalesce("publish_at", F("created_at")), "pk")
    chosen = list(in_order.values_list("pk", flat=True))
    if not chosen:
        return []
    audiences = topics_by_id(chosen)
    notifications().filter(pk__in=chosen).update(published_at=Now())
    decide_inbox(audiences)
    replaced, overtaken = take_places(chosen, audiences)
    withdraw(replaced, "replaced")
    _never_told(overtaken)
    tell_created(read(pk for pk in chosen if pk not in overtaken), audiences)
    return read(chosen)


def decide_inbox(audiences: dict[int, list[str]]) -> None:
    """Write whether each enters inboxes: not if its whole audience is one room that is quiet."""
    rooms = {
        pk: split(topics[0])[1]
        for pk, topics in audiences.items()
        if len(topics) == 1 and split(topics[0])[0] == "room"
    }
    quiet = set(
        Room.objects.filter(slug__in=set(rooms.values()), notify=Notify.NONE).values_list(
            "slug", flat=True
        )
    )
    silent = {pk for pk, slug in rooms.items() if slug in quiet}
    for inbox, ids in ((False, silent), (True, audiences.keys() - silent)):
        if ids:
            notifications().filter(pk__in=ids).exclude(inbox=inbox).update(inbox=inbox)
            addresses().filter(notification_id__in=ids).exclude(inbox=inbox).update(inbox=inbox)


def _never_told(overtaken: set[int]) -> None:
    """What a later one of the same batch has replaced already is retracted before it was seen."""
    if overtaken:
        notifications().filter(pk__in=overtaken).update(retracted_at=Now())
        addresses().filter(notification_id__in=overtaken).update(live=False)
