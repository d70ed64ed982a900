"""Edit and retract, through our functions and through a plain save() or delete()."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from notifications import log, notify, retract
from notifications.errors import BadAudience, BadNotification, Conflict, NotFound
from notifications.models import Address, Event, Notification, Place, State
from notifications.publishing import edit, publish
from tests.publishing.conftest import Told


def kinds(told: Told) -> list[str]:
    return [event.type for event in told()]


def blanked(notification: Notification) -> list[bool]:
    events = Event.objects.filter(notification_id=notification.pk).order_by("id")
    return [event.data == "{}" for event in events]


def test_an_edit_is_told_once_and_marked(database: str, told: Told, alice: Any) -> None:
    notification = notify("Helo", to=alice)
    told()
    position = log.head().cursor.seq
    edited = edit(notification, title="Hello", level="success")
    (event,) = told()
    assert event.type == "notification.updated"
    assert (event.data["title"], event.data["level"]) == ("Hello", "success")
    assert event.data["position"] == position
    assert edited.edited_at
    assert event.data["edited_at"]


def test_an_edit_that_changes_nothing_tells_nothing(told: Told, alice: Any) -> None:
    notification = notify("Hello", to=alice)
    told()
    assert edit(notification, title="Hello").edited_at is None
    notification.save()
    assert told() == []


def test_a_plain_save_tells_what_it_wrote(database: str, told: Told, alice: Any) -> None:
    notification = notify("Hello", to=alice, body="old")
    told()
    notification.title, notification.body = "Bye", "not written"
    notification.save(update_fields=["title"])
    (event,) = told()
    assert (event.data["title"], event.data["text"]) == ("Bye", "old")
    assert notification.edited_at


def test_two_saves_of_two_fields_end_in_both(told: Told, alice: Any) -> None:
    pk = notify("Hello", to=alice).pk
    one, other = Notification.objects.get(pk=pk), Notification.objects.get(pk=pk)
    one.title = "New"
    one.save(update_fields=["title"])
    other.level = "critical"
    other.save(update_fields=["level"])
    last = told()[-1]
    assert (last.data["title"], last.data["level"]) == ("New", "critical")


def test_an_object_from_before_the_publication_does_not_unpublish(told: Told, alice: Any) -> None:
    notification = notify("x", to=alice, at=timezone.now() + timedelta(hours=1))
    stale = Notification.objects.get(pk=notification.pk)
    publish(notification)
    assert kinds(told) == ["notification.created"]
    stale.title = "y"
    stale.save()
    assert kinds(told) == ["notification.updated"]
    assert Notification.objects.get(pk=notification.pk).published_at


def test_an_object_made_by_hand_with_the_key_of_a_row_edits_it(told: Told, alice: Any) -> None:
    pk = notify("x", to=alice).pk
    told()
    Notification(pk=pk, title="y").save()
    assert kinds(told) == ["notification.updated"]


def test_retracting_blanks_what_was_said(database: str, told: Told, alice: Any, bob: Any) -> None:
    notification = notify("secret", to=[alice, bob])
    edit(notification, body="more")
    told()
    assert retract(notification, by=alice) is True
    (event,) = told()
    assert event.type == "notification.retracted"
    assert set(event.topics) == {f"user.{alice.pk}", f"user.{bob.pk}"}
    assert event.data == {"id": notification.pk, "reason": "retracted"}
    assert blanked(notification) == [True, True, False]
    assert not Address.objects.filter(live=True).exists()
    assert notification.state == State.RETRACTED


def test_it_retracts_once(told: Told, alice: Any) -> None:
    notification = notify("x", to=alice)
    assert [retract(notification.pk), retract(notification.pk)] == [True, False]
    assert kinds(told) == ["notification.created", "notification.retracted"]


def test_what_does_not_exist_cannot_be_retracted(db: None) -> None:
    with pytest.raises(NotFound, match="404"):
        retract(404)


def test_a_scheduled_one_is_cancelled_silently(told: Told, alice: Any) -> None:
    notification = notify("x", to=alice, at=timezone.now() + timedelta(hours=1))
    assert retract(notification) is True
    with pytest.raises(Conflict):
        publish(notification)
    assert told() == []


def test_a_save_retracts_too(told: Told, alice: Any) -> None:
    notification = notify("x", to=alice)
    told()
    notification.retracted_at = timezone.now()
    notification.save()
    assert kinds(told) == ["notification.retracted"]
    assert notification.retracted_at
    assert blanked(notification) == [True, False]
    notification.save()
    assert told() == []


def test_a_retracted_one_cannot_be_edited(alice: Any) -> None:
    notification = notify("x", to=alice)
    retract(notification)
    with pytest.raises(Conflict) as error:
        edit(notification, title="y")
    assert error.value.code == "retracted"
    notification.title = "y"
    with pytest.raises(Conflict):
        notification.save()
    assert Notification.objects.get().title == "x"


def test_an_expired_one_cannot_be_edited(alice: Any) -> None:
    past = timezone.now() - timedelta(hours=2)
    notification = notify("x", to=alice, at=past, expires=past + timedelta(hours=1))
    with pytest.raises(Conflict) as error:
        edit(notification, expires=timezone.now() + timedelta(hours=1))
    assert error.value.code == "expired"


def test_a_published_one_cannot_become_a_draft_or_get_another_time(alice: Any) -> None:
    notification = notify("x", to=alice)
    notification.is_draft = True
    with pytest.raises(BadNotification, match="draft"):
        notification.save()
    for change in ({"at": timezone.now()}, {"replace_key": "k"}, {"colour": "red"}):
        with pytest.raises(BadNotification):
            edit(notification, **change)


def test_a_save_is_checked_like_notify(alice: Any) -> None:
    for fields in (
        {"title": ""},
        {"title": "x", "link": "javascript:1"},
        {"title": "x", "level": "?"},
    ):
        with pytest.raises(BadNotification):
            Notification.objects.create(**fields)
    assert Notification.objects.create(title=" a\nb ").title == "a b"


def test_a_shell_publishes_when_the_first_address_is_there(
    database: str, told: Told, alice: Any, bob: Any
) -> None:
    with transaction.atomic():
        notification = Notification.objects.create(title="x")
        assert notification.published_at is None
        Address.objects.create(notification=notification, topic=f"user.{alice.pk}")
        Address.objects.create(notification=notification, topic=f"user.{bob.pk}")
    assert [event.topics for event in told()] == [(f"user.{alice.pk}",), (f"user.{bob.pk}",)]
    assert not Address.objects.filter(position=None).exists()


def test_a_draft_is_published_by_hand(told: Told, alice: Any) -> None:
    draft = Notification.objects.create(title="x", is_draft=True)
    with pytest.raises(BadAudience):
        publish(draft)
    Address.objects.create(notification=draft, topic=f"user.{alice.pk}")
    assert told() == []
    assert [publish(draft), publish(draft)] == [True, False]
    assert kinds(told) == ["notification.created"]


def test_a_draft_is_published_by_a_save(told: Told, alice: Any) -> None:
    draft = Notification.objects.create(title="x", is_draft=True)
    Address.objects.create(notification=draft, topic="all")
    draft.is_draft = False
    draft.save()
    assert draft.published_at
    assert kinds(told) == ["notification.created"]


def test_a_deleted_one_is_told_to_its_topics(database: str, told: Told, alice: Any) -> None:
    notification = notify("x", to=[alice, "all"], replace_key="k")
    pk = notification.pk
    told()
    notification.delete()
    (event,) = told()
    assert event.data == {"id": pk, "reason": "deleted"}
    assert set(event.topics) == {f"user.{alice.pk}", "all"}
    assert not Address.objects.exists()
    assert not Place.objects.exists()


def test_deleting_many_tells_of_each_that_was_visible(told: Told, ops: Group) -> None:
    one, other = notify("a", to=ops), notify("b", to="all")
    retract(one)
    told()
    Notification.objects.all().delete()
    assert [event.data["id"] for event in told()] == [other.pk]


def test_a_failing_receiver_leaves_neither_row_nor_event(database: str, told: Told) -> None:
    draft = Notification.objects.create(title="x", is_draft=True)
    draft.link = "javascript:1"
    with pytest.raises(BadNotification):
        draft.save()
    assert Notification.objects.get().link == ""
    assert told() == []
