"""The posts of one room."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications import inbox, log, notify, publishing
from notifications.errors import BadRequest
from notifications.models import Room

pytestmark = pytest.mark.django_db(transaction=True)


def texts(room: Room, **page: Any) -> list[str]:
    return [post["text"] for post in inbox.room_posts(room, **page)["posts"]]


def test_it_shows_the_posts_of_a_room_newest_first(alice: Any, den: Room, loud: Room) -> None:
    for text in ("one", "two"):
        publishing.post(den, text, user=alice)
    publishing.post(loud, "elsewhere", user=alice)
    page = inbox.room_posts(den)
    assert [post["text"] for post in page["posts"]] == ["two", "one"]
    assert [post["room"] for post in page["posts"]] == ["den", "den"]
    assert (page["cursor"], page["more"]) == (str(log.head().cursor), False)


def test_it_goes_on_below_a_position(alice: Any, den: Room) -> None:
    for number in range(3):
        publishing.post(den, str(number), user=alice)
    page = inbox.room_posts(den, limit=2)
    assert page["more"]
    assert texts(den, before=page["posts"][-1]["position"]) == ["0"]


def test_it_shows_neither_what_is_retracted_nor_what_has_ended(alice: Any, den: Room) -> None:
    publishing.retract(publishing.post(den, "oops", user=alice))
    notify(body="over", to=den, expires=timezone.now() + timedelta(hours=1))
    den_now = publishing.post(den, "here", user=alice)
    type(den_now).objects.filter(body="over").update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert texts(den) == ["here"]


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_it_refuses_a_page_of_another_size(den: Room, limit: int) -> None:
    with pytest.raises(BadRequest):
        inbox.room_posts(den, limit=limit)
