"""When a snapshot changes by the clock alone: then its reader takes a new one.

Ends of notifications and of snoozes are no events. A reader knows the times of the items that it
has; this is the earliest of all others.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from notifications.conf import options
from notifications.inbox.reader import Reader
from notifications.models import Notification, Receipt


def wake_at(reader: Reader, view: str, unread: Collection[int]) -> datetime | None:
    """The earliest moment to come at which something that is not shown appears or counts no more.

    ``unread`` are the ids that count as unread and are not shown.
    """
    moments = [_end_of_snooze(reader), _end(reader, _notifications().filter(pk__in=unread))]
    if view == "expired":
        moments.append(_end(reader, _notifications().filter(addresses__topic__in=reader.topics)))
    return min((moment for moment in moments if moment is not None), default=None)


def _end_of_snooze(reader: Reader) -> datetime | None:
    asleep = Receipt.objects.using(options.DATABASE).filter(
        user_id=reader.user_id, done_at=None, snoozed_until__gt=reader.now
    )
    return asleep.order_by("snoozed_until").values_list("snoozed_until", flat=True).first()


def _end(reader: Reader, notifications: QuerySet[Notification]) -> datetime | None:
    running = notifications.filter(
        expires_at__gt=reader.now, published_at__isnull=False, retracted_at=None
    )
    return running.order_by("expires_at").values_list("expires_at", flat=True).first()


def _notifications() -> QuerySet[Notification]:
    return Notification.objects.using(options.DATABASE)
