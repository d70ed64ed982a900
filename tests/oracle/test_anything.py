"""A snapshot and the events since are what a fresh snapshot is, for whatever comes by chance.

`ORACLE_SEEDS=200` tries as many sequences instead of two.
"""

import os
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.utils import timezone

from notifications import inbox, notify, preferences, publishing
from notifications.errors import NoticeboardError
from notifications.models import Notification, Room
from tests.oracle.page import VIEWS, Open, head

STEPS = 60


@pytest.mark.parametrize("seed", range(int(os.environ.get("ORACLE_SEEDS", "2"))))
def test_it_holds_after_anything(
    seed: int,
    database: str,
    alice: Any,
    bob: Any,
    charlie: Any,
    ops: Group,
    lobby: Room,
    den: Room,
    open_page: Open,
) -> None:
    chance = random.Random(seed)
    users = (alice, bob, charlie)
    pages = [open_page(user) for user in (*users, AnonymousUser())]
    pages += [open_page(alice, view=view) for view in VIEWS[1:]]
    pages += [open_page(alice, limit=3), open_page(bob, levels=["critical"], limit=4)]
    done = []
    for _step in range(STEPS):
        done.append(_anything(chance, users, [ops, lobby, den, "all", *users]))
        for page in chance.sample(pages, 3):
            try:
                page.check()
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, after {done}") from error
    for page in pages:
        page.check()


def _anything(chance: random.Random, users: tuple[Any, ...], audiences: list[Any]) -> str:
    """Do one thing that a site does; what the site refuses is a thing, too."""
    user = chance.choice(users)
    some = list(Notification.objects.values_list("pk", flat=True))
    ids = chance.sample(some, min(len(some), chance.randint(1, 3)))
    to = chance.sample(audiences, chance.randint(1, 2))
    soon = timezone.now() + timedelta(milliseconds=chance.choice([100, 400, 10**7]))
    level = chance.choice(["info", "critical"])
    things: dict[str, Callable[[], Any]] = {
        "notify": lambda: notify("n", to=to, level=level, acknowledge=chance.random() < 0.2),
        "notify with an end": lambda: notify("e", to=to, level=level, expires=soon),
        "notify at a place": lambda: notify("p", to="all", replace_key="disk", level=level),
        "notify later": lambda: notify("l", to=to, at=soon),
        "edit": lambda: publishing.edit(ids[0], title=f"edited {chance.random()}", level=level),
        "end": lambda: publishing.edit(ids[0], expires=soon),
        "retract": lambda: publishing.retract(ids[0]),
        "audience": lambda: publishing.set_audience(ids[0], to),
        "post": lambda: publishing.post(chance.choice(Room.objects.all()), "hi", user=user),
        "read": lambda: inbox.read(user, ids),
        "unread": lambda: inbox.mark_unread(user, ids),
        "seen": lambda: inbox.seen(user, head()),
        "read all": lambda: inbox.read_all(user, head()),
        "done": lambda: inbox.done(user, ids),
        "undone": lambda: inbox.undone(user, ids),
        "snooze": lambda: inbox.snooze(user, ids, soon),
        "unsnooze": lambda: inbox.unsnooze(user, ids),
        "acknowledge": lambda: inbox.acknowledge(user, ids),
        "room level": lambda: preferences.change(
            user, {"rooms": {"lobby": chance.choice([None, "all", "mentions", "none"])}}
        ),
        "join or leave": lambda: chance.choice([user.groups.add, user.groups.remove])(audiences[0]),
    }
    name = chance.choice(["notify", *things])
    try:
        things[name]()
    except (NoticeboardError, IndexError) as error:
        return f"{name} refused: {error}"
    return f"{name} of {user} on {ids} to {[str(each) for each in to]}"
