"""perform(): the one table of actions for frames, HTTP and forms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from notifications import log, notify
from notifications.actions import ACTIONS, Subject, perform
from notifications.errors import NoticeboardError
from notifications.models import Membership, Room

pytestmark = pytest.mark.django_db(transaction=True)

VISITOR = Subject(AnonymousUser())


def refusal(subject: Subject, do: Any, payload: dict[str, Any]) -> str:
    with pytest.raises(NoticeboardError) as refused:
        perform(subject, do, payload)
    assert refused.value.detail
    return refused.value.code


def soon() -> str:
    return (timezone.now() + timedelta(hours=1)).isoformat()


@pytest.mark.parametrize(
    "do", ["read", "unread", "done", "undone", "acknowledge", "snooze", "unsnooze"]
)
def test_it_does_what_names_notifications(alice: Any, do: str) -> None:
    number = notify("one", to=alice, acknowledge=do == "acknowledge").pk
    payload = {"ids": [number, number]} | ({"until": soon()} if do == "snooze" else {})
    answer = perform(Subject(alice), do, payload)
    assert answer["ok"] is True
    assert set(answer) == {"ok", "changed", "ids"}


@pytest.mark.parametrize("do", ["seen", "read_all"])
def test_it_does_what_names_a_cursor(alice: Any, do: str) -> None:
    notify("one", to=alice)
    assert perform(Subject(alice), do, {"cursor": str(log.head().cursor)})["ok"] is True
    assert refusal(Subject(alice), do, {"cursor": "7.ffffffff"})
    assert refusal(Subject(alice), do, {"cursor": 7}) == "wrong_type"


@pytest.mark.parametrize(
    ("do", "payload", "code"),
    [
        ("fly", {}, "unknown_action"),
        ("__class__", {}, "unknown_action"),
        (None, {}, "unknown_action"),
        (["read"], {}, "unknown_action"),
        ("read", {}, "bad_request"),
        ("read", {"ids": [1], "all": True}, "unknown_field"),
        ("read", {"ids": None}, "wrong_type"),
        ("read", {"ids": ["1"]}, "wrong_type"),
        ("read", {"ids": [False]}, "wrong_type"),
        ("read", {"ids": [0]}, "wrong_type"),
        ("read", {"ids": [-1]}, "wrong_type"),
        ("read", {"ids": [2**63]}, "wrong_type"),
        ("read", {"ids": [2**63 - 1]}, "not_found"),
        ("read", {"ids": list(range(1, 202))}, "bad_request"),
        ("snooze", {"ids": [1]}, "bad_request"),
        ("snooze", {"ids": [1], "until": 7}, "wrong_type"),
        ("snooze", {"ids": [1], "until": "2026-11-21T10:00:00"}, "bad_request"),
        ("snooze", {"ids": [1], "until": "2026-13-45T99:00:00Z"}, "bad_request"),
        ("snooze", {"ids": [1], "until": "٢٠٢٦-11-21T10:00:00Z"}, "bad_request"),
        ("snooze", {"ids": [1], "until": "2026-11-21" + "0" * 9999}, "bad_request"),
        ("post", {"room": "nowhere", "text": "hello"}, "not_found"),
        ("post", {"room": "nowhere", "text": "\0"}, "bad_request"),
        ("post", {"room": "nowhere", "text": "\ud800"}, "bad_request"),
        ("post", {"room": 7, "text": "hello"}, "wrong_type"),
    ],
)
def test_it_refuses_what_is_wrong_with_a_code(
    alice: Any, do: Any, payload: dict[str, Any], code: str
) -> None:
    assert refusal(Subject(alice), do, payload) == code


def test_a_visitor_may_do_nothing_that_needs_an_inbox() -> None:
    payloads = {"ids": [1], "cursor": "0.abcdef12", "until": soon()}
    for do, action in ACTIONS.items():
        if not action.for_visitors:
            payload = {name: payloads[name] for name in action.fields if name in payloads}
            assert payload.keys() >= action.fields.keys() - action.optional
            assert refusal(VISITOR, do, payload) == "signed_out"


def test_a_member_posts_and_an_outsider_sees_no_room(alice: Any, charlie: Any) -> None:
    room = Room.objects.create(slug="den", name="Den", is_public=False)
    Membership.objects.create(room=room, user=alice)
    payload = {"room": "den", "text": "hello"}
    assert perform(Subject(alice), "post", payload)["id"]
    assert refusal(Subject(charlie), "post", payload) == "not_found"
    assert refusal(VISITOR, "post", payload) == "not_found"


def test_a_visitor_posts_where_visitors_may(alice: Any) -> None:
    Room.objects.create(slug="lobby", name="Lobby", is_public=True, anonymous_posts=True)
    Room.objects.create(slug="hall", name="Hall", is_public=True, anonymous_posts=False)
    assert perform(VISITOR, "post", {"room": "lobby", "text": "hello", "name": "Eve"})["id"]
    assert refusal(VISITOR, "post", {"room": "hall", "text": "hello"}) in (
        "forbidden",
        "signed_out",
    )


def test_a_subject_is_the_user_as_it_stands_now(alice: Any) -> None:
    assert Subject.of(alice.pk).user == alice
    assert Subject.of(alice.pk).signed_in
    alice.is_active = False
    alice.save()
    assert not Subject.of(alice.pk).signed_in
    assert not Subject.of(None).signed_in
    assert not Subject(alice).signed_in
