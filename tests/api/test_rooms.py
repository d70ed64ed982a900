"""GET and POST /api/rooms/<slug>/posts/."""

from typing import Any

import pytest

from notifications import inbox, publishing
from notifications.models import Notification, Room
from tests.api.conftest import Api, code
from tests.api.wrong import POSTS, SLUGS

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_shows_the_posts(alice: Any, den: Room) -> None:
    for text in ("one", "two"):
        publishing.post(den, text, user=alice)
    assert Api(alice).get("rooms/den/posts/").json() == inbox.room_posts(den)
    page = Api(alice).get("rooms/den/posts/", limit=1).json()
    older = Api(alice).get("rooms/den/posts/", before=page["posts"][0]["position"]).json()
    assert [post["text"] for post in older["posts"]] == ["one"]


def test_a_member_posts(alice: Any, den: Room) -> None:
    answer = Api(alice).post("rooms/den/posts/", {"text": "Hello *den* \N{PARTY POPPER}"}).json()
    assert answer["ok"] is True
    post = Notification.objects.get(pk=answer["id"])
    assert (post.body, post.sender, post.audience) == (
        "Hello *den* \N{PARTY POPPER}",
        alice,
        ["room.den"],
    )


def test_a_private_room_is_to_an_outsider_like_one_that_is_not_there(
    charlie: Any, den: Room
) -> None:
    api = Api(charlie)
    there, gone = (
        [api.get(f"rooms/{slug}/posts/"), api.post(f"rooms/{slug}/posts/", {"text": "hi"})]
        for slug in ("den", "nowhere")
    )
    for one, other in zip(there, gone, strict=True):
        assert code(one) == code(other) == (404, "not_found")
        assert one.content == other.content
    assert not Notification.objects.exists()


def test_a_visitor_without_a_public_room_is_signed_out(den: Room) -> None:
    assert code(Api().get("rooms/den/posts/")) == (401, "signed_out")
    assert code(Api().post("rooms/den/posts/", {"text": "hi"})) == (401, "signed_out")


def test_a_visitor_reads_and_posts_in_a_public_room(lobby: Room) -> None:
    answer = Api().post("rooms/lobby/posts/", {"text": "hi", "name": "Dora"})
    assert answer.status_code == 200
    (post,) = Api().get("rooms/lobby/posts/").json()["posts"]
    assert (post["text"], post["sender"]) == ("hi", "Dora")


def test_whoever_sees_a_room_but_may_not_post_is_told_so(charlie: Any, lobby: Room) -> None:
    Room.objects.filter(pk=lobby.pk).update(anonymous_posts=False)
    assert code(Api(charlie).post("rooms/lobby/posts/", {"text": "hi"})) == (403, "forbidden")
    assert code(Api().post("rooms/lobby/posts/", {"text": "hi"})) == (403, "forbidden")
    assert not Notification.objects.exists()


def test_without_a_csrf_token_nothing_is_posted(alice: Any, den: Room, lobby: Room) -> None:
    for api in (Api(alice), Api()):
        response = api.post("rooms/lobby/posts/", {"text": "hi"}, **{"X-CSRFToken": None})
        assert code(response) == (403, "csrf")
    assert not Notification.objects.exists()


@pytest.mark.parametrize(("body", "error"), POSTS)
def test_it_refuses_a_post_that_is_none(
    alice: Any, den: Room, body: dict[str, Any], error: str
) -> None:
    assert code(Api(alice).post("rooms/den/posts/", body)) == (400, error)
    assert not Notification.objects.exists()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_slug_that_is_none_is_not_found(alice: Any, den: Room, slug: str) -> None:
    assert code(Api(alice).get(f"rooms/{slug}/posts/")) == (404, "not_found")
    assert code(Api(alice).post(f"rooms/{slug}/posts/", {"text": "hi"})) == (404, "not_found")


@pytest.mark.parametrize("query", [{"before": "x"}, {"limit": "0"}, {"limit": "1e3"}, {"q": "x"}])
def test_it_refuses_a_query_that_is_none(alice: Any, den: Room, query: dict[str, str]) -> None:
    assert Api(alice).get("rooms/den/posts/", **query).status_code == 400


def test_hostile_text_is_shown_as_text(alice: Any, den: Room) -> None:
    text = '<script>alert(1)</script><img src=x onerror="alert(1)"> [x](javascript:alert(1))'
    Api(alice).post("rooms/den/posts/", {"text": text})
    (post,) = Api(alice).get("rooms/den/posts/").json()["posts"]
    for forbidden in ("<script", "<img", 'href="javascript'):
        assert forbidden not in post["html"].lower()


def test_posts_have_an_allowance_of_their_own(alice: Any, den: Room, settings: Any) -> None:
    settings.NOTICEBOARD = {**settings.NOTICEBOARD, "POSTS_PER_MINUTE": 2}
    answers = [Api(alice).post("rooms/den/posts/", {"text": str(n)}) for n in range(4)]
    assert code(answers[-1]) == (429, "too_many")
    assert Notification.objects.count() < 4


def test_a_post_that_is_sent_again_is_one_post(alice: Any, den: Room) -> None:
    body = {"text": "once", "key": "0123456789abcdef"}
    ids = {Api(alice).post("rooms/den/posts/", body).json()["id"] for _ in range(3)}
    assert ids == set(Notification.objects.values_list("pk", flat=True))


def test_a_visitors_name_is_kept_in_the_session(lobby: Room) -> None:
    api = Api()
    for body in ({"text": "1"}, {"text": "2", "name": "Dora"}, {"text": "3"}):
        assert api.post("rooms/lobby/posts/", body).status_code == 200
    posts = api.get("rooms/lobby/posts/").json()["posts"]
    assert [post["sender"] for post in posts] == ["Dora", "Dora", "anonymous"]


def test_a_muted_visitor_is_known_by_the_session(alice: Any, lobby: Room) -> None:
    alice.is_staff = True
    alice.save()
    dora, other = Api(), Api()
    said = dora.post("rooms/lobby/posts/", {"text": "1", "name": "Dora"}).json()["id"]
    answer = Api(alice).post("rooms/lobby/moderation/", {"do": "mute", "id": said})
    assert answer.json() == {"ok": True}
    assert code(dora.post("rooms/lobby/posts/", {"text": "2"})) == (403, "forbidden")
    assert other.post("rooms/lobby/posts/", {"text": "3", "name": "Dora"}).status_code == 200


def test_only_staff_moderate(alice: Any, charlie: Any, den: Room) -> None:
    said = publishing.post(den, "one", user=alice).pk
    body = {"do": "delete", "id": said}
    assert code(Api(alice).post("rooms/den/moderation/", body)) == (403, "forbidden")
    assert code(Api(charlie).post("rooms/den/moderation/", body)) == (404, "not_found")
    assert code(Api().post("rooms/den/moderation/", body)) == (401, "signed_out")
    assert len(inbox.room_posts(den)["posts"]) == 1


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "bad_request"),
        ({"do": 1}, "wrong_type"),
        ({"do": "pin", "id": "7"}, "wrong_type"),
        ({"do": "pin", "id": True}, "wrong_type"),
        ({"do": "pin", "id": 2**63}, "bad_request"),
        ({"do": "pin", "id": 0}, "bad_request"),
        ({"do": "pin"}, "bad_request"),
        ({"do": "burn"}, "unknown_action"),
        ({"do": "close", "room": "lobby"}, "unknown_field"),
    ],
)
def test_it_refuses_moderation_that_is_none(
    alice: Any, den: Room, body: dict[str, Any], error: str
) -> None:
    alice.is_staff = True
    alice.save()
    assert code(Api(alice).post("rooms/den/moderation/", body)) == (400, error)


def test_a_user_name_that_is_an_address_is_not_shown_whole(alice: Any, lobby: Room) -> None:
    alice.username, alice.first_name, alice.last_name = "alice@example.org", "", ""
    alice.save()
    Api(alice).post("rooms/lobby/posts/", {"text": "hi"})
    answer = Api().get("rooms/lobby/posts/")
    assert [post["sender"] for post in answer.json()["posts"]] == ["alice"]
    assert "example.org" not in answer.content.decode()


def test_the_pinned_posts_come_with_every_page(alice: Any, den: Room) -> None:
    alice.is_staff = True
    alice.save()
    first, _second = (publishing.post(den, text, user=alice).pk for text in ("one", "two"))
    Api(alice).post("rooms/den/moderation/", {"do": "pin", "id": first})
    page = Api(alice).get("rooms/den/posts/", limit=1).json()
    assert [post["text"] for post in page["posts"]] == ["two"]
    assert [post["text"] for post in page["pinned"]] == ["one"]
