"""Followed texts: one card for a key of a topic, its versions, and who sees it."""

from typing import Any

import orjson
import pytest
from django.db import connections, transaction
from django.utils import timezone

from notifications import following, log
from notifications.conf import options
from notifications.errors import BadAudience, BadRequest
from notifications.models import FollowedText, Membership, Room
from notifications.testing import stamped_events
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def den(alice: Any) -> Room:
    """A room of alice's."""
    room = Room.objects.create(slug="den", name="Den")
    Membership.objects.create(room=room, user=alice)
    return room


def told(entries: list[Any]) -> list[dict[str, Any]]:
    return [orjson.loads(entry.data) for entry in entries if entry.type == "text.changed"]


def test_it_tells_a_new_text_with_its_first_version(den: Room) -> None:
    with stamped_events() as entries:
        card = following.tell(den, "hello", key="notes", name="notes.md")
    assert card is not None
    (entry,) = [entry for entry in entries if not entry.internal]
    assert (entry.type, entry.topics) == ("text.changed", ("room.den",))
    data = orjson.loads(entry.data)
    assert data.pop("changed_at").endswith("Z")
    assert data == {
        "id": card.pk, "key": "notes", "name": "notes.md", "version": 1, "text": "hello",
    }  # fmt: skip


def test_it_tells_a_version_only_where_something_has_changed(den: Room) -> None:
    with stamped_events() as entries:
        for text in ("one", "one", "", "", "one"):
            following.tell(den, text, key="notes")
    assert [(each["version"], each["text"]) for each in told(entries)] == [
        (1, "one"), (2, ""), (3, "one"),
    ]  # fmt: skip
    assert FollowedText.objects.get().version == 3


def test_an_empty_text_is_a_first_version_too(den: Room) -> None:
    with stamped_events() as entries:
        following.tell(den, "", key="notes")
    assert [each["version"] for each in told(entries)] == [1]


def test_the_same_key_of_another_topic_is_another_card(den: Room, alice: Any) -> None:
    for to in (den, alice, "all"):
        following.tell(to, "hello", key="notes")
    assert FollowedText.objects.count() == 3


def test_nothing_is_told_of_what_is_rolled_back(den: Room) -> None:
    with stamped_events() as entries, transaction.atomic():
        following.tell(den, "hello", key="notes")
        transaction.set_rollback(True)
    assert told(entries) == []
    assert not FollowedText.objects.exists()


def test_it_shows_a_reader_what_she_may_read(den: Room, alice: Any, bob: Any) -> None:
    lobby = Room.objects.create(slug="lobby", name="Lobby", is_public=True)
    for to in (den, lobby, bob, "all"):
        following.tell(to, "hello", key=f"for {to}")
    keys = {
        who: [card["key"] for card in following.texts(who, asked)["texts"]]
        for who, asked in ((alice, ()), (bob, ("room.lobby", "room.den")), (None, ("all",)))
    }
    assert keys == {
        alice: ["for all", "for Den"],
        bob: ["for all", "for bob", "for Lobby"],
        None: ["for Lobby"],
    }


def test_a_card_names_its_topic_unless_that_is_a_person(den: Room, alice: Any) -> None:
    for to in (den, alice):
        following.tell(to, "hello", key=str(to))
    topics = {card["key"]: card["topic"] for card in following.texts(alice)["texts"]}
    assert topics == {"Den": "room.den", "alice": None}


def test_the_snapshot_is_what_the_events_say(den: Room, alice: Any) -> None:
    with stamped_events() as entries:
        for text in ("one", "two"):
            card = following.tell(den, text, key="notes")
    assert card is not None
    page = following.texts(alice)
    assert page["texts"] == [{**told(entries)[-1], "topic": "room.den"}]
    assert page["cursor"] == str(log.head().cursor)


def test_it_removes_a_card_once(den: Room, alice: Any) -> None:
    with stamped_events() as entries:
        card = following.tell(den, "hello", key="notes")
        assert following.remove(den, key="notes")
        assert not following.remove(den, key="notes")
    assert card is not None
    assert orjson.loads(entries[-1].data) == {"id": card.pk, "key": "notes"}
    assert following.texts(alice)["texts"] == []


def test_with_a_room_go_its_cards_and_what_was_told_of_them(den: Room, bob: Any) -> None:
    with stamped_events():
        following.tell(den, "a secret", key="notes")
    with stamped_events():
        den.delete()
    Room.objects.create(slug="den", name="Another", is_public=True)
    assert following.texts(bob, ["room.den"])["texts"] == []
    assert "a secret" not in str(log.read(0, 100))


def test_a_long_text_is_cut(den: Room) -> None:
    card = following.tell(den, "x" * (options.BODY_CHARACTERS + 1), key="notes", name="n" * 200)
    assert card is not None
    assert (len(card.text), card.text[-2:]) == (options.BODY_CHARACTERS, "x…")
    assert len(card.name) == 120


def test_what_cannot_be_seen_is_taken_out(den: Room) -> None:
    card = following.tell(den, "a\0b\x1b[31m\u202ec\n\td\r\ne", key="notes")
    assert card is not None
    assert card.text == "ab[31mc\n\td\ne"


@pytest.mark.parametrize("key", ["", " a", "a\nb", "a\0", "k" * 101])
def test_a_key_is_one_short_line(key: str, den: Room) -> None:
    with pytest.raises(BadRequest):
        following.tell(den, "hello", key=key)


@pytest.mark.parametrize("to", ["room:nowhere", ["all", "room:den"], [], "order.7"])
def test_it_needs_one_topic_that_exists(to: Any, den: Room) -> None:
    with pytest.raises(BadAudience):
        following.tell(to, "hello", key="notes")


def test_a_page_has_a_hundred_cards_the_newest(alice: Any) -> None:
    FollowedText.objects.bulk_create(
        FollowedText(topic="all", key=str(n), name=str(n), version=1, changed_at=timezone.now())
        for n in range(101)
    )
    following.tell("all", "new", key="new")
    shown = [card["key"] for card in following.texts(alice)["texts"]]
    assert len(shown) == 100
    assert "new" in shown


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_card_at_once_tell_each_version_once(database: str) -> None:
    def write(number: int) -> None:
        for turn in range(5):
            following.tell("all", f"{number}-{turn}", key="notes")

    at_once(*[lambda number=number: write(number) for number in range(4)])
    log.stamp()
    versions = [each["version"] for each in told(log.read(0, 100))]
    assert versions == list(range(1, 21))
    assert connections[options.DATABASE].vendor == database
