"""All posts of a room, mentions only, or nothing: what a member has chosen decides who is told."""

from typing import Any

import pytest

from notifications import preferences
from notifications.models import Membership, Notification, Room
from notifications.publishing import delete_post, edit_post, post


def told() -> list[tuple[str, str]]:
    """Whom the live notifications that are no posts are for, and what they say."""
    rows = Notification.objects.filter(retracted_at=None, post=None).order_by("pk")
    return [(" ".join(row.audience), row.title) for row in rows]


@pytest.fixture
def quiet(den: Room, bob: Any) -> Room:
    """The den, whose posts enter no inbox by themselves."""
    Room.objects.filter(pk=den.pk).update(notify="none")
    assert Membership.objects.filter(room=den, user=bob).exists()
    return Room.objects.get(pk=den.pk)


def test_who_wants_all_posts_of_a_quiet_room_is_told_of_each(
    alice: Any, bob: Any, quiet: Room
) -> None:
    preferences.change(bob, {"rooms": {"den": "all"}})
    preferences.change(alice, {"rooms": {"den": "all"}})
    said = post(quiet, "hello", user=alice)
    assert told() == [(f"user.{bob.pk}", "alice posted in Den")]
    edit_post(quiet, said.pk, "hello @bob", user=alice)
    assert len(told()) == 1
    delete_post(quiet, said.pk, user=alice)
    assert told() == []
    post(quiet, "see this, @bob", user=alice)
    assert told() == [(f"user.{bob.pk}", "alice mentioned you in Den")]


def test_who_wants_mentions_only_or_has_chosen_nothing_is_told_of_those(
    alice: Any, bob: Any, quiet: Room
) -> None:
    for level in (None, "mentions"):
        preferences.change(bob, {"rooms": {"den": level}})
        before = len(told())
        post(quiet, "hello", user=alice)
        assert len(told()) == before
        post(quiet, "hello @bob", user=alice)
        assert len(told()) == before + 1


def test_who_wants_nothing_of_a_room_is_not_mentioned_there(
    alice: Any, bob: Any, quiet: Room, settings: Any
) -> None:
    preferences.change(bob, {"rooms": {"den": "none"}})
    post(quiet, "hello @bob", user=alice)
    assert told() == []
    settings.NOTICEBOARD = {"MANDATORY": ("room.den",)}
    post(quiet, "hello @bob", user=alice)
    assert told() == [(f"user.{bob.pk}", "alice mentioned you in Den")]


def test_a_room_that_tells_all_by_itself_tells_nobody_twice(
    alice: Any, bob: Any, den: Room
) -> None:
    Room.objects.filter(pk=den.pk).update(notify="all")
    preferences.change(bob, {"rooms": {"den": "all"}})
    post(Room.objects.get(pk=den.pk), "hello", user=alice)
    assert told() == []
