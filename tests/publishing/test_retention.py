"""prune(): what is old goes, from the log and from the inboxes, and pages are told."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from notifications import log, notify, retract
from notifications.models import Event, Notification
from notifications.publishing import prune
from tests.publishing.conftest import Told


def aged(notification: Notification, days: int) -> Notification:
    """Move a notification and its events into the past."""
    then = timezone.now() - timedelta(days=days)
    Notification.objects.filter(pk=notification.pk).update(published_at=then, created_at=then)
    Event.objects.filter(notification_id=notification.pk).update(time=then)
    return notification


def test_old_notifications_go_and_their_readers_are_told(
    database: str, told: Told, alice: Any
) -> None:
    old, young = aged(notify("old", to=alice), 400), aged(notify("young", to=alice), 300)
    told()
    pruned = prune()
    assert (pruned.notifications, list(Notification.objects.all())) == (1, [young])
    (event,) = told()
    assert event.data == {"id": old.pk, "reason": "deleted"}


def test_old_events_go_and_the_floor_rises(database: str, alice: Any) -> None:
    for number in range(5):
        aged(notify(f"{number}", to=alice), 40)
    before = log.head()
    pruned = prune()
    assert pruned.notifications == 0
    assert pruned.floor == before.cursor.seq == log.head().floor
    assert Event.objects.count() == 1
    assert log.after(before.cursor) == []


def test_it_keeps_so_many_days(alice: Any) -> None:
    aged(notify("x", to=alice), 10)
    assert prune(event_days=20, notification_days=20).notifications == 0
    assert prune(event_days=20, notification_days=5).notifications == 1


def test_the_scheduled_and_drafts_stay_and_the_cancelled_go(alice: Any) -> None:
    long_ago = timezone.now() - timedelta(days=500)
    Notification.objects.create(title="draft", is_draft=True)
    notify("scheduled", to=alice, at=timezone.now() + timedelta(days=1))
    retract(notify("cancelled", to=alice, at=timezone.now() + timedelta(days=1)))
    Notification.objects.update(created_at=long_ago)
    assert prune().notifications == 1
    assert set(Notification.objects.values_list("title", flat=True)) == {"draft", "scheduled"}
