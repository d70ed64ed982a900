"""What the tests of the admin share: a user with every right, one with few, an audience."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from notifications import notify
from notifications.models import Event, Notification, Room

PASSED = {"_save": "Save"}


@pytest.fixture
def admin(client: Client, admin_user: Any) -> Client:
    """A browser in which the superuser is signed in."""
    client.force_login(admin_user)
    return client


@pytest.fixture
def clerk(django_user_model: Any) -> Any:
    """Somebody who may open the admin and nothing else yet."""
    return django_user_model.objects.create_user("clerk", is_staff=True)


@pytest.fixture
def alice(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("alice", first_name="Alice", last_name="Liddell")


@pytest.fixture
def ops() -> Group:
    return Group.objects.create(name="ops")


@pytest.fixture
def lobby(db: None) -> Room:
    return Room.objects.create(slug="lobby", name="Lobby")


@pytest.fixture
def live(db: None) -> Notification:
    """A notification that everyone has."""
    return notify("The lift is out of order", to="all")


def allow(user: Any, *codenames: str) -> None:
    """Give a user permissions of this app."""
    user.user_permissions.add(
        *Permission.objects.filter(content_type__app_label="notifications", codename__in=codenames)
    )


def form(**fields: Any) -> dict[str, Any]:
    """What a browser sends for a notification; times are pairs of date and time."""
    written: dict[str, Any] = {"title": "Hello", "level": "info", "audience": ["all"], **PASSED}
    return written | fields


def told() -> list[str]:
    """The types of all events, in the order in which they were appended."""
    return list(Event.objects.order_by("id").values_list("type", flat=True))
