"""Who may do what in the admin."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Notification
from tests.admin.conftest import allow, form, told

LIST = reverse("admin:notifications_notification_changelist")
ADD = reverse("admin:notifications_notification_add")

pytestmark = pytest.mark.django_db


def test_it_sends_a_visitor_to_the_log_in(client: Client) -> None:
    response = client.get(LIST)
    assert response.status_code == 302
    assert "login" in response["Location"]


@pytest.mark.parametrize("url", [LIST, ADD])
def test_it_refuses_staff_without_permission(client: Client, clerk: Any, url: str) -> None:
    client.force_login(clerk)
    assert client.get(url).status_code == 403


def test_it_lets_somebody_add_who_may_only_add(client: Client, clerk: Any) -> None:
    allow(clerk, "add_notification")
    client.force_login(clerk)
    client.post(ADD, form())
    assert Notification.objects.get().sender == clerk


def test_it_offers_no_steps_to_who_may_only_look(
    client: Client, clerk: Any, live: Notification
) -> None:
    allow(clerk, "view_notification")
    client.force_login(clerk)
    page = client.get(LIST).content.decode()
    assert 'name="action"' not in page
    client.post(LIST, {"action": "retract", "_selected_action": [live.pk], "sure": "yes"})
    assert told() == ["notification.created"]


def test_it_refuses_to_delete_without_the_permission(client: Client, clerk: Any) -> None:
    draft = Notification(title="A draft", is_draft=True)
    draft.save()
    allow(clerk, "view_notification", "change_notification")
    client.force_login(clerk)
    url = reverse("admin:notifications_notification_delete", args=[draft.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
