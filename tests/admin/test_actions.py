"""The actions of a notification in the admin."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications import notify, retract
from notifications.models import Notification
from tests.admin.conftest import form
from tests.support import offers

ADD = reverse("admin:notifications_notification_add")
APPROVE = {"label": "Approve", "do": "test.approve"}

assert offers

pytestmark = pytest.mark.django_db


def change(notification: Notification) -> str:
    return reverse("admin:notifications_notification_change", args=[notification.pk])


def parts(name: str, label: str, url: str = "", do: str = "") -> dict[str, Any]:
    """What a browser sends for one action."""
    return {f"{name}_0": label, f"{name}_1": url, f"{name}_2": do}


def test_it_offers_what_is_registered_and_writes_both(admin: Client) -> None:
    page = admin.get(ADD).content.decode()
    assert '<option value="test.approve">' in page
    assert 'aria-label="Label"' in page
    first = parts("first_action", "Approve", do="test.approve")
    second = parts("second_action", "See it", url="/deploys/")
    assert admin.post(ADD, form(**first, **second)).status_code == 302
    assert Notification.objects.get().actions == [APPROVE, {"label": "See it", "url": "/deploys/"}]


def test_without_any_it_has_none(admin: Client) -> None:
    admin.post(ADD, form(**parts("first_action", "")))
    assert Notification.objects.get().actions == []


def test_it_says_what_is_wrong_beside_what_was_typed(admin: Client) -> None:
    response = admin.post(ADD, form(**parts("first_action", "Nothing")))
    assert "needs either a link or what to do" in response.content.decode()
    assert 'value="Nothing"' in response.content.decode()
    assert not Notification.objects.exists()


def test_it_changes_them(admin: Client) -> None:
    notification = notify("Deploy", to="all", actions=[APPROVE])
    page = admin.get(change(notification)).content.decode()
    assert '<option value="test.approve" selected>' in page
    fields = form(title="Deploy", **parts("first_action", "Do it", do="test.approve"))
    admin.post(change(notification), fields)
    notification.refresh_from_db()
    assert notification.actions == [{"label": "Do it", "do": "test.approve"}]


def test_who_only_looks_sees_them_as_words(admin: Client) -> None:
    notification = notify("Deploy", to="all", actions=[APPROVE])
    retract(notification)
    assert "Approve (test.approve)" in admin.get(change(notification)).content.decode()
