"""Rooms and members in the admin."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Membership, Room
from tests.admin.conftest import told

pytestmark = pytest.mark.django_db


def room_form(**fields: Any) -> dict[str, Any]:
    formset = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    inline = {
        f"{prefix}-{name}": value
        for prefix in ("memberships", "mutes")
        for name, value in formset.items()
    }
    return {
        "name": "Lobby",
        "slug": "lobby",
        "notify": "none",
        "slow_seconds": 0,
        **inline,
        "_save": "Save",
        **fields,
    }


def test_it_makes_a_room_with_members(admin: Client, alice: Any) -> None:
    response = admin.post(
        reverse("admin:notifications_room_add"),
        room_form(**{"memberships-TOTAL_FORMS": 1, "memberships-0-user": alice.pk}),
    )
    assert response.status_code == 302
    assert Membership.objects.get().user == alice


def test_it_tells_the_room_of_a_change(admin: Client, lobby: Room) -> None:
    url = reverse("admin:notifications_room_change", args=[lobby.pk])
    admin.post(url, room_form(description="Everything and nothing"))
    assert told() == ["room.changed"]


def test_it_never_changes_a_slug(admin: Client, lobby: Room) -> None:
    url = reverse("admin:notifications_room_change", args=[lobby.pk])
    admin.post(url, room_form(slug="entrance"))
    lobby.refresh_from_db()
    assert lobby.slug == "lobby"


def test_it_refuses_a_slug_that_is_no_topic(admin: Client) -> None:
    response = admin.post(reverse("admin:notifications_room_add"), room_form(slug="The Lobby"))
    assert response.status_code == 200
    assert not Room.objects.exists()


def test_it_takes_the_rights_of_who_is_removed(admin: Client, lobby: Room, alice: Any) -> None:
    membership = Membership.objects.create(room=lobby, user=alice)
    before = len(told())
    url = reverse("admin:notifications_membership_delete", args=[membership.pk])
    admin.post(url, {"post": "yes"})
    assert "rights.changed" in told()[before:]


def test_it_lists_rooms_with_the_number_of_their_members(
    admin: Client, lobby: Room, alice: Any
) -> None:
    Membership.objects.create(room=lobby, user=alice)
    page = admin.get(reverse("admin:notifications_room_changelist")).content.decode()
    assert '<td class="field-member_count">1</td>' in page


def test_it_finds_memberships_by_user_and_room(admin: Client, lobby: Room, alice: Any) -> None:
    Membership.objects.create(room=lobby, user=alice)
    url = reverse("admin:notifications_membership_changelist")
    for term, expected in (("alice", 1), ("lobby", 1), ("bob", 0)):
        assert admin.get(url, {"q": term}).context["cl"].result_count == expected
