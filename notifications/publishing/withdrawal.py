"""Retract: what was published is taken back, and what it said is blanked in the log."""

from collections.abc import Iterable

from django.db.models.functions import Now

from notifications.models import Former, Place
from notifications.publishing.rows import addresses, notifications, topics_by_id
from notifications.publishing.telling import tell_retracted

# What every such key begins with.
MENTION_KEY = "noticeboard.mention."


def withdraw(ids: Iterable[int], reason: str) -> list[int]:
    """Retract those of these notifications that are published and not retracted; returns them."""
    asked = list(ids)
    if not asked:
        return []
    shown = notifications().filter(
        pk__in=asked, published_at__isnull=False, retracted_at__isnull=True
    )
    # Locked in one order; whoever comes second finds nothing left to retract.
    chosen = list(shown.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if chosen:
        notifications().filter(pk__in=chosen).update(retracted_at=Now())
        addresses().filter(notification_id__in=chosen).update(live=False)
        Former.objects.filter(notification_id__in=chosen).delete()
        tell_retracted(topics_by_id(chosen), reason)
        withdraw(mentions_of(chosen), "retracted")
    return chosen


def mentions_of(ids: Iterable[int]) -> list[int]:
    """The notifications that told people of being mentioned in these posts."""
    keys = [mention_key(pk) for pk in ids]
    told = Place.objects.filter(key__in=keys, notification_id__isnull=False)
    return list(told.values_list("notification_id", flat=True))


def mention_key(id: int) -> str:
    """The replace_key of what a post makes of its mentions."""
    return f"{MENTION_KEY}{id}"
