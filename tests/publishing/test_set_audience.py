"""A change of audience: who comes is told, who goes has it taken away, wherever it is said."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from notifications import log, notify, retract
from notifications.errors import BadAudience, Conflict
from notifications.models import Address, Event, Notification, Receipt, Room
from notifications.publishing import edit, set_audience
from tests.publishing.conftest import Told


def receipt(user: Any, notification: Notification) -> None:
    Receipt.objects.create(user=user, notification=notification, read_at=timezone.now())


def test_who_is_added_is_told_and_starts_unread(
    database: str, told: Told, alice: Any, bob: Any, charlie: Any, ops: Group
) -> None:
    notification = notify("x", to=ops)
    first = log.head().cursor.seq
    for user in (alice, charlie):
        receipt(user, notification)
    told()
    assert set_audience(notification, [ops, charlie]) is True
    (event,) = told()
    assert (event.type, event.topics) == ("notification.created", (f"user.{charlie.pk}",))
    assert event.data["position"] == first
    assert dict(notification.addresses.values_list("topic", "position")) == {
        f"group.{ops.pk}": first,
        f"user.{charlie.pk}": log.head().cursor.seq,
    }
    assert set(Receipt.objects.values_list("user_id", flat=True)) == {alice.pk}


def test_who_is_taken_away_has_nothing_left(
    database: str, told: Told, alice: Any, bob: Any
) -> None:
    notification = notify("x", to=[alice, bob])
    receipt(alice, notification)
    told()
    assert set_audience(notification, [alice]) is True
    gone, again = told()
    assert gone.data == {"id": notification.pk, "reason": "audience"}
    assert set(gone.topics) == {f"user.{alice.pk}", f"user.{bob.pk}"}
    assert (again.type, again.topics) == ("notification.created", (f"user.{alice.pk}",))
    assert again.data["position"] is None
    assert list(notification.addresses.values_list("topic", "position")) == [
        (f"user.{alice.pk}", log.head().cursor.seq)
    ]
    events = Event.objects.filter(notification_id=notification.pk).order_by("seq")
    assert [event.data == "{}" for event in events] == [True, False, False]
    assert not Receipt.objects.exists()


def test_the_same_audience_is_no_change(told: Told, alice: Any, bob: Any) -> None:
    notification = notify("x", to=[alice, bob])
    told()
    assert set_audience(notification, [bob, "user:alice"]) is False
    assert told() == []


def test_a_draft_gets_any_audience_silently(told: Told, alice: Any, bob: Any) -> None:
    draft = Notification.objects.create(title="x", is_draft=True)
    assert set_audience(draft, [alice]) is True
    assert set_audience(draft, [bob]) is True
    assert draft.audience == [f"user.{bob.pk}"]
    assert told() == []


def test_what_waits_for_its_audience_is_published_by_it(told: Told, alice: Any, bob: Any) -> None:
    notification = Notification.objects.create(title="x")
    set_audience(notification, [alice, bob])
    (event,) = told()
    assert set(event.topics) == {f"user.{alice.pk}", f"user.{bob.pk}"}


def test_nobody_and_the_unknown_are_refused(told: Told, alice: Any) -> None:
    notification = notify("x", to=alice)
    told()
    for nobody in ([], ["user:nobody"]):
        with pytest.raises(BadAudience):
            set_audience(notification, nobody)
    retract(notification)
    told()
    with pytest.raises(Conflict):
        set_audience(notification, ["all"])
    assert told() == []


def test_a_quiet_post_that_also_goes_to_a_user_enters_inboxes(
    told: Told, alice: Any, lobby: Room
) -> None:
    notification = notify("x", to=lobby)
    told()
    set_audience(notification, [lobby, alice])
    (created,) = told()
    assert created.type == "notification.created"
    assert set(created.topics) == {"room.lobby", f"user.{alice.pk}"}
    assert created.data["inbox"] is True
    assert created.data["room"] is None
    assert set(notification.addresses.values_list("inbox", flat=True)) == {True}


def test_an_edit_may_change_both(told: Told, alice: Any, bob: Any) -> None:
    notification = notify("x", to=alice)
    told()
    edit(notification, title="y", to=[alice, bob])
    updated, created = told()
    assert updated.type == "notification.updated"
    assert updated.topics == (f"user.{alice.pk}",)
    assert created.topics == (f"user.{bob.pk}",)
    assert created.data["title"] == "y"


def test_address_rows_saved_or_deleted_mean_the_same(told: Told, alice: Any, bob: Any) -> None:
    notification = notify("x", to=alice)
    told()
    address = Address.objects.create(notification=notification, topic=f"user.{bob.pk}")
    assert [event.topics for event in told()] == [(f"user.{bob.pk}",)]
    address.delete()
    gone, again = told()
    assert set(gone.topics) == {f"user.{alice.pk}", f"user.{bob.pk}"}
    assert again.topics == (f"user.{alice.pk}",)
    Address.objects.all().delete()
    (gone,) = told()
    assert gone.data["reason"] == "audience"
    assert gone.topics == (f"user.{alice.pk}",)


def test_with_another_audience_it_takes_the_place_there(told: Told, alice: Any, bob: Any) -> None:
    bobs = notify("for bob", to=bob, replace_key="k")
    moved = notify("for alice", to=alice, replace_key="k")
    told()
    set_audience(moved, [bob])
    assert ("notification.retracted", bobs.pk) in [(e.type, e.data["id"]) for e in told()]
    notify("new for alice", to=alice, replace_key="k")
    assert [event.type for event in told()] == ["notification.created"]
