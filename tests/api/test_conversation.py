"""/api/rooms/<slug>/posts/<id>/…, people/, wall-link/: rights, bad input, and what is answered."""

from typing import Any

import pytest

from notifications import inbox, publishing
from notifications.models import Membership, Notification, Reaction, Report, Room
from notifications.posts import author_of, author_tag
from notifications.publishing import post
from tests.api.conftest import Api, code

pytestmark = pytest.mark.django_db(transaction=True)

EVERYTHING: dict[str, dict[str, Any]] = {
    "edit": {"text": "two"},
    "delete": {},
    "react": {"emoji": "👍", "on": True},
    "report": {"reason": "Rude"},
}


@pytest.fixture
def said(alice: Any, den: Room) -> int:
    return int(post(den, "*one*", user=alice).pk)


def shown(room: Room) -> list[dict[str, Any]]:
    posts: list[dict[str, Any]] = inbox.room_posts(room)["posts"]
    return posts


def test_an_author_edits_reacts_answers_and_deletes(alice: Any, den: Room, said: int) -> None:
    api, at = Api(alice), f"rooms/den/posts/{said}/"
    tag = author_tag("den", author_of(alice))
    assert api.get(at).json() == {"id": said, "text": "*one*"}
    assert api.post(f"{at}edit/", {"text": "two"}).json() == {"ok": True, "id": said}
    answer = api.post(f"{at}react/", {"emoji": "👍", "on": True}).json()
    assert answer == {"ok": True, "changed": True, "tag": tag}
    answer = api.post("rooms/den/posts/", {"text": "three", "reply_to": said}).json()
    assert answer["tag"] == tag
    newest, oldest = shown(den)
    assert newest["post"]["reply_to"] == {"id": said, "sender": "alice", "text": "two"}
    assert oldest["post"] == {"author": tag, "reply_to": None, "reactions": {"👍": [tag]}}
    assert api.post(f"{at}delete/", {}).json() == {"ok": True, "id": said}
    (left,) = shown(den)
    assert left["post"]["reply_to"] == {"id": said, "sender": "", "text": ""}


@pytest.mark.parametrize("do", EVERYTHING)
def test_to_an_outsider_a_post_is_like_one_that_is_not_there(
    do: str, charlie: Any, den: Room, said: int
) -> None:
    api, body = Api(charlie), EVERYTHING[do]
    answers = [
        api.post(f"rooms/{slug}/posts/{id}/{do}/", body)
        for slug, id in (("den", said), ("den", said + 1), ("nowhere", said))
    ]
    assert {code(each) for each in answers} == {(404, "not_found")}
    assert len({each.content for each in answers}) == 1
    assert code(Api().post(f"rooms/den/posts/{said}/{do}/", body)) == (401, "signed_out")


@pytest.mark.parametrize("do", ["edit", "delete"])
def test_only_the_author_edits_and_deletes(do: str, bob: Any, den: Room, said: int) -> None:
    answer = Api(bob).post(f"rooms/den/posts/{said}/{do}/", EVERYTHING[do])
    assert code(answer) == (403, "forbidden")
    assert code(Api(bob).get(f"rooms/den/posts/{said}/")) == (403, "forbidden")
    assert [each["text"] for each in shown(den)] == ["one"]


@pytest.mark.parametrize("do", EVERYTHING)
def test_without_a_csrf_token_nothing_is_done(do: str, alice: Any, den: Room, said: int) -> None:
    path = f"rooms/den/posts/{said}/{do}/"
    answer = Api(alice).post(path, EVERYTHING[do], **{"X-CSRFToken": None})
    assert code(answer) == (403, "csrf")
    assert not Reaction.objects.exists()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("do", "body", "error"),
    [
        ("edit", {}, "bad_request"),
        ("edit", {"text": 7}, "wrong_type"),
        ("edit", {"text": " "}, "bad_notification"),
        ("edit", {"text": "two", "id": 1}, "unknown_field"),
        ("edit", {"text": "two", "title": "x"}, "unknown_field"),
        ("delete", {"room": "lobby"}, "unknown_field"),
        ("delete", {"reason": "x"}, "unknown_field"),
        ("react", {"emoji": "👍"}, "bad_request"),
        ("react", {"emoji": "👍", "on": 1}, "wrong_type"),
        ("react", {"emoji": 7, "on": True}, "wrong_type"),
        ("react", {"emoji": "👎", "on": True}, "bad_request"),
        ("react", {"emoji": "x" * 4096, "on": False}, "bad_request"),
        ("report", {}, "bad_request"),
        ("report", {"reason": ["x"]}, "wrong_type"),
        ("report", {"reason": " "}, "bad_request"),
        ("report", {"reason": "x" * 501}, "bad_request"),
    ],
)
def test_it_refuses_what_is_none(
    do: str, body: dict[str, Any], error: str, alice: Any, den: Room, said: int
) -> None:
    assert code(Api(alice).post(f"rooms/den/posts/{said}/{do}/", body)) == (400, error)


@pytest.mark.parametrize("reply_to", ["1", True, 0, -1, 2**63, 1.5, None, [1]])
def test_it_refuses_an_answer_to_what_is_no_id(reply_to: Any, alice: Any, den: Room) -> None:
    answer = Api(alice).post("rooms/den/posts/", {"text": "hi", "reply_to": reply_to})
    assert code(answer) == (400, "wrong_type")


@pytest.mark.parametrize("id", [10**9, 2**63, 10**30])
def test_an_id_that_is_none_is_not_found(id: int, alice: Any, den: Room) -> None:
    for do, body in EVERYTHING.items():
        answer = Api(alice).post(f"rooms/den/posts/{id}/{do}/", body)
        assert code(answer) == (404, "not_found")
    assert code(Api(alice).get(f"rooms/den/posts/{id}/")) == (404, "not_found")


def test_a_visitor_acts_by_a_session_of_his_own(lobby: Room) -> None:
    dora, other = Api(), Api()
    made = dora.post("rooms/lobby/posts/", {"text": "one", "name": "Dora"}).json()
    at = f"rooms/lobby/posts/{made['id']}/"
    assert dora.post(f"{at}edit/", {"text": "two"}).status_code == 200
    assert code(other.post(f"{at}edit/", {"text": "three"})) == (403, "forbidden")
    tags = {api.post(f"{at}react/", EVERYTHING["react"]).json()["tag"] for api in (dora, other)}
    assert made["tag"] in tags
    assert len(tags) == 2
    assert other.post(f"{at}report/", EVERYTHING["report"]).json() == {"ok": True, "changed": True}
    assert other.post(f"{at}report/", EVERYTHING["report"]).json() == {"ok": True, "changed": False}


def test_slow_mode_says_how_long_to_wait(alice: Any, den: Room) -> None:
    Room.objects.update(slow_seconds=60)
    assert Api(alice).post("rooms/den/posts/", {"text": "one"}).status_code == 200
    answer = Api(alice).post("rooms/den/posts/", {"text": "two"})
    assert code(answer) == (429, "slow_mode")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert Notification.objects.count() == 1


def test_staff_set_slow_mode(alice: Any, bob: Any, den: Room) -> None:
    alice.is_staff = True
    alice.save()
    body = {"do": "slow", "seconds": 30}
    assert Api(alice).post("rooms/den/moderation/", body).json() == {"ok": True}
    assert Room.objects.get().slow_seconds == 30
    assert code(Api(bob).post("rooms/den/moderation/", body)) == (403, "forbidden")
    for wrong, error in (
        ({"do": "slow"}, "bad_request"),
        ({"do": "slow", "seconds": 3601}, "bad_request"),
        ({"do": "slow", "seconds": "30"}, "wrong_type"),
        ({"do": "slow", "seconds": True}, "wrong_type"),
        ({"do": "close", "seconds": 30}, "bad_request"),
    ):
        assert code(Api(alice).post("rooms/den/moderation/", wrong)) == (400, error)


def test_members_find_people_and_others_nobody(
    alice: Any, bob: Any, charlie: Any, den: Room, lobby: Room
) -> None:
    Membership.objects.create(room=lobby, user=alice)
    bob_there = {"people": [{"name": "bob", "handle": "bob"}]}
    assert Api(alice).get("rooms/den/people/", q="b").json() == bob_there
    assert Api(alice).get("rooms/den/people/").json() == bob_there
    assert Api(alice).get("rooms/den/people/", q="x").json() == {"people": []}
    for outsider in (charlie, None):
        assert Api(outsider).get("rooms/lobby/people/", q="a").json() == {"people": []}
    assert code(Api(charlie).get("rooms/den/people/", q="a")) == (404, "not_found")
    assert code(Api(alice).get("rooms/den/people/", q="x" * 81)) == (400, "bad_request")
    assert code(Api(alice).get("rooms/den/people/", name="x")) == (400, "unknown_field")


def test_a_page_of_posts_costs_the_same_however_long_it_is(
    alice: Any, bob: Any, den: Room, django_assert_max_num_queries: Any
) -> None:
    def counted(limit: int) -> int:
        with django_assert_max_num_queries(100) as queries:
            inbox.room_posts(den, limit=limit)
        return len(queries)

    first = post(den, "first", user=alice).pk
    for number in range(8):
        id = post(den, str(number), user=(alice, bob)[number % 2], reply_to=first).pk
        publishing.react(den, id, "🎉", True, bob)
    assert counted(2) == counted(8)


def test_a_link_for_a_screen_is_made_by_who_belongs(
    alice: Any, charlie: Any, den: Room, lobby: Room
) -> None:
    first = Api(alice).post("rooms/den/wall-link/", {}).json()["url"]
    assert first.startswith("http://testserver/wall/den/open/")
    assert Api(alice).post("rooms/den/wall-link/", {"new": False}).json()["url"] == first
    assert Api(alice).post("rooms/den/wall-link/", {"new": True}).json()["url"] != first
    assert code(Api(charlie).post("rooms/den/wall-link/", {})) == (404, "not_found")
    for outsider in (charlie, None):
        answer = Api(outsider).post("rooms/lobby/wall-link/", {})
        assert code(answer) == (403, "forbidden")
    for body, error in (({"new": 1}, "wrong_type"), ({"old": True}, "unknown_field")):
        assert code(Api(alice).post("rooms/den/wall-link/", body)) == (400, error)
