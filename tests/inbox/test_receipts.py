"""What a reader does to single notifications, and what everybody is told of it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.utils import timezone

from notifications import inbox, log, notify, publishing
from notifications.errors import BadRequest, Conflict, NotFound, SignedOut
from notifications.models import Notification, Receipt, Room

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[Any, list[int]], dict[str, Any]]
HOUR = timedelta(hours=1)


def snooze(user: Any, ids: list[int]) -> dict[str, Any]:
    return inbox.snooze(user, ids, timezone.now() + HOUR)


ACTS: list[Act] = [
    inbox.read,
    inbox.mark_unread,
    inbox.done,
    inbox.undone,
    snooze,
    inbox.unsnooze,
    inbox.acknowledge,
]


def receipt(user: Any, notification: Notification) -> Receipt:
    return Receipt.objects.get(user=user, notification=notification)


def is_unread(user: Any, notification: Notification) -> bool:
    return notification.pk in inbox.unread(user).ids


def told(type: str) -> list[Any]:
    return [entry for entry in log.read(0, 1000) if entry.type == type]


def test_reading_is_told_to_the_reader_alone(alice: Any) -> None:
    notification = notify("Hello", to="all")
    answer = inbox.read(alice, [notification.pk])
    assert answer == {"ok": True, "changed": 1, "ids": [notification.pk]}
    (event,) = told("receipt.changed")
    assert event.topics == (f"user.{alice.pk}",)
    assert f'"id":{notification.pk}' in event.data
    assert not is_unread(alice, notification)


def test_one_event_tells_of_many(alice: Any) -> None:
    ids = [notify(str(number), to=alice).pk for number in range(5)]
    assert inbox.read(alice, ids)["ids"] == ids
    assert len(told("receipt.changed")) == 1


@pytest.mark.parametrize("act", ACTS)
def test_doing_it_twice_changes_nothing_the_second_time(alice: Any, act: Act) -> None:
    notification = notify("Hello", to=alice, acknowledge=act is inbox.acknowledge)
    until = timezone.now() + HOUR
    if act is snooze:
        act = lambda user, ids: inbox.snooze(user, ids, until)  # noqa: E731
    act(alice, [notification.pk])
    events = len(told("receipt.changed"))
    assert act(alice, [notification.pk]) == {"ok": True, "changed": 0, "ids": []}
    assert len(told("receipt.changed")) == events


@pytest.mark.parametrize("act", ACTS)
def test_what_is_not_the_readers_is_not_found_and_changes_nothing(
    alice: Any, charlie: Any, act: Act
) -> None:
    mine, other = notify("mine", to=alice, acknowledge=True), notify("other", to=charlie)
    before = log.head()
    for foreign in (other.pk, 999_999, 2**63 - 1):
        with pytest.raises(NotFound):
            act(alice, [mine.pk, foreign])
    assert not Receipt.objects.exists()
    assert log.head() == before


@pytest.mark.parametrize("act", ACTS)
def test_a_visitor_can_do_nothing(lobby: Room, act: Act) -> None:
    post = publishing.post(lobby, "Hello")
    for visitor in (None, AnonymousUser()):
        with pytest.raises(SignedOut):
            act(visitor, [post.pk])


@pytest.mark.parametrize("act", ACTS)
def test_what_is_retracted_is_not_found(alice: Any, act: Act) -> None:
    notification = notify("oops", to=alice, acknowledge=True)
    publishing.retract(notification)
    with pytest.raises(NotFound):
        act(alice, [notification.pk])


def test_what_one_may_read_but_has_not_in_the_inbox_has_no_receipt(alice: Any, den: Room) -> None:
    post = publishing.post(den, "psst", user=alice)
    assert inbox.read(alice, [post.pk])["changed"] == 0
    assert not Receipt.objects.exists()


def test_a_post_of_a_public_room_is_no_secret_to_those_outside(charlie: Any, lobby: Room) -> None:
    post = publishing.post(lobby, "hello")
    assert inbox.read(charlie, [post.pk])["changed"] == 0


def test_undone_puts_it_back_as_it_stood(alice: Any) -> None:
    read, unread = notify("read", to=alice), notify("unread", to=alice)
    inbox.read(alice, [read.pk])
    inbox.done(alice, [read.pk, unread.pk])
    assert not is_unread(alice, unread)
    inbox.undone(alice, [read.pk, unread.pk])
    assert (is_unread(alice, read), is_unread(alice, unread)) == (False, True)


def test_unsnooze_puts_it_back_as_it_stood(alice: Any) -> None:
    read, marked, unread = (notify(name, to=alice) for name in ("read", "marked", "unread"))
    inbox.read(alice, [read.pk])
    inbox.read_all(alice, log.head().cursor)
    inbox.mark_unread(alice, [unread.pk])
    ids = [read.pk, marked.pk, unread.pk]
    snooze(alice, ids)
    snooze(alice, ids)
    inbox.unsnooze(alice, ids)
    assert inbox.unread(alice).ids == [unread.pk]


def test_snoozing_takes_it_out_of_done(alice: Any) -> None:
    notification = notify("again", to=alice)
    inbox.done(alice, [notification.pk])
    snooze(alice, [notification.pk])
    assert receipt(alice, notification).done_at is None


@pytest.mark.parametrize("seconds", [-60, 0, 400 * 24 * 3600])
def test_a_snooze_ends_within_the_coming_year(alice: Any, seconds: int) -> None:
    notification = notify("later", to=alice)
    with pytest.raises(BadRequest):
        inbox.snooze(alice, [notification.pk], timezone.now() + timedelta(seconds=seconds))
    assert not Receipt.objects.exists()


def test_a_snooze_ends_before_the_notification_does(alice: Any) -> None:
    notification = notify("soon over", to=alice, expires=timezone.now() + HOUR)
    with pytest.raises(BadRequest):
        inbox.snooze(alice, [notification.pk], timezone.now() + 2 * HOUR)


def test_what_has_ended_can_be_done_but_neither_snoozed_nor_acknowledged(alice: Any) -> None:
    notification = notify("over", to=alice, acknowledge=True)
    Notification.objects.update(expires_at=timezone.now() - HOUR)
    for act in (snooze, inbox.acknowledge):
        with pytest.raises(Conflict) as error:
            act(alice, [notification.pk])
        assert error.value.code == "expired"
    assert inbox.done(alice, [notification.pk])["changed"] == 1


def test_acknowledging_reads_it(alice: Any) -> None:
    notification = notify("Take note", to=alice, acknowledge=True)
    inbox.acknowledge(alice, [notification.pk])
    assert receipt(alice, notification).acknowledged_at is not None
    assert not is_unread(alice, notification)


def test_only_what_asks_for_it_is_acknowledged(alice: Any) -> None:
    with pytest.raises(Conflict):
        inbox.acknowledge(alice, [notify("Hello", to=alice).pk])


def test_what_waits_for_acknowledgement_is_not_done_before(alice: Any) -> None:
    notification = notify("Take note", to=alice, acknowledge=True)
    with pytest.raises(Conflict):
        inbox.done(alice, [notification.pk])
    inbox.acknowledge(alice, [notification.pk])
    assert inbox.done(alice, [notification.pk])["changed"] == 1


def test_two_readers_have_two_receipts(alice: Any, bob: Any) -> None:
    notification = notify("Hello", to="all")
    inbox.read(alice, [notification.pk])
    assert (is_unread(alice, notification), is_unread(bob, notification)) == (False, True)


def test_two_tabs_at_once_lose_nothing(database: str, alice: Any) -> None:
    for _again in range(5):
        notification = notify("Take note", to=alice, acknowledge=True)
        tabs = threading.Barrier(2)

        def act(do: Act, tabs: threading.Barrier = tabs, pk: int = notification.pk) -> None:
            tabs.wait(20)
            try:
                do(alice, [pk])
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            for run in [pool.submit(act, do) for do in (inbox.acknowledge, snooze)]:
                run.result(60)
        kept = receipt(alice, notification)
        assert kept.acknowledged_at is not None
        assert kept.snoozed_until is not None
