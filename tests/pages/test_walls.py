"""The link for a screen: what it opens, for whom, how it ends, and that it opens nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from notifications import log, rights, walls
from notifications.models import Event, Membership, Room
from notifications.publishing import new_wall_key, post
from tests.pages.conftest import Say

pytestmark = pytest.mark.django_db

Browse = Callable[[Any], Client]


@pytest.fixture
def den(alice: Any, bob: Any) -> Room:
    room = Room.objects.create(slug="den", name="Den")
    for user in (alice, bob):
        Membership.objects.create(room=room, user=user)
    return new_wall_key(room, alice)


def link(room: Room) -> str:
    return f"/wall/{room.slug}/open/{walls.wall_token(room)}/"


def opened(room: Room) -> Client:
    client = Client()
    assert client.get(link(room))["Location"] == f"/wall/{room.slug}/"
    return client


def topics(client: Client) -> frozenset[str]:
    return rights.admit(client.session.session_key).topics


def test_it_opens_the_wall_and_its_topic_without_names(say: Say, alice: Any, den: Room) -> None:
    say(body="the kettle is *on*", to=den, sender=alice)
    client = opened(den)
    html = client.get("/wall/den/").content.decode()
    assert "<em>on</em>" in html
    assert "alice" not in html
    assert topics(client) == {"room.den"}
    posts = client.get("/api/rooms/den/posts/").json()["posts"]
    assert [each["sender"] for each in posts] == [""]
    assert client.session.get_expiry_age() > 300 * 24 * 3600


def test_it_opens_nothing_else(say: Say, alice: Any, den: Room) -> None:
    number = say(body="one", to=den, sender=alice).pk
    client = opened(den)
    Room.objects.create(slug="ops", name="Ops", wall_key="x")
    assert client.get("/rooms/den/").status_code == 302
    assert client.get("/wall/ops/").status_code == 302
    for path in ("people/", "present/", f"posts/{number}/"):
        assert client.get(f"/api/rooms/den/{path}").status_code in (401, 404), path
    for path in ("posts/", f"posts/{number}/react/", "wall-link/", "moderation/"):
        answer = client.post(f"/api/rooms/den/{path}", {}, content_type="application/json")
        assert answer.status_code in (401, 404), path
    assert client.get("/api/rooms/ops/posts/").status_code == 401


@pytest.mark.parametrize("token", ["x", "0" * 64, "é", "0" * 4096])
def test_a_wrong_token_is_not_found(token: str, den: Room) -> None:
    client = Client()
    assert client.get(f"/wall/den/open/{token}/").status_code == 404
    assert client.get(f"/wall/nowhere/open/{token}/").status_code == 404
    assert client.session.session_key is None or topics(client) == frozenset()


def test_a_room_without_a_key_has_no_link(den: Room) -> None:
    old = link(den)
    Room.objects.update(wall_key="")
    assert Client().get(old).status_code == 404


def test_a_new_link_ends_the_old_ones_and_tells_their_screens(alice: Any, den: Room) -> None:
    old, client = link(den), opened(den)
    new_wall_key(den, alice)
    told = Event.objects.order_by("id").last()
    assert told is not None
    assert (told.type, told.topics) == ("rights.changed", "room.den")
    assert topics(client) == frozenset()
    assert client.get("/wall/den/").status_code == 302
    assert client.get("/api/rooms/den/posts/").status_code == 401
    assert Client().get(old).status_code == 404


def test_who_is_signed_in_has_his_own_rights(
    browse: Browse, alice: Any, charlie: Any, den: Room
) -> None:
    assert browse(alice).get(link(den))["Location"] == "/wall/den/"
    assert browse(charlie).get(link(den)).status_code == 403
    screen = opened(den)
    screen.force_login(charlie)
    assert walls.WALLS not in screen.session
    assert screen.session.get_expiry_age() < 30 * 24 * 3600
    assert screen.get("/wall/den/").status_code == 404
    assert "room.den" not in topics(screen)


def test_a_session_keeps_the_newest_links(alice: Any, den: Room) -> None:
    client = Client()
    for number in range(walls.MOST_WALLS + 3):
        room = Room.objects.create(slug=f"r{number}", name="R")
        client.get(link(new_wall_key(room, alice)))
    assert len(client.session[walls.WALLS]) == walls.MOST_WALLS
    assert "room.r0" not in topics(client)
    assert "room.r22" in topics(client)


@pytest.mark.parametrize("kept", [None, "x", ["den"], {"den": 7}, {"den": None}, {"den": ""}])
def test_a_session_with_something_else_there_has_nothing(kept: Any, den: Room) -> None:
    assert walls.topics_of({walls.WALLS: kept}) == frozenset()
    Room.objects.update(wall_key="")
    assert walls.topics_of({walls.WALLS: kept}) == frozenset()


def test_a_session_without_links_costs_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert walls.topics_of({}) == frozenset()


def test_the_form_leads_to_the_link(browse: Browse, alice: Any, charlie: Any, den: Room) -> None:
    client = browse(alice)
    response = client.post("/rooms/den/wall-link/", follow=True)
    assert response.context["wall_link"] == f"http://testserver{link(den)}"
    client.post("/rooms/den/wall-link/", {"new": "1"})
    before = walls.wall_token(den)
    den.refresh_from_db()
    assert walls.wall_token(den) != before
    lobby = Room.objects.create(slug="lobby", name="Lobby", is_public=True)
    assert browse(charlie).post("/rooms/lobby/wall-link/").status_code == 403
    assert browse(charlie).get("/rooms/lobby/?wall=1").context["wall_link"] == ""
    assert not lobby.wall_key


def test_making_a_link_tells_readers_of_no_change(alice: Any, den: Room) -> None:
    post(den, "one", user=alice)
    log.stamp()
    before = log.head().cursor
    new_wall_key(den, alice)
    log.stamp()
    assert [each.type for each in log.after(before, ["room.den"])] == []
