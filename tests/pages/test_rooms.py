"""The rooms, a room and its wall as the server renders them, and their forms without JavaScript."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from notifications.models import Membership, Notification, Report, Room
from notifications.testing import stamped_events
from tests.pages.conftest import Say

pytestmark = pytest.mark.django_db

Browse = Callable[[Any], Client]


@pytest.fixture
def lobby(db: None) -> Room:
    return Room.objects.create(slug="lobby", name="Lobby", is_public=True, anonymous_posts=True)


@pytest.fixture
def den(alice: Any, bob: Any) -> Room:
    room = Room.objects.create(slug="den", name="Den", description="For two")
    for user in (alice, bob):
        Membership.objects.create(room=room, user=user)
    return room


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def send(client: Client, path: str, **form: str) -> Any:
    with stamped_events():
        return client.post(path, form, follow=True)


def key_of(html: str) -> str:
    found = re.search(r'name="key" value="(\w+)"', html)
    assert found
    return found[1]


def test_it_lists_the_rooms_one_may_read(
    browse: Browse, alice: Any, charlie: Any, den: Room, lobby: Room
) -> None:
    assert {'href="/rooms/den/"', 'href="/rooms/lobby/"'} <= set(
        re.findall(r'href="/rooms/\w+/"', page(browse(alice), "/rooms/"))
    )
    for client in (browse(charlie), Client()):
        assert re.findall(r'href="/rooms/\w+/"', page(client, "/rooms/")) == [
            'href="/rooms/lobby/"'
        ]


def test_it_leads_a_visitor_without_a_public_room_to_the_log_in(den: Room) -> None:
    for path in ("/rooms/", "/rooms/den/", "/rooms/nowhere/", "/wall/den/"):
        assert Client().get(path)["Location"] == f"/accounts/login/?next={path}"


def test_a_private_room_is_to_an_outsider_like_one_that_is_not_there(
    browse: Browse, charlie: Any, den: Room
) -> None:
    client = browse(charlie)
    for path in ("/rooms/{}/", "/wall/{}/"):
        there, gone = (client.get(path.format(slug)) for slug in ("den", "nowhere"))
        assert there.status_code == gone.status_code == 404
        assert "For two" not in there.content.decode()


def test_it_shows_the_posts_the_oldest_first_and_groups_them(
    browse: Browse, say: Say, alice: Any, bob: Any, den: Room
) -> None:
    for sender, body in ((alice, "one"), (alice, "two"), (bob, "*three*")):
        say(body=body, to=den, sender=sender)
    html = page(browse(alice), "/rooms/den/")
    rows = re.findall(r'<li class="post( follows)?" data-id="\d+"', html)
    assert rows == ["", " follows", ""]
    assert html.index("one") < html.index("two") < html.index("<em>three</em>")
    assert 'role="log"' in html


def test_it_leads_to_the_older_posts(browse: Browse, say: Say, alice: Any, den: Room) -> None:
    for number in range(30):
        say(body=f"post-{number:02}", to=den, sender=alice)
    html = page(browse(alice), "/rooms/den/")
    assert "post-29" in html
    assert ">post-00<" not in html
    older = re.search(r'id="older" href="([^"]+)"', html)
    assert older
    html = page(browse(alice), older[1])
    assert "post-00" in html
    assert 'data-page="history"' in html


def test_one_posts_by_form_and_a_form_sent_twice_is_one_post(
    browse: Browse, alice: Any, den: Room
) -> None:
    client = browse(alice)
    key = key_of(page(client, "/rooms/den/"))
    for _ in range(2):
        response = send(client, "/rooms/den/post/", text="Hello\r\nthere", key=key)
        assert response.redirect_chain == [("/rooms/den/", 302)]
    assert [n.body for n in Notification.objects.all()] == ["Hello\nthere"]
    assert "Hello<br>" in response.content.decode()


def test_it_says_why_a_post_is_refused(browse: Browse, alice: Any, den: Room) -> None:
    client = browse(alice)
    key = key_of(page(client, "/rooms/den/"))
    response = send(client, "/rooms/den/post/", text="  ", key=key)
    assert "A post needs a text." in response.content.decode()
    Room.objects.update(is_closed=True)
    html = page(client, "/rooms/den/")
    assert "This room is closed" in html
    assert re.search(r'<form id="composer"[^>]* hidden>', html)


def test_a_visitor_posts_under_a_name_that_is_kept(lobby: Room) -> None:
    client = Client()
    assert 'value="anonymous"' in page(client, "/rooms/lobby/")
    send(client, "/rooms/lobby/name/", name=" Dora\u202e ")
    html = page(client, "/rooms/lobby/")
    assert 'value="Dora"' in html
    send(client, "/rooms/lobby/post/", text="hi", key=key_of(html))
    html = page(client, "/rooms/lobby/")
    assert re.search(r'data-slot="author">Dora<', html)
    assert "Sign in" in html


def test_it_never_shows_a_members_user_name_or_address(
    say: Say, alice: Any, bob: Any, lobby: Room
) -> None:
    alice.first_name, alice.last_name, alice.email = "Alice", "Moreau", "hidden@example.org"
    alice.username = "a.secret.name"
    alice.save()
    say(body="Hello", to=lobby, sender=alice)
    for path in ("/rooms/lobby/", "/wall/lobby/", "/api/rooms/lobby/posts/"):
        html = Client().get(path).content.decode()
        assert "Alice Moreau" in html
        assert "a.secret.name" not in html
        assert "hidden@" not in html


def test_only_staff_see_and_do_moderation(
    browse: Browse, say: Say, alice: Any, bob: Any, den: Room
) -> None:
    bob.is_staff = True
    bob.save()
    one = say(body="one", to=den, sender=alice)
    assert "data-moderate" not in page(browse(alice), "/rooms/den/")
    assert "data-moderate" in page(browse(bob), "/rooms/den/")
    refused = send(browse(alice), "/rooms/den/moderation/", delete=str(one.pk))
    assert "Only staff do this." in refused.content.decode()
    pinned = send(browse(bob), "/rooms/den/moderation/", pin=str(one.pk)).content.decode()
    assert "1 pinned post" in pinned
    send(browse(bob), "/rooms/den/moderation/", delete=str(one.pk))
    send(browse(bob), "/rooms/den/moderation/", close="")
    html = page(browse(bob), "/rooms/den/")
    assert "No posts yet. Say hello." in html
    assert "This room is closed" in html


@pytest.mark.parametrize("form", [{}, {"burn": "1"}, {"pin": "x"}, {"pin": "9" * 18}, {"pin": ""}])
def test_moderation_of_nothing_changes_nothing(
    browse: Browse, alice: Any, den: Room, form: dict[str, str]
) -> None:
    alice.is_staff = True
    alice.save()
    assert send(browse(alice), "/rooms/den/moderation/", **form).status_code in (200, 404)


def test_the_wall_shows_the_newest_first_and_no_names_of_a_private_room(
    browse: Browse, say: Say, alice: Any, den: Room, lobby: Room
) -> None:
    alice.first_name, alice.last_name = "Alice", "Moreau"
    alice.save()
    for room in (den, lobby):
        for body in ("older", "newer"):
            say(body=body, to=room, sender=alice)
    private, public = (page(browse(alice), f"/wall/{slug}/") for slug in ("den", "lobby"))
    shown = private.split('id="room-config"')[0]
    said = shown.partition("<main")[2]
    assert said.index("newer") < said.index("older")
    assert "Moreau" not in shown
    assert "Moreau" in public


def test_the_wall_of_a_private_room_hands_no_names_to_the_browser(
    browse: Browse, say: Say, alice: Any, bob: Any, den: Room
) -> None:
    alice.first_name, alice.last_name = "Alice", "Moreau"
    alice.save()
    say(body="hello", to=den, sender=alice)
    config = re.search(
        r'<script id="room-config" type="application/json">(.*?)</script>',
        page(browse(bob), "/wall/den/"),
    )
    assert config
    assert {post["sender"] for post in json.loads(config[1])["posts"]} == {""}


def test_hostile_text_is_shown_as_text(browse: Browse, say: Say, alice: Any, den: Room) -> None:
    say(body='<script>alert(1)</script><img src=x onerror="alert(1)">', to=den, sender=alice)
    for path in ("/rooms/den/", "/wall/den/"):
        html = page(browse(alice), path).split('id="room-config"')[0]
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def shown(response: Any) -> list[str]:
    return [post["text"] for post in response.context["posts"]]


def test_a_link_to_a_post_shows_the_page_around_it(
    browse: Browse, say: Say, alice: Any, den: Room
) -> None:
    ids = [say(body=str(number), to=den, sender=alice).pk for number in range(60)]
    client = browse(alice)
    newest = client.get(f"/rooms/den/?at={ids[50]}").context
    assert (newest["history"], newest["newer"], newest["at"]) == (False, None, ids[50])
    response = client.get(f"/rooms/den/?at={ids[10]}")
    assert response.context["history"] is True
    assert "10" in shown(response)
    assert len(shown(response)) == 23  # Ten older ones, and twelve that are newer.
    assert response.context["older"] is None
    assert f'id="post-{ids[10]}"' in response.content.decode()
    middle = client.get(f"/rooms/den/?at={ids[30]}")
    assert shown(middle) == [str(number) for number in range(18, 43)]
    newer = client.get(f"/rooms/den/?after={middle.context['newer']}")
    assert shown(newer)[-1] == "59"
    assert newer.context["history"] is False
    first = client.get(f"/rooms/den/?after={client.get('/rooms/den/?before=7').context['newer']}")
    assert (len(shown(first)), first.context["history"]) == (25, True)


def test_a_link_to_a_post_that_is_gone_shows_the_newest(
    browse: Browse, say: Say, alice: Any, den: Room, lobby: Room
) -> None:
    say(body="here", to=den, sender=alice)
    elsewhere = say(body="elsewhere", to=lobby).pk
    for at in (elsewhere, 10**9, "x", "-1", "9" * 30, "%00"):
        assert shown(browse(alice).get(f"/rooms/den/?at={at}")) == ["here"]


def test_a_day_shows_what_was_posted_since(
    browse: Browse, say: Say, alice: Any, den: Room, settings: Any
) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    for number, when in enumerate(("2026-03-01T10:59Z", "2026-03-01T11:01Z", "2026-03-02T12:00Z")):
        row = say(body=str(number), to=den, sender=alice)
        Notification.objects.filter(pk=row.pk).update(published_at=datetime.fromisoformat(when))
    client = browse(alice)
    response = client.get("/rooms/den/?on=2026-03-02")
    assert shown(response) == ["1", "2"]
    assert response.context["on"] == "2026-03-02"
    assert response.context["older"] is not None
    assert shown(client.get("/rooms/den/?on=2026-03-03")) == ["2"]
    for on in ("2027-01-01", "2026-02-30", "yesterday", "0001-01-01", "9999-12-31", "20260302"):
        assert len(shown(client.get(f"/rooms/den/?on={on}"))) == 3


def test_its_modules_know_the_reader_and_the_rooms(
    browse: Browse, say: Say, alice: Any, charlie: Any, den: Room, lobby: Room
) -> None:
    say(body="one", to=lobby)
    say(body="two", to=den, sender=alice)
    config = browse(alice).get("/rooms/den/").context["config"]
    (two,) = config["posts"]
    assert config["tag"] == two["post"]["author"] != ""
    assert config["reactions"] == ["👍", "❤️", "😂", "🎉", "😕", "👀"]
    assert config["rooms"] == [
        {"slug": "den", "url": "/rooms/den/", "newest": two["position"]},
        {"slug": "lobby", "url": "/rooms/lobby/", "newest": two["position"] - 1},
    ]
    assert config["urls"]["people"] == "/api/rooms/den/people/"
    outside = Client().get("/rooms/lobby/").context["config"]
    assert (outside["tag"], outside["urls"]["people"], outside["urls"]["wall_link"]) == ("", "", "")


def test_forms_answer_edit_react_report_and_delete(
    browse: Browse, say: Say, alice: Any, bob: Any, den: Room
) -> None:
    client, other = browse(alice), browse(bob)
    send(client, "/rooms/den/post/", text="one")
    id = Notification.objects.get().pk
    at = f"/rooms/den/posts/{id}/"
    assert other.get(f"/rooms/den/?reply={id}").context["reply"] == {
        **{"id": id, "sender": "alice", "text": "one"}
    }
    send(other, "/rooms/den/post/", text="two", reply_to=str(id))
    response = client.post(f"{at}react/", {"add": "👍"})
    assert response["Location"] == f"/rooms/den/?at={id}#post-{id}"
    send(client, f"{at}edit/", text="one\r\nand a half")
    assert client.get(f"/rooms/den/?edit={id}").context["editing"] == {
        **{"id": id, "text": "one\nand a half"}
    }
    assert other.get(f"/rooms/den/?edit={id}").context["editing"] is None
    assert other.get(f"/rooms/den/?report={id}").context["reporting"]["id"] == id
    send(other, f"{at}report/", reason="Rude")
    first, answer = client.get("/rooms/den/").context["config"]["posts"][::-1]
    assert list(first["post"]["reactions"]) == ["👍"]
    assert answer["post"]["reply_to"]["text"] == "one and a half"
    send(client, f"{at}react/", remove="👍")
    assert "Only who has written" in send(other, f"{at}delete/").content.decode()
    response = client.post(f"{at}delete/")
    assert response["Location"] == "/rooms/den/"
    assert client.post(f"{at}delete/").status_code == 404
    assert Report.objects.get().reason == "Rude"


@pytest.mark.parametrize("do", ["edit", "delete", "react", "report", "burn"])
def test_forms_do_nothing_for_who_may_not(
    do: str, browse: Browse, say: Say, alice: Any, charlie: Any, den: Room
) -> None:
    id = say(body="one", to=den, sender=alice).pk
    form = {"text": "two", "add": "👍", "reason": "Rude"}
    assert browse(charlie).post(f"/rooms/den/posts/{id}/{do}/", form).status_code == 404
    for wrong in (id + 1, 0, 10**30):
        assert browse(alice).post(f"/rooms/den/posts/{wrong}/{do}/", form).status_code == 404
    assert not Report.objects.exists()


def test_a_form_sets_slow_mode(browse: Browse, alice: Any, den: Room) -> None:
    alice.is_staff = True
    alice.save()
    for value, seconds in (("30", 30), ("9999", 30), ("0", 0)):
        send(browse(alice), "/rooms/den/moderation/", slow=value)
        den.refresh_from_db()
        assert den.slow_seconds == seconds
