"""Retention: small steps, each whole, that may be interrupted and met by others."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from notifications import inbox, log, notify, publishing
from notifications.log import pacing
from notifications.models import Answered, Event, Membership, Mute, Notification, Receipt, Room
from notifications.publishing import prune, retention
from tests.commands.conftest import Run, run
from tests.publishing.conftest import Told
from tests.support.threads import at_once, beside

__all__ = ["run"]

LONG_AGO = timedelta(days=400)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few in a step that a handful of rows takes several."""
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "ROWS", 2)


def old(number: int, *readers: Any) -> list[int]:
    """So many notifications from long ago, which all these have read."""
    ids = [notify(f"old {each}", to="all").pk for each in range(number)]
    log.stamp()
    for user in readers:
        inbox.read(user, ids)
    then = timezone.now() - LONG_AGO
    Notification.objects.filter(pk__in=ids).update(published_at=then, created_at=then)
    Event.objects.update(time=then)
    return ids


def test_it_deletes_in_small_steps_and_says_how_far_it_is(
    database: str, small: None, alice: Any, bob: Any, charlie: Any
) -> None:
    old(3, alice, bob, charlie)
    steps: list[tuple[str, int]] = []
    pruned = prune(progress=lambda *step: steps.append(step))
    assert pruned.notifications == 3
    assert not Receipt.objects.exists()
    receipts = [done for kind, done in steps if kind == "receipts"]
    assert receipts == [2, 4, 6, 6, 2, 3]
    assert [done for kind, done in steps if kind == "notifications"] == [2, 3]
    assert steps[-1][0] == "events"


def test_it_deletes_thousands_of_receipts(transactional_db: None, alice: Any, bob: Any) -> None:
    """SQLite refuses to compare a thousand keys that are pairs."""
    ids = old(60)
    then = timezone.now()
    for user in (alice, bob, *(make_reader(number) for number in range(18))):
        Receipt.objects.bulk_create(
            Receipt(user=user, notification_id=id, read_at=then) for id in ids
        )
    receipts: list[int] = []
    prune(progress=lambda kind, done: receipts.append(done) if kind == "receipts" else None)
    assert receipts == [1_000, 1_200]
    assert not Receipt.objects.exists()


def make_reader(number: int) -> Any:
    return get_user_model().objects.create(username=f"reader{number}")


def test_wherever_it_is_interrupted_the_next_run_goes_on(
    small: None, transactional_db: None, alice: Any, bob: Any, told: Told
) -> None:
    ids = old(3, alice, bob)
    kept = notify("kept", to="all")
    log.stamp()
    told()
    interruptions = 0

    def stop(kind: str, done: int) -> None:
        raise KeyboardInterrupt

    while True:
        try:
            prune(event_days=36500, progress=stop)
            break
        except KeyboardInterrupt:
            interruptions += 1
            # What has lost its receipts is not unread again: it is gone already.
            shown = inbox.snapshot(alice)
            assert shown["unread_ids"] == [kept.pk]
    assert interruptions > 4
    assert list(Notification.objects.all()) == [kept]
    # Each was told once.
    gone = [each.data["id"] for each in told() if each.type == "notification.retracted"]
    assert sorted(gone) == sorted(ids)


def test_two_at_once_do_not_disturb_each_other(
    database: str, small: None, alice: Any, bob: Any
) -> None:
    old(7, alice, bob)
    at_once(prune, prune)
    assert not Notification.objects.exists()
    assert not Receipt.objects.exists()


def test_others_publish_while_it_runs(database: str, small: None, alice: Any) -> None:
    old(30, alice)
    with beside(prune) as pruning:
        for number in range(10):
            notify(f"new {number}", to="all")
        pruning.result(60)
    log.stamp()
    assert Notification.objects.count() == 10


def test_what_is_kept_for_a_short_time_goes(alice: Any, small: None) -> None:
    room = Room.objects.create(slug="den", name="Den")
    now = timezone.now()
    for number in range(5):
        Answered.objects.create(user=alice, key=f"k{number}", at=now - timedelta(days=2))
        Mute.objects.create(room=room, author=f"user.{number}", until=now - timedelta(seconds=1))
    Answered.objects.create(user=alice, key="young")
    Mute.objects.create(room=room, author="user.77", until=now + timedelta(hours=1))
    prune()
    assert Answered.objects.get().key == "young"
    assert Mute.objects.get().author == "user.77"


def test_posts_with_all_that_hangs_on_them_go(alice: Any, bob: Any, small: None) -> None:
    room = Room.objects.create(slug="den", name="Den")
    for user in (alice, bob):
        Membership.objects.create(room=room, user=user)
    post = publishing.post(room, "old", user=alice)
    publishing.react(room, post.pk, "🎉", True, bob)
    publishing.report(room, post.pk, "rude", bob)
    Notification.objects.update(published_at=timezone.now() - LONG_AGO)
    assert prune().notifications == 1


def test_on_sqlite_every_step_is_followed_by_a_pause(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(pacing.time, "sleep", pauses.append)
    with pacing.step():
        Event.objects.count()
    assert len(pauses) == 1
    assert 0 < pauses[0] <= pacing.LONGEST_PAUSE
    with pacing.step(), pacing.step():
        assert connection.in_atomic_block
    assert len(pauses) == 2


def test_the_command_says_how_far_it_is(transactional_db: None, alice: Any, run: Run) -> None:
    old(1, alice)
    ran = run("prune", "--verbosity=2")
    assert "receipts: 1" in ran.err
    old(1, alice)
    assert run("prune").err == ""


def test_the_command_says_that_it_was_interrupted(
    transactional_db: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: Any, **named: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "prune", interrupted)
    ran = run("prune")
    assert ran.status == 130
    assert "the next run goes on" in ran.err
