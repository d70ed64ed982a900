"""Publishing and retracting one notification from its page."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from notifications.models import Notification, State
from tests.admin.conftest import allow, told

pytestmark = pytest.mark.django_db


def step(name: str, pk: int) -> str:
    return reverse(f"admin:notifications_notification_{name}", args=[pk])


def test_it_offers_the_steps_that_are_possible(admin: Client, live: Notification) -> None:
    url = reverse("admin:notifications_notification_change", args=[live.pk])
    page = admin.get(url).content.decode()
    assert "../retract/" in page
    assert "../publish/" not in page


def test_it_changes_nothing_by_a_get(admin: Client, live: Notification) -> None:
    assert admin.get(step("retract", live.pk)).status_code == 200
    assert told() == ["notification.created"]


def test_it_retracts_and_writes_who_did_it(
    admin: Client, admin_user: Any, live: Notification
) -> None:
    admin.post(step("retract", live.pk))
    live.refresh_from_db()
    assert live.state is State.RETRACTED
    assert told() == ["notification.created", "notification.retracted"]
    entry = LogEntry.objects.get()
    assert (entry.user, entry.change_message) == (admin_user, "Retract")


def test_it_retracts_once_however_often_it_is_asked(admin: Client, live: Notification) -> None:
    admin.post(step("retract", live.pk))
    admin.post(step("retract", live.pk))
    assert told().count("notification.retracted") == 1


def test_it_answers_404_for_what_does_not_exist(admin: Client) -> None:
    assert admin.post(step("retract", 4711)).status_code == 404


def test_it_refuses_who_may_only_look(client: Client, clerk: Any, live: Notification) -> None:
    allow(clerk, "view_notification")
    client.force_login(clerk)
    assert client.post(step("retract", live.pk)).status_code == 403
    assert client.get(step("publish", live.pk)).status_code == 403
    live.refresh_from_db()
    assert live.state is State.LIVE


def test_it_refuses_a_post_without_the_csrf_token(admin_user: Any, live: Notification) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin_user)
    assert strict.post(step("retract", live.pk)).status_code == 403
