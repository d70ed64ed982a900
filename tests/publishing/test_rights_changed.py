"""Whatever changes somebody's rights appends rights.changed, in the transaction of the change."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from notifications import notify
from notifications.models import Address, Event, EventTopic, Membership, Notification, Room
from notifications.rights import admit, session_digest
from notifications.signals import stamped
from tests.publishing.conftest import Told, rolled_back


def changes(told: Told) -> list[tuple[str, set[str]]]:
    """The reasons and the topics of what is told of rights."""
    return [
        (event.data["reason"], set(event.topics))
        for event in told()
        if event.type == "rights.changed"
    ]


def topics(*users: Any) -> set[str]:
    return {f"user.{user.pk}" for user in users}


GROUP_CHANGES: dict[str, Callable[[Any, Group], object]] = {
    "the user adds": lambda user, group: user.groups.add(group),
    "the group adds": lambda user, group: group.user_set.add(user),
    "the user sets": lambda user, group: user.groups.set([group]),
    "the group sets": lambda user, group: group.user_set.set([user]),
}


@pytest.mark.parametrize("join", GROUP_CHANGES.values(), ids=GROUP_CHANGES)
def test_joining_a_group_is_told(
    join: Callable[[Any, Group], object], told: Told, charlie: Any
) -> None:
    join(charlie, Group.objects.create(name="new"))
    assert changes(told) == [("topics", topics(charlie))]


LEAVES: dict[str, Callable[[Any, Group], object]] = {
    "the user removes": lambda user, group: user.groups.remove(group),
    "the group removes": lambda user, group: group.user_set.remove(user),
    "the user clears": lambda user, group: user.groups.clear(),
    "the user sets none": lambda user, group: user.groups.set([]),
}


@pytest.mark.parametrize("leave", LEAVES.values(), ids=LEAVES)
def test_leaving_a_group_is_told(
    leave: Callable[[Any, Group], object], told: Told, alice: Any, ops: Group
) -> None:
    told()
    leave(alice, ops)
    assert changes(told) == [("topics", topics(alice))]


def test_a_cleared_or_deleted_group_is_told_to_all_members(
    told: Told, alice: Any, bob: Any, ops: Group
) -> None:
    told()
    ops.user_set.clear()
    assert changes(told) == [("topics", topics(alice, bob))]
    ops.user_set.add(alice, bob)
    told()
    ops.delete()
    assert changes(told) == [("topics", topics(alice, bob))]


def test_a_large_group_is_told_in_few_events(told: Told, django_user_model: Any) -> None:
    users = django_user_model.objects.bulk_create(
        django_user_model(username=f"u{number}") for number in range(700)
    )
    Group.objects.create(name="big").user_set.add(*users)
    told_of = changes(told)
    assert len(told_of) == 2
    assert told_of[0][1] | told_of[1][1] == topics(*users)


def test_joining_and_leaving_a_room_is_told(
    told: Told, alice: Any, charlie: Any, den: Room
) -> None:
    assert changes(told) != []
    membership = Membership.objects.get(user=alice)
    membership.notify = "none"
    membership.save()
    assert changes(told) == []
    membership.user = charlie
    membership.save()
    assert changes(told) == [("topics", topics(alice, charlie))]
    membership.delete()
    assert changes(told) == [("topics", topics(charlie))]


def test_a_new_password_and_deactivation_are_told(database: str, told: Told, alice: Any) -> None:
    told()
    alice.set_password("another")
    alice.save()
    assert changes(told) == [("password", topics(alice))]
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    assert changes(told) == [("deactivated", topics(alice))]
    alice.is_active = True
    alice.is_staff = True
    alice.save()
    assert len(changes(told)) == 1
    alice.is_staff = False
    alice.save()
    assert changes(told) == [("topics", topics(alice))]


def test_an_ordinary_save_of_a_user_is_not_told(told: Told, alice: Any) -> None:
    alice.first_name = "Alice"
    alice.save()
    alice.save(update_fields=["last_login"])
    assert changes(told) == []


def test_logging_out_names_the_session(
    database: str, told: Told, alice: Any, client: Client
) -> None:
    client.force_login(alice)
    key = client.session.session_key
    told()
    client.logout()
    (event,) = told()
    assert event.topics == (f"user.{alice.pk}",)
    assert event.data == {"reason": "signed_out", "session": session_digest(str(key))}


def test_the_session_is_gone_when_its_end_is_told(told: Told, alice: Any, client: Client) -> None:
    client.force_login(alice)
    key = str(client.session.session_key)
    seen: list[bool] = []

    def look(**kwargs: Any) -> None:
        seen.append(admit(key).anonymous)

    stamped.connect(look)
    client.logout()
    told()
    stamped.disconnect(look)
    assert seen == [True]


def test_a_visitor_who_logs_out_is_not_told(told: Told, client: Client) -> None:
    client.logout()
    assert changes(told) == []


def test_a_deleted_user_is_told_and_forgotten(
    database: str, told: Told, alice: Any, bob: Any, den: Room
) -> None:
    alices = notify("only for alice", to=alice)
    both = notify("for both", to=[alice, bob])
    pk = alice.pk
    told()
    alice.delete()
    assert ("deleted", {f"user.{pk}"}) in changes(told)
    assert not Address.objects.filter(topic=f"user.{pk}").exists()
    assert not Notification.objects.filter(pk=alices.pk).exists()
    assert Notification.objects.get(pk=both.pk).retracted_at is None
    assert {event.data for event in Event.objects.filter(notification_id=alices.pk)} == {"{}"}


def test_a_change_that_is_rolled_back_is_not_told(
    database: str, told: Told, alice: Any, ops: Group
) -> None:
    told()
    rolled_back(alice.groups.clear)
    assert told() == []


def test_a_room_tells_its_readers_what_has_changed(told: Told, lobby: Room) -> None:
    told()  # that it was opened
    lobby.name = "Hall"
    lobby.save()
    (event,) = told()
    assert (event.type, event.topics) == ("room.changed", ("room.lobby",))
    assert event.data == {
        "slug": "lobby",
        "name": "Hall",
        "description": "",
        "is_public": True,
        "is_closed": False,
        "announcement_only": False,
        "slow_seconds": 0,
    }
    lobby.save()
    Room.objects.create(slug="new", name="New")
    assert told() == []


def test_a_new_public_room_tells_visitors_that_they_may_read_it(told: Told) -> None:
    Room.objects.create(slug="square", name="Square", is_public=True)
    Room.objects.create(slug="cellar", name="Cellar", is_public=False)
    Room.objects.create(slug="archive", name="Archive", is_public=True, is_closed=True)
    assert changes(told) == [("topics", {"room.square"})]


@pytest.mark.parametrize("change", [{"is_public": False}, {"is_closed": True}])
def test_a_room_that_closes_tells_that_its_readers_change(
    change: dict[str, bool], told: Told, lobby: Room
) -> None:
    told()  # that it was opened
    for name, value in change.items():
        setattr(lobby, name, value)
    lobby.save()
    assert [event.type for event in told()] == ["room.changed", "rights.changed"]


def test_a_deleted_room_is_forgotten(
    database: str, told: Told, alice: Any, bob: Any, den: Room
) -> None:
    post = notify("in the den", to=den)
    both = notify("also for alice", to=[den, alice])
    told()
    den.delete()
    assert changes(told) == [("topics", topics(alice, bob)), ("topics", {"room.den"})]
    assert not Address.objects.filter(topic="room.den").exists()
    assert not EventTopic.objects.filter(topic="room.den", seq__lte=2).exists()
    assert Notification.objects.get(pk=post.pk).retracted_at
    assert both.addresses.count() == 1
    Room.objects.create(slug="den", name="Another den")
    assert told() == []
