"""The watermarks: all that is at or below them is read, or seen."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from notifications import inbox, log, notify, notify_many
from notifications.cursor import Cursor
from notifications.errors import Conflict, SignedOut
from notifications.inbox.marks import STRIDE
from notifications.models import Mark, Notification, Receipt

pytestmark = pytest.mark.django_db(transaction=True)


def head() -> Cursor:
    return log.head().cursor


def told() -> list[str]:
    return [entry.type for entry in log.read(0, 1000) if entry.type != "notification.created"]


def everything() -> list[int]:
    return list(Notification.objects.order_by("pk").values_list("pk", flat=True))


def test_reading_all_is_one_row_and_one_event(alice: Any) -> None:
    notify_many({"title": str(number), "to": alice} for number in range(30))
    to = head()
    assert inbox.read_all(alice, to)["changed"] == 1
    assert inbox.unread(alice).number == 0
    assert Mark.objects.get(user=alice).read_to == to.seq
    assert not Receipt.objects.exists()
    assert told() == ["inbox.read"]


def test_what_came_after_the_cursor_stays_unread(alice: Any) -> None:
    notify("old", to=alice)
    cursor = head()
    new = notify("new", to=alice)
    inbox.read_all(alice, cursor)
    assert inbox.unread(alice).ids == [new.pk]


def test_a_mark_never_goes_back(alice: Any) -> None:
    notify("first", to=alice)
    earlier = head()
    notify("second", to=alice)
    later = head()
    for act in (inbox.read_all, inbox.seen):
        act(alice, later)
        assert act(alice, earlier)["changed"] == 0
    mark = Mark.objects.get(user=alice)
    assert mark.read_to == mark.seen_to == later.seq


def test_reading_all_reads_what_was_made_unread(alice: Any) -> None:
    notification = notify("again", to=alice)
    for _twice in range(2):
        inbox.mark_unread(alice, [notification.pk])
        inbox.read_all(alice, head())
        assert inbox.unread(alice).number == 0


def test_an_older_page_reads_what_it_shows_and_no_more(alice: Any) -> None:
    shown = notify("shown", to=alice)
    cursor = head()
    later = notify("later", to=alice)
    inbox.read_all(alice, head())
    inbox.mark_unread(alice, [shown.pk, later.pk])
    assert inbox.read_all(alice, cursor)["ids"] == [shown.pk]
    assert inbox.unread(alice).ids == [later.pk]


def test_what_is_snoozed_comes_back_unread_though_all_was_read(alice: Any) -> None:
    asleep = notify("asleep", to=alice)
    inbox.snooze(alice, [asleep.pk], timezone.now() + timedelta(hours=1))
    inbox.read_all(alice, head())
    assert inbox.unread(alice).number == 0
    assert told()[-2:] == ["inbox.read", "receipt.changed"]
    Receipt.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert inbox.unread(alice).ids == [asleep.pk]


def test_seeing_is_told_once(alice: Any) -> None:
    notify("Hello", to=alice)
    cursor = head()
    inbox.seen(alice, cursor)
    inbox.seen(alice, cursor)
    (event,) = [entry for entry in log.read(0, 100) if entry.type == "inbox.seen"]
    assert json.loads(event.data) == {"seen_to": cursor.seq}
    assert event.topics == (f"user.{alice.pk}",)


@pytest.mark.parametrize("act", [inbox.read_all, inbox.seen])
def test_a_cursor_that_is_not_of_this_log_is_a_conflict(alice: Any, act: Any) -> None:
    notify("Hello", to=alice)
    here = head()
    for foreign in (Cursor(here.seq, "00000000"), Cursor(here.seq + 10**6, here.check)):
        with pytest.raises(Conflict):
            act(alice, foreign)
    assert not Mark.objects.filter(read_to__gt=0).exists()
    with pytest.raises(SignedOut):
        act(None, here)


def test_the_mark_follows_what_is_read_one_by_one(alice: Any) -> None:
    notify_many({"title": str(number), "to": "all"} for number in range(STRIDE + 10))
    last = notify("last", to=alice)
    ids = everything()
    inbox.read(alice, ids[: STRIDE - 1])
    assert Mark.objects.get(user=alice).read_to == 0
    inbox.read(alice, ids[STRIDE - 1 : STRIDE + 10])
    assert Mark.objects.get(user=alice).read_to == STRIDE
    assert inbox.unread(alice).ids == [last.pk]
    assert told() == ["receipt.changed", "receipt.changed", "inbox.read"]


def test_the_mark_does_not_pass_what_is_unread(alice: Any) -> None:
    left = notify("left", to=alice)
    notify_many({"title": str(number), "to": "all"} for number in range(STRIDE))
    inbox.read(alice, [pk for pk in everything() if pk != left.pk])
    assert Mark.objects.get(user=alice).read_to == 0
    assert inbox.unread(alice).ids == [left.pk]


def test_what_stays_unread_below_a_mark_that_follows_is_told_again(alice: Any) -> None:
    notify_many({"title": str(number), "to": "all"} for number in range(STRIDE))
    first, *rest = everything()
    inbox.snooze(alice, [first], timezone.now() + timedelta(hours=1))
    inbox.read(alice, rest)
    assert Mark.objects.get(user=alice).read_to == STRIDE
    assert told()[-2:] == ["inbox.read", "receipt.changed"]
    inbox.unsnooze(alice, [first])
    assert inbox.unread(alice).ids == [first]


def test_what_an_outsider_is_told_moves_no_mark(alice: Any, charlie: Any, ops: Group) -> None:
    notify("to ops", to=ops)
    inbox.read_all(alice, head())
    assert not Mark.objects.filter(user=charlie).exists()
    assert charlie.receipts.count() == 0
