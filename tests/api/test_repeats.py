"""Idempotency-Key: an action that is sent twice is done once, and answered as then."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications import inbox, notify, publishing
from notifications.models import Answered, Event
from tests.api.conftest import Api, code

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "Idempotency-Key"


def act(user: Any, action: str, id: int, key: str) -> Any:
    return Api(user).post(f"inbox/{action}/", {"ids": [id]}, **{KEY: key})


def test_a_repeated_request_is_answered_as_the_first_and_does_nothing(alice: Any) -> None:
    id = notify("Hello", to=alice).pk
    first = act(alice, "done", id, "a1").json()
    inbox.undone(alice, [id])
    told = Event.objects.count()
    assert act(alice, "done", id, "a1").json() == first == {"ok": True, "changed": 1, "ids": [id]}
    assert Event.objects.count() == told
    assert act(alice, "done", id, "a2").json()["changed"] == 1


def test_a_key_is_its_users_alone(alice: Any, bob: Any) -> None:
    id = notify("Hello", to="all").pk
    act(alice, "done", id, "a1")
    assert act(bob, "done", id, "a1").json()["changed"] == 1


def test_what_was_refused_may_be_tried_again(alice: Any) -> None:
    notification = notify("Sign here", to=alice, acknowledge=True)
    assert code(act(alice, "done", notification.pk, "a1")) == (409, "conflict")
    inbox.acknowledge(alice, [notification.pk])
    assert act(alice, "done", notification.pk, "a1").json()["changed"] == 1


@pytest.mark.parametrize("key", ["", "x" * 65, "a b", "é".encode().decode("latin-1")])
def test_it_refuses_what_is_no_key(alice: Any, key: str) -> None:
    assert code(act(alice, "done", 1, key)) == (400, "bad_request")


def test_a_key_is_kept_for_a_day(alice: Any) -> None:
    id = notify("Hello", to=alice).pk
    act(alice, "done", id, "a1")
    inbox.undone(alice, [id])
    Answered.objects.update(at=timezone.now() - timedelta(days=2))
    assert act(alice, "done", id, "a1").json()["changed"] == 1
    Answered.objects.update(at=timezone.now() - timedelta(days=2))
    publishing.prune()
    assert not Answered.objects.exists()


def test_the_inbox_marks_as_read_what_a_filter_shows(alice: Any) -> None:
    notify("A disk", to=alice)
    notify("A bell", to=alice)
    snapshot = Api(alice).get("inbox/", q="disk").json()
    assert (snapshot["unread_here"], snapshot["unread"]) == (1, 2)
    body = {"cursor": snapshot["cursor"], "q": "disk", "level": ["info"], "view": "inbox"}
    assert Api(alice).post("inbox/read_all/", body).json()["changed"] == 1
    assert inbox.unread(alice).number == 1
    assert code(Api(alice).post("inbox/read_all/", {**body, "level": "info"})) == (
        400,
        "wrong_type",
    )
