"""Prune: what is older than the site keeps is deleted, from the log and from the inboxes."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from notifications import log
from notifications.conf import options
from notifications.models import Answered
from notifications.publishing.rows import notifications

# Each batch is a transaction: SQLite has one writer, and others want to publish meanwhile.
BATCH = 200
# Nobody repeats a request for longer: see `inbox.repeats`.
ANSWERED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many were deleted, and the position below which a cursor gets a reset now."""

    events: int
    notifications: int
    floor: int


def prune(event_days: float | None = None, notification_days: float | None = None) -> Pruned:
    """Delete what is older than so many days; the defaults are the site's settings.

    Open pages are told of every notification that goes, as of any other that is deleted.
    Scheduled ones and drafts stay.
    """
    now = timezone.now()
    deleted = _delete_older(now - timedelta(days=_days(notification_days, "NOTIFICATION_DAYS")))
    Answered.objects.using(options.DATABASE).filter(at__lt=now - ANSWERED_FOR).delete()
    events = log.prune(before=now - timedelta(days=_days(event_days, "EVENT_DAYS")))
    return Pruned(events.events, deleted, events.floor)


def _days(given: float | None, option: str) -> float:
    return getattr(options, option) if given is None else given


def _delete_older(before: object) -> int:
    # One that was retracted before it was published has no other time.
    ended = Q(published_at__isnull=False) | Q(retracted_at__isnull=False)
    old = notifications().filter(ended).annotate(since=Coalesce("published_at", F("created_at")))
    old = old.filter(since__lt=before).order_by("pk")
    deleted = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic(using=options.DATABASE):
            notifications().filter(pk__in=ids).delete()
        deleted += len(ids)
    return deleted
