"""Prune: what is older than the site keeps is deleted, from the log and from the inboxes.

In steps that are small, each whole: whoever interrupts it does it again, and loses nothing by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from notifications import log
from notifications.conf import options
from notifications.log.pacing import Progress, silent, step
from notifications.models import Answered, Mute, Notification, Outcome, Reaction, Receipt
from notifications.publishing.rows import notifications
from notifications.publishing.withdrawal import withdraw

# Notifications in one step, and rows of what hangs on them: each readers' own, so many more.
BATCH = 200
ROWS = 1_000
# Nobody repeats a request for longer: see `inbox.repeats`.
ANSWERED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many were deleted, and the position below which a cursor gets a reset now."""

    events: int
    notifications: int
    floor: int


def prune(
    event_days: float | None = None,
    notification_days: float | None = None,
    progress: Progress = silent,
) -> Pruned:
    """Delete what is older than so many days; the defaults are the site's settings.

    Open pages are told of every notification that goes, as of any other that is deleted.
    Scheduled ones and drafts stay. ``progress`` is called with a kind and how many of it are done.
    """
    now = timezone.now()
    old = _older(now - timedelta(days=_days(notification_days, "NOTIFICATION_DAYS")))
    deleted = _delete_notifications(old, progress)
    _delete_rows(Answered.objects.filter(at__lt=now - ANSWERED_FOR), "answers", progress)
    _delete_rows(Mute.objects.filter(until__lt=now), "mutes", progress)
    kept_since = now - timedelta(days=_days(event_days, "EVENT_DAYS"))
    events = log.prune(before=kept_since, progress=progress)
    return Pruned(events.events, deleted, events.floor)


def _days(given: float | None, option: str) -> float:
    return getattr(options, option) if given is None else given


def _older(before: datetime) -> QuerySet[Notification]:
    # One that was retracted before it was published has no other time.
    ended = Q(published_at__isnull=False) | Q(retracted_at__isnull=False)
    old = notifications().filter(ended).annotate(since=Coalesce("published_at", F("created_at")))
    return old.filter(since__lt=before).order_by("pk")


def _delete_notifications(old: QuerySet[Notification], progress: Progress) -> int:
    deleted = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        with step():
            # Retracted first: without its readers' receipts it would be unread again.
            withdraw(ids, "deleted")
        _delete_what_hangs_on(ids, progress)
        with step():
            notifications().filter(pk__in=ids).delete()
        deleted += len(ids)
        progress("notifications", deleted)
    return deleted


def _delete_what_hangs_on(ids: Sequence[int], progress: Progress) -> None:
    _delete_rows(Receipt.objects.filter(notification_id__in=ids), "receipts", progress)
    _delete_rows(Outcome.objects.filter(notification_id__in=ids), "outcomes", progress)
    _delete_rows(Reaction.objects.filter(post_id__in=ids), "reactions", progress)


def _delete_rows(rows: QuerySet[Any], kind: str, progress: Progress) -> None:
    """Delete rows that nobody is told of and nothing hangs on."""
    deleted = 0
    last: Any = True
    keys = rows.order_by("pk").values_list("pk", flat=True)
    while last:
        # Up to a key, not by all of them: SQLite refuses a thousand keys that are pairs.
        last = keys[ROWS - 1 : ROWS].first()
        with step():
            deleted += (rows.filter(pk__lte=last) if last else rows)._raw_delete(options.DATABASE)
        if deleted:
            progress(kind, deleted)
