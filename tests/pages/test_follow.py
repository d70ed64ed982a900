"""The page of live texts, and its snapshot."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from notifications import following
from notifications.models import Membership, Room

pytestmark = pytest.mark.django_db
Browse = Callable[[Any], Client]


@pytest.fixture
def den(alice: Any) -> Room:
    """A room of alice's with a text."""
    room = Room.objects.create(slug="den", name="Den")
    Membership.objects.create(room=room, user=alice)
    following.tell(room, "<b>in the den</b>", key="notes", name="notes.md")
    return room


@pytest.fixture
def lobby() -> Room:
    """A public room with a text."""
    room = Room.objects.create(slug="lobby", name="Lobby", is_public=True)
    following.tell(room, "in the lobby", key="build")
    return room


def page(client: Client, path: str = "/follow/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_the_texts_of_its_reader(browse: Browse, alice: Any, den: Room) -> None:
    following.tell("all", "for everybody", key="all")
    html = page(browse(alice))
    assert "&lt;b&gt;in the den&lt;/b&gt;" in html
    assert "#den" in html
    assert "Everyone" in html
    assert re.search(r'data-slot="version">1<', html)


def test_it_hides_the_texts_of_others(browse: Browse, bob: Any, den: Room) -> None:
    html = page(browse(bob), "/follow/?topic=room.den&topic=nonsense&topic=user.1")
    assert "in the den" not in html
    assert "No texts yet" in html


def test_it_shows_a_visitor_the_texts_of_public_rooms(den: Room, lobby: Room) -> None:
    html = page(Client())
    assert "in the lobby" in html
    assert "in the den" not in html


def test_a_visitor_without_a_public_room_signs_in_first(den: Room) -> None:
    answer = Client().get("/follow/?topic=room.den")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/follow/%3Ftopic%3Droom.den"
    refused = Client().get("/api/texts/")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "signed_out")


def test_it_asks_for_the_rooms_that_its_address_names(
    browse: Browse, bob: Any, lobby: Room, den: Room
) -> None:
    html = page(browse(bob), "/follow/?topic=room.lobby&topic=room.den")
    found = re.search(r'id="noticeboard-config" type="application/json">(.+?)</script>', html)
    assert found
    config = json.loads(found[1])
    assert config["topics"] == ["room.lobby"]
    assert config["urls"]["texts"] == "/api/texts/"


def test_its_snapshot_is_what_the_page_shows(
    browse: Browse, alice: Any, bob: Any, den: Room, lobby: Room
) -> None:
    def keys(user: Any, query: str = "") -> list[str]:
        answer = browse(user).get(f"/api/texts/{query}")
        assert answer["Cache-Control"] == "private, no-store"
        return [card["key"] for card in answer.json()["texts"]]

    assert keys(alice) == ["notes"]
    assert keys(alice, "?topic=room.lobby") == ["build", "notes"]
    assert keys(bob, "?topic=room.den") == []
    assert set(browse(alice).get("/api/texts/").json()) == {"cursor", "texts", "topics"}


@pytest.mark.parametrize(
    ("method", "query", "status"), [("get", "?x=1", 400), ("post", "", 405), ("delete", "", 405)]
)
def test_its_snapshot_refuses_all_else(
    browse: Browse, alice: Any, method: str, query: str, status: int
) -> None:
    assert getattr(browse(alice), method)(f"/api/texts/{query}").status_code == status
