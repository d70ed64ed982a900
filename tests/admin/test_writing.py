"""Notifications written, scheduled and edited in the admin."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications import log, notify, retract
from notifications.models import Event, Notification, Room, State
from tests.admin.conftest import allow, form, told

ADD = reverse("admin:notifications_notification_add")

pytestmark = pytest.mark.django_db


def change(notification: Notification) -> str:
    return reverse("admin:notifications_notification_change", args=[notification.pk])


def errors(response: Any) -> str:
    return str(response.context["adminform"].form.errors)


def test_it_publishes_what_is_saved(admin: Client, admin_user: Any) -> None:
    response = admin.post(ADD, form(title="Coffee is ready", body="In the **kitchen**."))
    assert response.status_code == 302
    written = Notification.objects.get()
    assert written.state is State.LIVE
    assert written.sender == admin_user
    assert written.audience == ["all"]
    assert told() == ["notification.created"]


@pytest.mark.django_db(transaction=True)
def test_it_is_stamped_after_the_commit_of_the_view(admin: Client) -> None:
    admin.post(ADD, form(title="Coffee is ready"))
    event = Event.objects.get()
    assert event.seq == log.head().cursor.seq == 1


def test_it_addresses_groups_rooms_and_users(
    admin: Client, alice: Any, ops: Any, lobby: Room
) -> None:
    audience = [f"user.{alice.pk}", f"group.{ops.pk}", "room.lobby"]
    admin.post(ADD, form(audience=audience))
    assert Notification.objects.get().audience == sorted(audience)
    assert told() == ["notification.created"]


def test_it_understands_an_audience_that_is_written_by_name(admin: Client, alice: Any) -> None:
    admin.post(ADD, form(audience=["user:alice"]))
    assert Notification.objects.get().audience == [f"user.{alice.pk}"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"audience": []}, "This field is required"),
        ({"audience": ["user:nobody"]}, "nobody"),
        ({"audience": ["user.4711"]}, "4711"),
        ({"audience": ["../etc"]}, "is no audience"),
        ({"title": "", "body": ""}, "needs a title or a body"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"level": "loud"}, "loud"),
        ({"title": "x" * 121}, "120"),
    ],
)
def test_it_says_what_is_wrong_and_saves_nothing(
    admin: Client, fields: dict[str, Any], words: str
) -> None:
    response = admin.post(ADD, form(**fields))
    assert response.status_code == 200
    assert words in errors(response)
    assert not Notification.objects.exists()
    assert told() == []


def test_it_refuses_to_expire_before_it_is_published(admin: Client) -> None:
    response = admin.post(
        ADD,
        form(
            publish_at_0="2030-01-02",
            publish_at_1="10:00",
            expires_at_0="2030-01-01",
            expires_at_1="10:00",
        ),
    )
    assert "expire" in errors(response)


def test_it_keeps_a_draft_to_itself(admin: Client) -> None:
    admin.post(ADD, form(is_draft="on"))
    assert Notification.objects.get().state is State.DRAFT
    assert told() == []


def test_it_publishes_a_draft_when_it_is_no_longer_one(admin: Client) -> None:
    admin.post(ADD, form(is_draft="on"))
    written = Notification.objects.get()
    admin.post(change(written), form())
    written.refresh_from_db()
    assert written.state is State.LIVE
    assert told() == ["notification.created"]


def test_it_schedules(admin: Client) -> None:
    admin.post(ADD, form(publish_at_0="2040-01-01", publish_at_1="09:30"))
    written = Notification.objects.get()
    assert written.state is State.SCHEDULED
    assert written.publish_at is not None
    assert written.publish_at.isoformat() == "2040-01-01T09:30:00+00:00"
    assert told() == []


def test_it_tells_an_edit_once(admin: Client, live: Notification) -> None:
    admin.post(change(live), form(title="The lift works again"))
    live.refresh_from_db()
    assert live.edited_at is not None
    assert told() == ["notification.created", "notification.updated"]


def test_it_tells_nothing_when_nothing_was_changed(admin: Client, live: Notification) -> None:
    admin.post(change(live), form(title=live.title))
    live.refresh_from_db()
    assert live.edited_at is None
    assert told() == ["notification.created"]


def test_it_adds_a_topic_to_the_audience(admin: Client, live: Notification, lobby: Room) -> None:
    admin.post(change(live), form(title=live.title, audience=["all", "room.lobby"]))
    assert live.audience == ["all", "room.lobby"]
    assert "notification.retracted" not in told()


def test_it_retracts_from_those_who_are_taken_away(
    admin: Client, live: Notification, lobby: Room
) -> None:
    admin.post(change(live), form(title=live.title, audience=["room.lobby"]))
    assert list(Notification.objects.values_list("addresses__topic", flat=True)) == ["room.lobby"]
    assert told()[-2:] == ["notification.retracted", "notification.created"]


def test_it_leaves_settled_what_publishing_has_settled(admin: Client, live: Notification) -> None:
    admin.post(
        change(live),
        form(title=live.title, is_draft="on", publish_at_0="2040-01-01", publish_at_1="09:30"),
    )
    live.refresh_from_db()
    assert live.state is State.LIVE
    assert live.publish_at is None


def test_it_only_shows_what_was_retracted(admin: Client, live: Notification) -> None:
    retract(live)
    assert "_save" not in admin.get(change(live)).content.decode()
    assert admin.post(change(live), form(title="Too late")).status_code == 403
    live.refresh_from_db()
    assert live.title != "Too late"


def test_it_only_shows_what_has_expired(admin: Client) -> None:
    past = timezone.now() - timedelta(minutes=1)
    over = notify("Lunch", to="all", at=past - timedelta(hours=1), expires=past)
    assert over.state is State.EXPIRED
    assert admin.post(change(over), form(title="Too late")).status_code == 403


def test_it_shows_the_audience_also_to_those_who_may_only_look(
    client: Client, clerk: Any, live: Notification
) -> None:
    allow(clerk, "view_notification")
    client.force_login(clerk)
    page = client.get(change(live))
    assert page.status_code == 200
    assert "Everyone" in page.content.decode()
