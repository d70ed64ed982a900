"""post(): who may post where, and what becomes of it."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from notifications.errors import BadNotification, Forbidden, NotFound
from notifications.models import Notification, Room
from notifications.publishing import post
from tests.publishing.conftest import Told


def test_a_post_is_a_notification_to_the_room(
    database: str, told: Told, alice: Any, den: Room
) -> None:
    told()
    notification = post(den, "Hello *all*", user=alice)
    (event,) = told()
    assert event.topics == ("room.den",)
    assert (event.data["title"], event.data["text"], event.data["sender"]) == (
        "",
        "Hello all",
        "alice",
    )
    assert notification.inbox
    assert notification.sender == alice


@pytest.mark.parametrize("visitor", [None, AnonymousUser()])
def test_a_visitor_posts_where_visitors_may(visitor: Any, told: Told, lobby: Room) -> None:
    told()  # that it was opened
    assert not post(lobby, "Hi", user=visitor, name="Zoé\n\u202e").inbox
    post(lobby, "Hi")
    assert [event.data["sender"] for event in told()] == ["Zoé", "anonymous"]


def test_an_outsider_does_not_learn_that_a_room_exists(charlie: Any, den: Room) -> None:
    for user in (charlie, None):
        with pytest.raises(NotFound):
            post(den, "Hi", user=user)


@pytest.mark.parametrize(
    "flags",
    [{"is_closed": True}, {"announcement_only": True}, {"anonymous_posts": False}],
    ids=lambda flags: next(iter(flags)),
)
def test_who_sees_a_room_may_not_always_post(
    flags: dict[str, bool], charlie: Any, lobby: Room
) -> None:
    Room.objects.filter(pk=lobby.pk).update(**flags)
    lobby.refresh_from_db()
    with pytest.raises(Forbidden):
        post(lobby, "Hi", user=charlie)
    assert not Notification.objects.exists()


def test_staff_announce(charlie: Any, lobby: Room) -> None:
    charlie.is_staff = True
    lobby.announcement_only = True
    assert post(lobby, "Hi", user=charlie).pk
    lobby.is_closed = True
    with pytest.raises(Forbidden):
        post(lobby, "Hi", user=charlie)


@pytest.mark.parametrize("text", ["", "  \n ", "\u202e", "x" * 4001])
def test_it_refuses_an_empty_or_a_long_text(text: str, alice: Any, den: Room) -> None:
    with pytest.raises(BadNotification):
        post(den, text, user=alice)
