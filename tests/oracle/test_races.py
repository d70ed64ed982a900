"""A snapshot and the events since are what a fresh snapshot is, however much is done at once."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import connections
from django.utils import timezone

from notifications import inbox, notify, publishing
from notifications.errors import NotFound
from tests.oracle.page import Open, head

ROUNDS = 12


def test_it_holds_while_tabs_and_staff_act_at_once(
    database: str, alice: Any, bob: Any, ops: Group, open_page: Open
) -> None:
    sent = [notify(str(number), to=["all", ops, alice][number % 3]).pk for number in range(9)]
    pages = [open_page(user, view=view) for user in (alice, bob) for view in ("inbox", "done")]
    start = threading.Barrier(4)

    def tab(user: Any, seed: int) -> None:
        chance = random.Random(seed)
        start.wait(20)
        for _round in range(ROUNDS):
            _act(user, chance.sample(sent, 3), chance)

    def staff() -> None:
        start.wait(20)
        for number, pk in enumerate(sent[:6]):
            publishing.edit(pk, title=f"edited {number}")
            notify("more", to=ops, replace_key="more")
            publishing.retract(pk)

    runs: list[Callable[[], None]] = [
        lambda: tab(alice, 1),
        lambda: tab(alice, 2),
        lambda: tab(bob, 3),
        staff,
    ]
    with ThreadPoolExecutor(len(runs)) as pool:
        for result in [pool.submit(_alone, run) for run in runs]:
            result.result(120)
    for page in pages:
        page.check()
    assert [page.resyncs for page in pages[::2]] == [0, 0]


def _act(user: Any, ids: list[int], chance: random.Random) -> None:
    act = chance.choice(
        [
            inbox.read,
            inbox.mark_unread,
            inbox.done,
            inbox.undone,
            inbox.unsnooze,
            lambda user, ids: inbox.snooze(user, ids, timezone.now() + timedelta(hours=1)),
            lambda user, ids: inbox.read_all(user, head()),
            lambda user, ids: inbox.seen(user, head()),
        ]
    )
    for some in (ids, ids[:1]):
        try:
            act(user, some)
        except NotFound:
            continue


def _alone(run: Callable[[], None]) -> None:
    """Run with connections of its own, closed at the end."""
    try:
        run()
    finally:
        connections.close_all()
