"""Retract: what was published is taken back, and what it said is blanked in the log."""

from collections.abc import Iterable

from django.db.models.functions import Now

from notifications.publishing.rows import addresses, notifications, topics_by_id
from notifications.publishing.telling import tell_retracted


def withdraw(ids: Iterable[int], reason: str) -> list[int]:
    """Retract those of these notifications that are published and not retracted; returns them."""
    shown = notifications().filter(
        pk__in=list(ids), published_at__isnull=False, retracted_at__isnull=True
    )
    # Locked in one order; whoever comes second finds nothing left to retract.
    chosen = list(shown.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if chosen:
        notifications().filter(pk__in=chosen).update(retracted_at=Now())
        addresses().filter(notification_id__in=chosen).update(live=False)
        tell_retracted(topics_by_id(chosen), reason)
    return chosen
