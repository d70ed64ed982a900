"""What the admin says where nobody has written anything yet."""

from typing import Any

import pytest
from django.test import Client

from notifications import notify

pytestmark = pytest.mark.django_db

FIRST = "/admin/notifications/notification/add/"


def index(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/admin/").content.decode()


def test_it_leads_to_the_first_notification_while_there_is_none(alice: Any) -> None:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    assert f'No notifications yet. <a href="{FIRST}">Write the first.</a>' in index(alice)
    notify("The lift is out of order", to="all")
    assert "No notifications yet" not in index(alice)


def test_it_says_so_only_to_who_may_write_one(bob: Any) -> None:
    bob.is_staff = True
    bob.save()
    assert "No notifications yet" not in index(bob)
