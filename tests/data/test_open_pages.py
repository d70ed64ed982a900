"""While somebody is deleted: open pages show what a new page shows, and no process remembers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from notifications import log, notify, personal, publishing
from notifications.cursor import Cursor
from notifications.events import Entry
from notifications.models import Membership, Room
from notifications.relay.memory import Memory
from tests.oracle import page as oracle
from tests.oracle.page import Page, Stores, node
from tests.oracle.test_rooms import RoomPage

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = Path(oracle.__file__).parent


@pytest.fixture(scope="module")
def rooms() -> Iterator[Stores]:
    with node(FOLDER / "rooms.mjs") as started:
        yield started


@pytest.fixture(scope="module")
def stores() -> Iterator[Stores]:
    with node() as started:
        yield started


@pytest.mark.parametrize("posts", ["anonymise", "blank"])
def test_a_room_shows_what_a_new_page_shows(
    posts: str, rooms: Stores, alice: Any, bob: Any, den: Room
) -> None:
    for user in (alice, bob):
        asked = publishing.post(den, f"{user} asks", user=user)
        for other in (alice, bob):
            publishing.post(den, f"{other} answers", user=other, reply_to=asked.pk)
            publishing.react(den, asked.pk, "👍", True, other)
    page = RoomPage(rooms, den, [f"user.{bob.pk}", "room.den", "all"])
    personal.delete(alice, posts)
    page.check()
    assert len(page.shown["posts"]) == (6 if posts == "anonymise" else 3)
    assert {post["sender"] for post in page.shown["posts"]} <= {"", "bob"}


@pytest.mark.parametrize("posts", ["anonymise", "blank"])
def test_an_inbox_shows_what_a_new_page_shows(
    posts: str, stores: Stores, alice: Any, bob: Any, den: Room
) -> None:
    notify("From alice", to="all", sender=alice)
    notify("To both", to=[alice, bob])
    publishing.post(den, "hello @bob", user=alice)
    log.stamp()
    page = Page(stores, f"bob {posts}", bob, {})
    personal.delete(alice, posts)
    log.stamp()
    page.check()
    assert "From alice" in page.titles()
    assert [title for title in page.titles() if "alice mentioned" in title] == []


def test_a_process_forgets_what_it_remembered(alice: Any, den: Room) -> None:
    memory = Memory(1_000)
    memory.restart(log.head().cursor, [])
    publishing.post(den, "hello", user=alice)
    # That it is taken back is told to nobody else, so nothing is left of that either.
    notify("for alice alone", to=alice)
    log.stamp()

    def take() -> list[Entry]:
        entries = log.read(memory.head.seq, 100)
        memory.append(entries)
        memory.trim()
        return memory.newest(len(memory))

    assert "alice" in str(take())
    cursor = Cursor(memory.head.seq, memory.head.check)
    alice.delete()
    log.stamp()
    assert "alice" not in str(take())
    # Who asks for it is sent to the log, which has no name any more.
    assert not memory.covers(cursor)
    assert "alice" not in str(log.after(cursor))


def test_who_has_done_nothing_is_deleted_and_twice_is_once(den: Room) -> None:
    dave = get_user_model().objects.create_user("dave")
    Membership.objects.create(room=den, user=dave)
    again = get_user_model().objects.get(pk=dave.pk)
    assert set(personal.delete(dave).counts.values()) == {0}
    again.delete()
    assert not Membership.objects.filter(user_id=again.pk).exists()
