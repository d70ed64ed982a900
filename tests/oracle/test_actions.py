"""A snapshot and the events since are what a fresh snapshot is, for every action there is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications import inbox, notify, notify_many, outcomes, publishing
from notifications.models import Notification
from tests.oracle.page import VIEWS, Open, Page, head, until
from tests.support import offers

HOUR = timedelta(hours=1)
APPROVE = {"label": "Approve", "do": "test.approve"}

assert offers

Step = Callable[[Any, list[int]], Any]


def read(user: Any, ids: list[int]) -> None:
    inbox.read(user, ids)


def read_all(user: Any, ids: list[int]) -> None:
    inbox.read_all(user, head())


def snooze(user: Any, ids: list[int]) -> None:
    inbox.snooze(user, ids[:2], timezone.now() + HOUR)


def soon() -> datetime:
    """An end that comes while the test looks on."""
    return timezone.now() + timedelta(milliseconds=300)


def publish_due(user: Any, ids: list[int]) -> None:
    """Whoever looks first publishes it: perhaps a page did."""
    waiting = Notification.objects.filter(published_at=None)
    until(lambda: publishing.due() > 0 or not waiting.exists())


# After every step each page is compared.
ACTIONS: dict[str, list[Step]] = {
    "read": [read],
    "read one": [lambda user, ids: inbox.read(user, ids[1:2])],
    "unread": [read, lambda user, ids: inbox.mark_unread(user, ids[:2])],
    "unread below the mark": [read_all, lambda user, ids: inbox.mark_unread(user, ids[:1])],
    "seen": [lambda user, ids: inbox.seen(user, head())],
    "done": [lambda user, ids: inbox.done(user, ids[:2])],
    "undone": [
        lambda user, ids: inbox.done(user, ids[:2]),
        lambda user, ids: inbox.undone(user, ids[:1]),
    ],
    "read all": [read_all],
    "read all but what is new": [
        lambda user, ids: [cursor := head(), notify("new", to="all"), inbox.read_all(user, cursor)]
    ],
    "read all but what is snoozed": [
        snooze,
        read_all,
        lambda user, ids: inbox.unsnooze(user, ids[:1]),
    ],
    "read all before a snooze ends": [
        lambda user, ids: inbox.snooze(user, ids[:1], soon()),
        read_all,
    ],
    "read all that was made unread": [read_all, inbox.mark_unread, read_all],
    "snooze": [snooze],
    "unsnooze": [snooze, lambda user, ids: inbox.unsnooze(user, ids[:1])],
    "let a snooze end": [lambda user, ids: inbox.snooze(user, ids[:2], soon())],
    "acknowledge": [lambda user, ids: inbox.acknowledge(user, ids[2:])],
    "publish": [lambda user, ids: notify("new", to=["all", user])],
    "publish to others": [lambda user, ids: notify("new", to="group:ops")],
    "publish many": [lambda user, ids: notify_many({"title": "x", "to": "all"} for _ in range(5))],
    "publish what is due": [lambda user, ids: notify("later", to="all", at=soon()), publish_due],
    "edit": [lambda user, ids: publishing.edit(ids[0], title="corrected", level="warning")],
    "edit what was read": [read, lambda user, ids: publishing.edit(ids[2], body="*corrected*")],
    "let it end": [lambda user, ids: publishing.edit(ids[0], expires=soon())],
    "let it end later": [
        lambda user, ids: publishing.edit(ids[0], expires=timezone.now() + HOUR),
        lambda user, ids: publishing.edit(ids[0], expires=None),
    ],
    "edit what it offers": [
        lambda user, ids: publishing.edit(ids[0], actions=[{"label": "See it", "url": "/x/"}]),
        lambda user, ids: publishing.edit(ids[0], actions=[APPROVE]),
        lambda user, ids: outcomes.take(user, ids[0], 0),
    ],
    "retract": [lambda user, ids: publishing.retract(ids[1])],
    "retract what was read": [read, lambda user, ids: publishing.retract(ids[0])],
    "delete": [lambda user, ids: Notification.objects.get(pk=ids[0]).delete()],
    "replace": [
        lambda user, ids: notify("80 %", to="all", replace_key="disk"),
        lambda user, ids: notify("90 %", to="all", replace_key="disk"),
    ],
    "add to the audience": [lambda user, ids: publishing.set_audience(ids[0], ["all", user])],
    "take from the audience": [
        lambda user, ids: publishing.set_audience(ids[0], ["all", user]),
        read,
        lambda user, ids: publishing.set_audience(ids[0], ["all"]),
    ],
    "change the audience": [lambda user, ids: publishing.set_audience(ids[2], ["all"])],
}
# What only a snapshot can tell: an addition to the audience may be of an old notification.
MAY_ASK = {"add to the audience", "take from the audience", "change the audience"}


# What is not loaded comes back into the inbox: only a snapshot has it.
COMES_BACK = {
    "unread",
    "unread below the mark",
    "read all that was made unread",
    "undone",
    "unsnooze",
    "read all but what is snoozed",
}


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
    _take(action, alice, three, pages)
    if action not in MAY_ASK:
        assert [page.resyncs for page in inboxes] == [0, 0, 0]


OF_RECEIPTS = ("read", "unread", "done", "undone", "read all", "snooze", "unsnooze", "acknowledge")


@pytest.mark.parametrize("action", OF_RECEIPTS)
def test_it_holds_for_a_search_for_states(
    action: str, transactional_db: None, alice: Any, open_page: Open, three: list[int]
) -> None:
    searches = ("is:unread", "-is:unread", "is:done to", "is:snoozed", "-is:acknowledged")
    _take(action, alice, three, [open_page(alice, q=q) for q in searches])


@pytest.mark.parametrize("action", ACTIONS)
def test_it_holds_below_the_first_page(
    action: str, transactional_db: None, alice: Any, open_page: Open, three: list[int]
) -> None:
    for number in range(4):
        notify(str(number), to="all")
    short, longer = open_page(alice, limit=2), open_page(alice, limit=2)
    longer.older()
    longer.check()
    _take(action, alice, three, [short, longer])
    if action not in MAY_ASK | COMES_BACK:
        assert [short.resyncs, longer.resyncs] == [0, 0]


def _take(action: str, user: Any, ids: list[int], pages: list[Page]) -> None:
    for step in ACTIONS[action]:
        step(user, ids)
        for page in pages:
            page.check()
    for page in pages:
        page.pass_soon()
        page.check()
