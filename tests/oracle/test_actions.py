"""A snapshot and the events since are what a fresh snapshot is, for every action there is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications import inbox, notify, notify_many, publishing
from notifications.models import Notification
from tests.oracle.page import VIEWS, Open, head, until

HOUR = timedelta(hours=1)

ACTIONS: dict[str, Callable[[Any, list[int]], Any]] = {
    "read": lambda user, ids: inbox.read(user, ids),
    "read one": lambda user, ids: inbox.read(user, ids[1:2]),
    "unread": lambda user, ids: (inbox.read(user, ids), inbox.mark_unread(user, ids[:2])),
    "unread below the mark": lambda user, ids: (
        inbox.read_all(user, head()),
        inbox.mark_unread(user, ids[:1]),
    ),
    "seen": lambda user, ids: inbox.seen(user, head()),
    "done": lambda user, ids: inbox.done(user, ids[:2]),
    "undone": lambda user, ids: (inbox.done(user, ids[:2]), inbox.undone(user, ids[:1])),
    "read all": lambda user, ids: inbox.read_all(user, head()),
    "read all but what is new": lambda user, ids: (
        (before := head()),
        notify("new", to="all"),
        inbox.read_all(user, before),
    ),
    "read all but what is snoozed": lambda user, ids: (
        inbox.snooze(user, ids[:1], timezone.now() + HOUR),
        inbox.read_all(user, head()),
    ),
    "read all and unsnooze": lambda user, ids: (
        inbox.snooze(user, ids[:1], timezone.now() + HOUR),
        inbox.read_all(user, head()),
        inbox.unsnooze(user, ids[:1]),
    ),
    "read all that was made unread": lambda user, ids: (
        inbox.read_all(user, head()),
        inbox.mark_unread(user, ids),
        inbox.read_all(user, head()),
    ),
    "snooze": lambda user, ids: inbox.snooze(user, ids[:2], timezone.now() + HOUR),
    "unsnooze": lambda user, ids: (
        inbox.snooze(user, ids, timezone.now() + HOUR),
        inbox.unsnooze(user, ids[:2]),
    ),
    "acknowledge": lambda user, ids: inbox.acknowledge(user, ids[2:]),
    "publish": lambda user, ids: notify("new", to=["all", user]),
    "publish to others": lambda user, ids: notify("new", to="group:ops"),
    "publish many": lambda user, ids: notify_many({"title": "x", "to": "all"} for _ in range(5)),
    "publish what is due": lambda user, ids: (
        notify("later", to="all", at=timezone.now() + timedelta(milliseconds=200)),
        until(lambda: publishing.due() == 1),
    ),
    "edit": lambda user, ids: publishing.edit(ids[0], title="corrected", level="warning"),
    "edit what was read": lambda user, ids: (
        inbox.read(user, ids),
        publishing.edit(ids[2], body="*corrected*"),
    ),
    "retract": lambda user, ids: publishing.retract(ids[1]),
    "retract what was read": lambda user, ids: (
        inbox.read(user, ids),
        publishing.retract(ids[0]),
    ),
    "delete": lambda user, ids: Notification.objects.get(pk=ids[0]).delete(),
    "replace": lambda user, ids: [
        notify(title, to="all", replace_key="disk") for title in ("80 %", "90 %")
    ],
    "add to the audience": lambda user, ids: publishing.set_audience(ids[0], ["all", user]),
    "take from the audience": lambda user, ids: (
        publishing.set_audience(ids[0], ["all", user]),
        inbox.read(user, ids),
        publishing.set_audience(ids[0], ["all"]),
    ),
    "change the audience": lambda user, ids: publishing.set_audience(ids[2], ["all"]),
    "let it end": lambda user, ids: (
        publishing.edit(ids[0], expires=timezone.now() + timedelta(milliseconds=150)),
    ),
    "let a snooze end": lambda user, ids: inbox.snooze(
        user, ids[:2], timezone.now() + timedelta(milliseconds=150)
    ),
    "let it end later": lambda user, ids: (
        publishing.edit(ids[0], expires=timezone.now() + HOUR),
        publishing.edit(ids[0], expires=None),
    ),
}
# What only a snapshot can tell: an addition to the audience may be of an old notification.
MAY_ASK = {"add to the audience", "take from the audience", "change the audience"}


@pytest.mark.parametrize("action", ACTIONS)
def test_it_holds_after(
    action: str,
    transactional_db: None,
    alice: Any,
    bob: Any,
    charlie: Any,
    open_page: Open,
    three: list[int],
) -> None:
    inboxes = [open_page(user) for user in (alice, bob, charlie)]
    pages = inboxes + [open_page(alice, view=view) for view in VIEWS[1:]]
    pages += [open_page(alice, levels=["critical", "warning"]), open_page(alice, q="to a")]
    pages += [open_page(alice, topic="all")]
    ACTIONS[action](alice, three)
    for page in pages:
        page.check()
    for page in pages:
        page.pass_soon()
        page.check()
    if action not in MAY_ASK:
        assert [page.resyncs for page in inboxes] == [0, 0, 0]


@pytest.mark.parametrize("action", ACTIONS)
def test_it_holds_below_the_first_page(
    action: str, transactional_db: None, alice: Any, open_page: Open, three: list[int]
) -> None:
    for number in range(4):
        notify(str(number), to="all")
    short, longer = open_page(alice, limit=2), open_page(alice, limit=2)
    longer.older()
    longer.check()
    ACTIONS[action](alice, three)
    for page in (short, longer):
        page.check()
        page.pass_soon()
        page.check()
