"""A member who wants mentions or nothing of a room has its posts in no view, on open pages too."""

from typing import Any

import pytest
from django.contrib.auth.models import Group

from notifications import inbox, notify, preferences, publishing
from notifications.models import Room
from tests.oracle.page import VIEWS, Open, head


@pytest.mark.parametrize("level", ["mentions", "none"])
def test_it_holds_while_the_level_of_a_room_changes(
    level: str,
    database: str,
    alice: Any,
    bob: Any,
    ops: Group,
    lobby: Room,
    open_page: Open,
) -> None:
    pages = [open_page(alice), open_page(bob), open_page(alice, topic="room.lobby")]
    pages += [open_page(alice, view=view) for view in VIEWS[1:]]

    def check(expected: list[str]) -> None:
        for page in pages:
            page.check()
        assert pages[0].titles() == expected

    first = publishing.post(lobby, "first", user=alice).pk
    done = notify("done", to=lobby).pk
    inbox.done(alice, [done])
    check([""])
    preferences.change(alice, {"rooms": {"lobby": level}})
    check([])
    notify("second", to=lobby)
    publishing.edit(first, body="edited")
    check([])
    notify("third", to=[lobby, "all"])
    notify("fourth", to=[lobby, ops])
    notify("fifth", to=[lobby, bob])
    notify("to alice", to=alice)
    check(["to alice", "fourth", "third"])
    inbox.read_all(alice, head())
    preferences.change(alice, {"density": "compact"})
    check(["to alice", "fourth", "third"])
    preferences.change(alice, {"rooms": {"lobby": None}})
    check(["to alice", "fifth", "fourth", "third", "second", ""])
