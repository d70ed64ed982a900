"""The tables: what may not be in them, and what changes of them need."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import post_save
from django.utils import timezone

from notifications.models import (
    Address,
    Counter,
    Level,
    Mark,
    Membership,
    Notification,
    Place,
    Receipt,
    Room,
    State,
)
from notifications.models.clock import now

NOW = timezone.now()
HOUR = timedelta(hours=1)

STATES = {
    State.DRAFT: {"is_draft": True},
    State.SCHEDULED: {"publish_at": NOW + HOUR},
    State.LIVE: {"published_at": NOW - HOUR, "expires_at": NOW + HOUR},
    State.EXPIRED: {"published_at": NOW - 2 * HOUR, "expires_at": NOW - HOUR},
    State.RETRACTED: {"published_at": NOW - HOUR, "retracted_at": NOW},
}


def stored(**fields):
    """Rows only: nothing publishes them."""
    (notification,) = Notification.objects.bulk_create([Notification(title="x", **fields)])
    return notification


def test_the_database_and_the_model_agree_on_the_state(database):
    for state, fields in STATES.items():
        notification = stored(**fields)
        assert notification.state == state
        assert Notification.objects.in_state(state).get() == notification
        assert Notification.objects.with_state().get(pk=notification.pk).current_state == state


@pytest.mark.parametrize(
    "fields",
    [
        {"level": "fatal"},
        {"publish_at": NOW, "expires_at": NOW},
        {"is_draft": True, "published_at": NOW},
    ],
)
def test_the_database_refuses_a_notification_that_breaks_a_rule(database, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        stored(**fields)


def test_the_database_refuses_doubles_and_what_makes_no_sense(database, alice):
    notification = stored()
    room = Room.objects.create(slug="ops", name="Ops")
    rows = [
        lambda: Address.objects.bulk_create([Address(notification=notification, topic="all")]),
        lambda: Place.objects.bulk_create([Place(key="k", audience="a" * 64)]),
        lambda: Room.objects.bulk_create([Room(slug="lab", name="Lab")]),
        lambda: Membership.objects.bulk_create([Membership(room=room, user=alice)]),
        lambda: Receipt.objects.bulk_create([Receipt(user=alice, notification=notification)]),
    ]
    for add in rows:
        add()
        with pytest.raises(IntegrityError), transaction.atomic():
            add()
    for bad in (Mark(user=alice, read_to=-1), Counter(id=2, tag="a", origin="a")):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(bad).objects.bulk_create([bad])
    for wrong in ({"floor": 5}, {"floor": -1}):
        Counter.objects.get_or_create(pk=1, defaults={"tag": "a", "origin": "a"})
        with pytest.raises(IntegrityError), transaction.atomic():
            Counter.objects.update(**wrong)


def test_an_address_takes_only_a_topic(db):
    address = Address(notification=stored(), topic="Room.A")
    with pytest.raises(ValidationError, match="lower-case"):
        address.full_clean()


def test_a_receiver_that_fails_leaves_no_row(database):
    def fail(**kwargs):
        raise RuntimeError

    post_save.connect(fail, sender=Room)
    try:
        with pytest.raises(RuntimeError):
            Room.objects.create(slug="ops", name="Ops")
    finally:
        post_save.disconnect(fail, sender=Room)
    assert not Room.objects.exists()


def test_the_slug_of_a_room_never_changes(db):
    room = Room.objects.create(slug="ops", name="Ops")
    room.name = "Operations"
    room.save()
    room.slug = "operations"
    for change in (room.save, room.full_clean):
        with pytest.raises(ValidationError, match="never changes"):
            change()


@pytest.mark.parametrize("slug", ["Ops", "o ps", "ops\n", "o" * 41, "", "ö", "a.b"])
def test_a_slug_is_a_legal_end_of_a_topic(db, slug):
    with pytest.raises(ValidationError):
        Room(slug=slug, name="Ops").full_clean()


def test_a_receipt_is_found_by_its_two_keys(database, alice, bob):
    notification = stored()
    for user in (alice, bob):
        Receipt.objects.create(user=user, notification=notification)
    Receipt.objects.filter(user=alice, notification=notification).update(read_at=NOW)
    assert [receipt.user for receipt in Receipt.objects.filter(read_at=None)] == [bob]


def test_the_audience_is_its_topics(db):
    notification = stored()
    for topic in ("room.b", "all"):
        Address.objects.bulk_create([Address(notification=notification, topic=topic)])
    assert notification.audience == ["all", "room.b"]


def test_what_a_user_leaves_behind_goes_and_what_the_user_sent_stays(db, alice):
    notification = stored(sender=alice)
    Receipt.objects.create(user=alice, notification=notification)
    Mark.objects.create(user=alice)
    alice.delete()
    notification.refresh_from_db()
    assert notification.sender is None
    assert not Receipt.objects.exists()
    assert not Mark.objects.exists()


def test_the_clock_is_the_database_s(database):
    before, told = timezone.now(), now()
    assert abs(told - before) < timedelta(seconds=20)
    assert now() >= told


def test_the_inbox_and_the_log_are_read_by_index(database):
    """A plan that walks a table would make the cost grow with all that was ever sent."""
    plans = [
        Address.objects.filter(live=True, inbox=True, topic="all")
        .order_by("-position")
        .values("position")[:25],
        Notification.objects.filter(published_at=None, retracted_at=None, is_draft=False)
        .order_by("publish_at")
        .values("publish_at")[:25],
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan TO off")
            cursor.execute("SET enable_sort TO off")
    try:
        for query in plans:
            plan = query.explain()
            assert "address_inbox" in plan or "notification_due" in plan, plan
    finally:
        connection.close()


def test_every_level_has_a_word():
    assert {level.value: str(level.label) for level in Level} == {
        "info": "Info",
        "success": "Success",
        "warning": "Warning",
        "critical": "Critical",
    }


def test_a_long_title_is_refused(db):
    with pytest.raises(ValidationError):
        Notification(title="x" * 121).full_clean()
