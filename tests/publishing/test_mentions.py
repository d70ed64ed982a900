"""@handle in a post: who is told of it, once, and whom one may mention."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from notifications.models import Membership, Notification, Room
from notifications.publishing import delete_post, edit_post, people, post, retract
from tests.publishing.conftest import Told


@pytest.fixture
def zoe(make_user: Any, den: Room) -> Any:
    """A member with a name of two words, and one that SQLite would not fold."""
    user = make_user("z")
    user.first_name, user.last_name = "Zoé", "Ångström"
    user.save()
    Membership.objects.create(room=den, user=user)
    return user


def mentioned() -> list[tuple[str, str]]:
    """Whom the live notifications that are no posts are for, and what they say."""
    rows = Notification.objects.filter(retracted_at=None, post=None).order_by("pk")
    return [(" ".join(row.audience), row.title) for row in rows]


def test_who_is_mentioned_is_told_with_a_link_to_the_post(
    database: str, told: Told, alice: Any, bob: Any, den: Room
) -> None:
    told()
    id = post(den, "@Bob, look at this", user=alice).pk
    _post, mention = told()
    assert mention.topics == (f"user.{bob.pk}",)
    assert mention.data["title"] == "alice mentioned you in Den"
    assert mention.data["link"] == f"/rooms/den/?at={id}"
    assert mention.data["sender"] == "alice"
    assert mention.data["inbox"] is True
    assert mention.data["post"] is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *(("@bob", 1), ("(@bob)", 1), ("@BOB!", 1), ("ask @bob.", 1), ("@bob's", 1)),
        *(("@bob @bob", 1), ("@Zoéångström", 1), ("@ZOÉÅNGSTRÖM: hi", 1), ("@bob @zoéÅngström", 2)),
        *(("bob", 0), ("me@bob", 0), ("@bobby", 0), ("@bob_2", 0), ("@ bob", 0), ("@@bob", 0)),
        *(("@alice", 0), ("@charlie", 0), ("@z", 0), ("@Zoé", 0), ("@", 0)),
    ],
)
def test_a_handle_is_a_whole_name_without_blanks(
    text: str, count: int, alice: Any, bob: Any, charlie: Any, zoe: Any, den: Room
) -> None:
    post(den, text, user=alice)
    assert len(mentioned()) == count


def test_staff_are_mentioned_too_and_the_inactive_are_not(
    alice: Any, bob: Any, charlie: Any, den: Room
) -> None:
    charlie.is_staff, bob.is_active = True, False
    for user in (charlie, bob):
        user.save()
    post(den, "@bob @charlie", user=alice)
    assert [to for to, _title in mentioned()] == [f"user.{charlie.pk}"]


def test_who_does_not_belong_to_a_room_mentions_nobody(
    alice: Any, charlie: Any, lobby: Room
) -> None:
    Membership.objects.create(room=lobby, user=alice)
    post(lobby, "@alice", name="Dora")
    post(lobby, "@alice", user=charlie)
    assert mentioned() == []


def test_an_edit_tells_only_whom_it_mentions_anew(
    alice: Any, bob: Any, zoe: Any, den: Room
) -> None:
    id = post(den, "@bob", user=alice).pk
    first = mentioned()
    edit_post(den, id, "@bob and @ZoéÅngström", alice)
    both = mentioned()
    assert both[:1] == first
    assert [to for to, _title in both] == [f"user.{bob.pk}", f"user.{zoe.pk}"]
    edit_post(den, id, "@ZoéÅngström", alice)
    assert mentioned() == both[1:]
    edit_post(den, id, "@bob once more", alice)
    assert mentioned() == []


@pytest.mark.parametrize("how", ["delete_post", "retract", "delete", "room"])
def test_a_mention_goes_with_its_post(how: str, alice: Any, bob: Any, den: Room) -> None:
    notification = post(den, "@bob", user=alice)
    assert len(mentioned()) == 1
    if how == "delete_post":
        delete_post(den, notification.pk, alice)
    elif how == "retract":
        retract(notification)
    elif how == "room":
        den.delete()
    else:
        notification.delete()
    assert mentioned() == []


def test_long_names_fit_into_a_title(alice: Any, bob: Any, den: Room) -> None:
    alice.first_name, alice.last_name = "a" * 150, "b" * 150
    alice.save()
    Room.objects.update(name="d" * 80)
    den.refresh_from_db()
    post(den, "@bob", user=alice)
    assert len(mentioned()) == 1


def test_a_post_mentions_at_most_twenty(make_user: Any, alice: Any, den: Room) -> None:
    for number in range(25):
        Membership.objects.create(room=den, user=make_user(f"member{number}"))
    post(den, " ".join(f"@member{number}" for number in range(25)), user=alice)
    assert len(mentioned()) == 20


def test_it_finds_people_by_the_beginning_of_a_name(
    alice: Any, bob: Any, charlie: Any, zoe: Any, den: Room
) -> None:
    everybody = [{"name": "bob", "handle": "bob"}, {"name": "Zoé Ångström",
                 "handle": "ZoéÅngström"}]  # fmt: skip
    assert people(den, alice) == everybody
    assert people(den, alice, "BO") == everybody[:1]
    for q in ("zo", "Zoéå", "ång", "ZOÉ Å"):
        assert people(den, alice, q) == everybody[1:]
    for user in (charlie, None, AnonymousUser()):
        assert people(den, user) == []
    charlie.is_staff = True
    assert {each["name"] for each in people(den, charlie)} == {"alice", "bob", "Zoé Ångström"}


def test_it_names_eight_people_and_no_address(make_user: Any, alice: Any, den: Room) -> None:
    for number in range(12):
        Membership.objects.create(room=den, user=make_user(f"m{number}@example.org"))
    found = people(den, alice, "m")
    assert len(found) == 8
    assert "example" not in str(found)
