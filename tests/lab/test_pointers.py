"""Who may open the page of the shared pointers, and hear its topic: as with the lab."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from notifications.lab.pointers import TOPIC
from notifications.rights import may_read

ADDRESS = "/lab/pointers/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(alice: Any) -> Any:
    alice.is_staff = True
    alice.save()
    return alice


def test_staff_point(client: Client, admin: Any) -> None:
    client.force_login(admin)
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert f'"topics": ["{TOPIC}"]' in answer.content.decode()
    assert may_read(admin, TOPIC)
    assert not may_read(admin, "pointers.elsewhere")


def test_others_do_not(client: Client, bob: Any) -> None:
    client.force_login(bob)
    assert client.get(ADDRESS).status_code == 403
    assert not may_read(bob, TOPIC)
    assert not may_read(None, TOPIC)


def test_everybody_who_is_signed_in_does_where_the_project_is_made(
    client: Client, bob: Any, settings: LazySettings
) -> None:
    settings.DEBUG = True
    assert client.get(ADDRESS).status_code == 302
    client.force_login(bob)
    assert client.get(ADDRESS).status_code == 200
    assert may_read(bob, TOPIC)
    assert not may_read(None, TOPIC)


def test_it_loads_its_own_modules_only(client: Client, admin: Any) -> None:
    client.force_login(admin)
    page = client.get(ADDRESS).content.decode()
    assert "noticeboard/pointers/store.js" in page
    assert "noticeboard/lab/page.js" not in page
    assert "noticeboard/pointers/" not in client.get("/").content.decode()
