"""Slow mode: each author waits between two posts."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from notifications.errors import BadRequest, Forbidden, TooMany
from notifications.models import Membership, Notification, Room
from notifications.publishing import delete_post, edit_post, moderate, post
from tests.publishing.conftest import Told
from tests.support.threads import at_once

VISITOR = "0123456789abcdef"


@pytest.fixture
def slow(den: Room) -> Room:
    den.slow_seconds = 60
    den.save()
    return den


def later(seconds: int) -> None:
    """Let time pass for what was posted so far."""
    Notification.objects.update(published_at=F("published_at") - timedelta(seconds=seconds))


def test_an_author_waits_and_the_others_do_not(
    database: str, alice: Any, bob: Any, slow: Room
) -> None:
    post(slow, "one", user=alice)
    later(20)
    with pytest.raises(TooMany) as refused:
        post(slow, "two", user=alice)
    assert refused.value.code == "slow_mode"
    assert 30 < (refused.value.retry_after or 0) <= 40
    post(slow, "from bob", user=bob)
    later(45)
    assert post(slow, "two", user=alice)


def test_a_deletion_gains_nothing_and_an_edit_costs_nothing(alice: Any, slow: Room) -> None:
    id = post(slow, "one", user=alice).pk
    edit_post(slow, id, "two", alice)
    delete_post(slow, id, alice)
    with pytest.raises(TooMany):
        post(slow, "three", user=alice)


def test_staff_do_not_wait(alice: Any, slow: Room) -> None:
    alice.is_staff = True
    assert [post(slow, text, user=alice).body for text in ("one", "two")] == ["one", "two"]


def test_a_visitor_waits_by_the_session(lobby: Room) -> None:
    Room.objects.update(slow_seconds=60)
    lobby.refresh_from_db()
    post(lobby, "one", visitor=VISITOR)
    with pytest.raises(TooMany):
        post(lobby, "two", visitor=VISITOR)
    assert post(lobby, "from another", visitor="another")


def test_what_is_sent_again_need_not_wait(alice: Any, slow: Room) -> None:
    ids = {post(slow, "once", user=alice, key="0123456789").pk for _ in range(3)}
    assert len(ids) == 1


def test_of_two_at_the_same_moment_one_comes_too_soon(
    database: str, alice: Any, slow: Room
) -> None:
    def send(key: str) -> int:
        try:
            return int(post(slow, "now", user=alice, key=key).pk)
        except TooMany:
            return 0

    different = at_once(*(lambda key=key: send(key) for key in ("a" * 10, "b" * 10, "c" * 10)))
    assert sorted(map(bool, different)) == [False, False, True]
    later(100)
    same = set(at_once(*[lambda: send("the-same-key")] * 3))
    assert len(same) == 1
    assert same != {0}


def test_staff_set_it_and_the_room_is_told(told: Told, alice: Any, charlie: Any, den: Room) -> None:
    charlie.is_staff = True
    charlie.save()
    told()
    for seconds in (30, 30, 0):
        moderate(den, "slow", charlie, seconds=seconds)
    assert [event.data["slow_seconds"] for event in told()] == [30, 0]
    with pytest.raises(Forbidden):
        moderate(den, "slow", alice, seconds=30)
    for wrong in (-1, 3601, None):
        with pytest.raises(BadRequest):
            moderate(den, "slow", charlie, seconds=wrong)
    with pytest.raises(BadRequest):
        moderate(den, "close", charlie, seconds=30)
    with pytest.raises(BadRequest):
        moderate(den, "slow", charlie, Membership.objects.count(), seconds=3)
    assert not Room.objects.filter(is_closed=True).exists()
