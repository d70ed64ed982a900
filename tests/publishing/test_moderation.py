"""moderate(): staff pin, delete and mute; who is muted may not post."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications.errors import BadRequest, Conflict, Forbidden, NotFound
from notifications.models import Mute, Room
from notifications.publishing import moderate, notify, pinned_ids, post
from notifications.publishing.moderation import MOST_PINS
from tests.publishing.conftest import Told


@pytest.fixture
def moderator(charlie: Any) -> Any:
    charlie.is_staff = True
    charlie.save()
    return charlie


def test_it_pins_and_unpins(
    database: str, told: Told, moderator: Any, alice: Any, den: Room
) -> None:
    first, second = (post(den, text, user=alice).pk for text in ("one", "two"))
    told()
    for do, id in (("pin", first), ("pin", second), ("pin", first), ("unpin", second)):
        moderate(den, do, moderator, id)
    assert [event.data["ids"] for event in told()] == [[first], [second, first], [first]]
    assert pinned_ids(den) == [first]


def test_a_deleted_post_is_not_pinned_any_more(moderator: Any, alice: Any, den: Room) -> None:
    one = post(den, "one", user=alice).pk
    moderate(den, "pin", moderator, one)
    moderate(den, "delete", moderator, one)
    assert pinned_ids(den) == []
    with pytest.raises(NotFound):
        moderate(den, "pin", moderator, one)


def test_it_pins_only_so_many(moderator: Any, alice: Any, den: Room) -> None:
    ids = [post(den, str(number), user=alice).pk for number in range(MOST_PINS + 1)]
    for id in ids[:-1]:
        moderate(den, "pin", moderator, id)
    with pytest.raises(Conflict):
        moderate(den, "pin", moderator, ids[-1])


def test_it_pins_what_was_said_to_the_room_by_other_means(moderator: Any, den: Room) -> None:
    said = notify("From a script", to=den)
    moderate(den, "pin", moderator, said.pk)
    assert pinned_ids(den) == [said.pk]
    with pytest.raises(Conflict):
        moderate(den, "mute", moderator, said.pk)


def test_it_mutes_a_user_for_a_while(moderator: Any, alice: Any, bob: Any, den: Room) -> None:
    said = post(den, "loud", user=alice).pk
    moderate(den, "mute", moderator, said)
    with pytest.raises(Forbidden):
        post(den, "louder", user=alice)
    assert post(den, "not me", user=bob)
    moderate(den, "unmute", moderator, said)
    assert post(den, "quiet", user=alice)
    Mute.objects.create(
        room=den, author=f"user.{alice.pk}", until=timezone.now() - timedelta(seconds=1)
    )
    assert post(den, "it is over", user=alice)


def test_it_mutes_one_visitor_and_not_the_next(moderator: Any, lobby: Room) -> None:
    said = post(lobby, "loud", name="Dora", visitor="aaaa").pk
    moderate(lobby, "mute", moderator, said)
    with pytest.raises(Forbidden):
        post(lobby, "louder", name="Somebody else", visitor="aaaa")
    assert post(lobby, "hello", visitor="bbbb")
    assert post(lobby, "hello")


@pytest.mark.parametrize(
    ("do", "field", "value"),
    [
        ("close", "is_closed", True),
        ("open", "is_closed", False),
        ("announce", "announcement_only", True),
        ("discuss", "announcement_only", False),
    ],
)
def test_it_changes_the_room(
    do: str, field: str, value: bool, told: Told, moderator: Any, den: Room
) -> None:
    Room.objects.filter(pk=den.pk).update(**{field: not value})
    told()
    moderate(den, do, moderator)
    moderate(den, do, moderator)
    changes = [event.data for event in told() if event.type == "room.changed"]
    assert [change[field] for change in changes] == [value]


def test_only_staff_moderate(alice: Any, den: Room) -> None:
    said = post(den, "mine", user=alice).pk
    for user in (alice, None):
        with pytest.raises(Forbidden):
            moderate(den, "delete", user, said)


def test_a_post_of_another_room_is_none(moderator: Any, alice: Any, den: Room, lobby: Room) -> None:
    said = post(den, "here", user=alice).pk
    for do in ("pin", "delete", "mute"):
        with pytest.raises(NotFound):
            moderate(lobby, do, moderator, said)


@pytest.mark.parametrize(("do", "with_post"), [("pin", False), ("close", True), ("burn", False)])
def test_it_refuses_what_cannot_be_meant(
    do: str, with_post: bool, moderator: Any, alice: Any, den: Room
) -> None:
    said = post(den, "one", user=alice).pk
    with pytest.raises(BadRequest):
        moderate(den, do, moderator, said if with_post else None)


def test_a_key_makes_one_post_of_many_tries(
    database: str, told: Told, alice: Any, bob: Any, den: Room
) -> None:
    told()
    first = post(den, "once", user=alice, key="0123456789abcdef")
    again = post(den, "in other words", user=alice, key="0123456789abcdef")
    assert first.pk == again.pk
    assert [event.data["text"] for event in told()] == ["once"]
    assert post(den, "bob's own", user=bob, key="0123456789abcdef").pk != first.pk


def test_a_try_again_is_answered_though_the_room_has_been_closed(alice: Any, den: Room) -> None:
    first = post(den, "once", user=alice, key="0123456789abcdef")
    Room.objects.filter(pk=den.pk).update(is_closed=True)
    den.refresh_from_db()
    assert post(den, "once", user=alice, key="0123456789abcdef").pk == first.pk


@pytest.mark.parametrize("key", ["short", "x" * 65, "with space", "ключключ", "12345678\n"])
def test_it_refuses_a_key_that_is_none(key: str, alice: Any, den: Room) -> None:
    with pytest.raises(BadRequest):
        post(den, "Hi", user=alice, key=key)
