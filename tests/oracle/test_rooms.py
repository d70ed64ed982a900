"""A room's page that follows the events shows what a page shows that was loaded just now."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group

from notifications import inbox, log, notify, publishing
from notifications.cursor import Cursor
from notifications.errors import NotFound
from notifications.models import Membership, Post, Room
from notifications.posts import REACTIONS
from notifications.publishing import delete_post, edit_post, moderate, post, react
from tests.oracle.page import Stores, node
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

Said = dict[str, Any]
Step = Callable[[Room, Any, list[int]], Any]
TURNS = 15


@pytest.fixture(scope="module")
def stores() -> Iterator[Stores]:
    with node(Path(__file__).with_name("rooms.mjs")) as started:
        yield started


class RoomPage:
    """One open page of a room, of somebody who has these topics."""

    def __init__(self, stores: Stores, room: Room, topics: list[str]) -> None:
        self.stores = stores
        self.room = room
        self.topics = topics
        self.resyncs = 0
        self.shown = self.do("create", snapshot=self.snapshot(), topic=f"room.{room.slug}")

    def do(self, do: str, **fields: Any) -> Said:
        return self.stores.do("", do, **fields)

    def snapshot(self) -> Said:
        page: Said = json.loads(json.dumps(inbox.room_posts(self.room, limit=100)))
        return page

    def check(self) -> None:
        log.stamp()
        entries = log.after(Cursor.parse(self.shown["cursor"]), self.topics)
        self.shown = self.do("apply", events=[json.loads(entry.wire()) for entry in entries])
        if self.shown["resync"]:
            self.resyncs += 1
            self.shown = self.do("replace", snapshot=self.snapshot())
        fresh = self.snapshot()
        assert _as_told(self.shown["posts"]) == fresh["posts"][::-1]
        assert _as_told(self.shown["pinned"]) == fresh["pinned"]
        pinned = {each["id"] for each in self.shown["posts"] if each["pinned"]}
        assert pinned == {each["id"] for each in fresh["pinned"]}


def _as_told(posts: list[Said]) -> list[Said]:
    """Posts without what the store adds."""
    return [{k: v for k, v in each.items() if k != "pinned"} for each in posts]


def answer(room: Room, user: Any, id: int, text: str = "indeed") -> int:
    return post(room, text, user=user, reply_to=id).pk


STEPS: dict[str, list[Step]] = {
    "post": [lambda room, user, ids: post(room, "*more*", user=user)],
    "post again": [
        lambda room, user, ids: post(room, "one", user=user, key="0123456789"),
        lambda room, user, ids: post(room, "two", user=user, key="0123456789"),
    ],
    "visitor": [lambda room, user, ids: post(room, "hello", name="Dora")],
    "delete": [lambda room, user, ids: moderate(room, "delete", user, ids[1])],
    "pin": [
        lambda room, user, ids: moderate(room, "pin", user, ids[0]),
        lambda room, user, ids: moderate(room, "pin", user, ids[2]),
        lambda room, user, ids: moderate(room, "unpin", user, ids[0]),
        lambda room, user, ids: moderate(room, "delete", user, ids[2]),
    ],
    "edit": [
        lambda room, user, ids: moderate(room, "pin", user, ids[0]),
        lambda room, user, ids: publishing.edit(ids[0], body="in other words"),
    ],
    "to several": [
        lambda room, user, ids: notify("Both", to=["group:ops", room]),
        lambda room, user, ids: notify("Mine", to=user),
        lambda room, user, ids: notify("Elsewhere", to="all"),
    ],
    "another audience": [
        lambda room, user, ids: publishing.set_audience(ids[0], ["group:ops"]),
        lambda room, user, ids: publishing.set_audience(ids[1], [room, "group:ops"]),
        lambda room, user, ids: publishing.set_audience(ids[0], [room]),
    ],
    "replace": [
        lambda room, user, ids: notify("50 %", to=room, replace_key="disk"),
        lambda room, user, ids: notify("60 %", to=room, replace_key="disk"),
    ],
    "reply": [
        lambda room, user, ids: answer(room, user, ids[0]),
        lambda room, user, ids: answer(room, user, ids[0], "*again* " * 40),
        lambda room, user, ids: answer(room, user, post(room, "word " * 99, user=user).pk),
        lambda room, user, ids: answer(room, user, notify("A title " * 9, to=room).pk),
    ],
    "edit what is answered": [
        lambda room, user, ids: answer(room, user, ids[0]),
        lambda room, user, ids: edit_post(room, ids[0], "𝕏😀é " * 60, user),
        lambda room, user, ids: edit_post(room, ids[0], "x" * 119 + " y" * 50, user),
        lambda room, user, ids: edit_post(room, ids[0], "short", user),
    ],
    "delete what is answered": [
        lambda room, user, ids: answer(room, user, ids[0]),
        lambda room, user, ids: answer(room, user, ids[1]),
        lambda room, user, ids: delete_post(room, ids[0], user),
        lambda room, user, ids: publishing.retract(ids[1]),
    ],
    "delete it before the page has heard of the answer": [
        lambda room, user, ids: (
            answer(room, user, ids[0]),
            edit_post(room, ids[0], "a secret", user),
            delete_post(room, ids[0], user),
        ),
    ],
    "move what is answered": [
        lambda room, user, ids: answer(room, user, ids[0]),
        lambda room, user, ids: publishing.set_audience(ids[0], ["group:ops"]),
        lambda room, user, ids: publishing.set_audience(ids[0], [room, "group:ops"]),
        lambda room, user, ids: publishing.set_audience(ids[0], [room]),
    ],
    "react": [
        lambda room, user, ids: react(room, ids[0], "👍", True, user),
        lambda room, user, ids: react(room, ids[0], "🎉", True, user),
        lambda room, user, ids: react(room, ids[0], "👍", True, None, "0123456789abcdef"),
        lambda room, user, ids: moderate(room, "pin", user, ids[0]),
        lambda room, user, ids: react(room, ids[0], "👍", False, user),
        lambda room, user, ids: edit_post(room, ids[0], "otherwise", user),
        lambda room, user, ids: react(room, ids[0], "🎉", False, user),
    ],
    "react to what goes": [
        lambda room, user, ids: (
            react(room, ids[1], "👀", True, user),
            delete_post(room, ids[1], user),
        ),
    ],
    "slow": [lambda room, user, ids: moderate(room, "slow", user, seconds=30)],
    "room": [lambda room, user, ids: moderate(room, "announce", user)],
}


@pytest.mark.parametrize("name", STEPS)
def test_it_shows_what_a_new_page_shows(name: str, stores: Stores, alice: Any) -> None:
    alice.is_staff = True
    alice.save()
    ops = Group.objects.create(name="ops")
    ops.user_set.add(alice)
    room = Room.objects.create(slug="lobby", name="Lobby", is_public=True, anonymous_posts=True)
    Membership.objects.create(room=room, user=alice)
    ids = [post(room, text, user=alice).pk for text in ("first", "second", "third")]
    topics = ["all", f"user.{alice.pk}", f"group.{ops.pk}", "room.lobby"]
    page = RoomPage(stores, room, topics)
    for step in STEPS[name]:
        step(room, alice, ids)
        page.check()
    assert page.resyncs <= len(STEPS[name])


def test_it_holds_while_many_speak_at_once(database: str, stores: Stores, alice: Any) -> None:
    room = Room.objects.create(slug="lobby", name="Lobby", is_public=True, anonymous_posts=True)
    Membership.objects.create(room=room, user=alice)
    ids = [post(room, str(number), user=alice).pk for number in range(6)]
    page = RoomPage(stores, room, ["room.lobby"])

    def speak(seed: int) -> None:
        chance = random.Random(seed)
        for turn in range(TURNS):
            id, visitor = chance.choice(ids), f"{seed:016}"
            with suppress(NotFound):
                match chance.choice(["answer", "answer", "edit", "react", "delete"]):
                    case "answer":
                        post(room, f"{seed}.{turn}", visitor=visitor, reply_to=id)
                    case "edit":
                        edit_post(room, id, f"{seed}.{turn} in other words", alice)
                    case "react":
                        emoji = chance.choice(REACTIONS)
                        react(room, id, emoji, chance.random() < 0.7, None, visitor)
                    case "delete" if chance.random() < 0.4:
                        delete_post(room, id, alice)

    at_once(*(lambda seed=seed: speak(seed) for seed in range(4)))
    page.check()
    assert Post.objects.exclude(reply_to=None).exists()
