"""Reports of posts in the admin: seen, settled, and the post deleted."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Notification, Report, Room
from notifications.publishing import post, report
from tests.admin.conftest import allow, told

pytestmark = pytest.mark.django_db

LIST = "admin:notifications_report_changelist"


@pytest.fixture
def reported(lobby: Room, alice: Any, clerk: Any) -> Notification:
    """A post of alice that two have reported."""
    Room.objects.update(is_public=True, anonymous_posts=True)
    lobby.refresh_from_db()
    notification = post(lobby, "You *fool* <b>", user=alice)
    report(lobby, notification.pk, "Rude", clerk)
    report(lobby, notification.pk, "Not nice", None, "0123456789abcdef")
    return notification


def act(client: Client, action: str, *ids: int) -> str:
    form = {"action": action, "_selected_action": ids}
    return client.post(reverse(LIST), form, follow=True).content.decode()


def test_it_lists_what_is_open_with_the_post_and_who_says_so(
    admin: Client, reported: Notification
) -> None:
    page = admin.get(reverse(LIST)).content.decode()
    assert f'<a href="/rooms/lobby/?at={reported.pk}">You fool &lt;b&gt;</a>' in page
    for words in ("Rude", "Not nice", "Alice Liddell", "clerk", "a visitor", "Lobby"):
        assert words in page
    assert "0123456789abcdef" not in page


def test_it_settles_the_chosen(admin: Client, admin_user: Any, reported: Notification) -> None:
    first, second = Report.objects.order_by("pk")
    assert "1 report settled." in act(admin, "settle", first.pk)
    first.refresh_from_db()
    assert first.settled_by == admin_user
    for query, ids in (("", {second.pk}), ("yes", {first.pk}), ("all", {first.pk, second.pk})):
        found = admin.get(reverse(LIST), {"settled": query} if query else {}).context["cl"]
        assert {row.pk for row in found.queryset} == ids


def test_it_deletes_the_post_and_settles_all_that_was_said_of_it(
    admin: Client, reported: Notification
) -> None:
    assert "2 reports settled." in act(admin, "delete_posts", Report.objects.all()[0].pk)
    reported.refresh_from_db()
    assert reported.retracted_at is not None
    assert told()[-1] == "notification.retracted"
    assert "Post deleted" in admin.get(reverse(LIST), {"settled": "all"}).content.decode()


def test_who_may_only_look_settles_nothing(
    client: Client, clerk: Any, reported: Notification
) -> None:
    client.force_login(clerk)
    assert client.get(reverse(LIST)).status_code == 403
    allow(clerk, "view_report")
    assert client.get(reverse(LIST)).status_code == 200
    act(client, "delete_posts", *Report.objects.values_list("pk", flat=True))
    assert not Report.objects.filter(settled_at__isnull=False).exists()
    reported.refresh_from_db()
    assert reported.retracted_at is None


def test_nobody_writes_or_changes_one(admin: Client, reported: Notification) -> None:
    assert admin.get(reverse("admin:notifications_report_add")).status_code == 403
    url = reverse("admin:notifications_report_change", args=[Report.objects.all()[0].pk])
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"reason": "other"}).status_code == 403
