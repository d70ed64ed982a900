"""Pruning and forgetting: nothing is missed in silence."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from notifications import log
from notifications.errors import Discontinued
from notifications.models import Event, EventTopic
from notifications.signals import retracted_data
from tests.core.telling import addressed, append, chained, numbers, tell, tell_of
from tests.support.databases import database_url
from tests.support.threads import beside

OLD = timedelta(days=31)


@pytest.fixture
def start(database):
    return log.head().cursor


def tell_many(old, new):
    """Tell some events, of which the first are a month old; the cursors after each."""
    for number in range(1, old + new + 1):
        tell(number, "all", f"user.{number}")
    Event.objects.filter(seq__lte=old).update(time=timezone.now() - OLD)
    return {entry.seq: entry.cursor for entry in log.read(0, 1_000)}


def test_it_deletes_the_old_and_keeps_the_row_at_the_floor(start):
    tell_many(old=4, new=2)
    assert log.prune() == log.Pruned(floor=4, events=3)
    assert numbers(log.read(0, 10)) == [4, 5, 6]
    assert sorted(EventTopic.objects.filter(topic="all").values_list("seq", flat=True)) == [4, 5, 6]
    assert log.prune() == log.Pruned(floor=4, events=0)


def test_a_cursor_at_the_floor_goes_on_and_an_older_one_is_too_old(start):
    cursors = tell_many(old=4, new=2)
    log.prune()
    assert numbers(log.after(cursors[4], ["all"])) == [5, 6]
    for old in (start, cursors[3]):
        with pytest.raises(Discontinued) as caught:
            log.after(old, ["all"])
        assert caught.value.reason == "too_old"


def test_it_keeps_the_head_even_if_everything_is_old(start):
    cursors = tell_many(old=4, new=0)
    log.prune()
    assert log.head() == (cursors[4], 4)
    assert log.after(cursors[4], ["all"]) == []
    tell(5)
    assert numbers(log.after(cursors[4], ["all"])) == [5]


def test_it_keeps_events_that_wait_for_their_seq(start):
    with transaction.atomic():
        append(1)
        Event.objects.update(time=timezone.now() - OLD)
    with override_settings(NOTICEBOARD={"EVENT_DAYS": 365}):
        assert log.prune().events == 0
    assert numbers(log.read(0, 10)) == [1]


def test_nothing_in_an_empty_log(start):
    assert log.prune() == log.Pruned(floor=0, events=0)


def test_a_replay_that_read_before_the_pruning_is_told_that_it_is_too_old(start):
    cursors = tell_many(old=4, new=2)
    read = log.read(2, 10)
    log.prune()
    assert numbers(read) == [3, 4, 5, 6]
    with pytest.raises(Discontinued):
        log.check(cursors[2])


def test_replays_during_prunings_are_whole_or_refused(start):
    written = threading.Event()

    def write_and_prune():
        try:
            for number in range(1, 61):
                tell(number, "all")
                if number % 5 == 0:
                    log.prune(timezone.now())
        finally:
            written.set()

    whole, refused = 0, set()
    with beside(write_and_prune) as writing:
        cursor = start
        while not written.is_set():
            head = log.head().cursor
            try:
                entries = log.after(cursor, ["all"], limit=1_000)
            except Discontinued as error:
                refused.add(error.reason)
                cursor = head
            else:
                expected = range(cursor.seq + 1, cursor.seq + 1 + len(entries))
                assert [entry.seq for entry in entries] == list(expected)
                assert len(entries) >= head.seq - cursor.seq
                whole += 1
                if whole % 3 == 0 and entries:
                    cursor = entries[-1].cursor
        writing.result(60)
    assert whole
    assert refused <= {"too_old"}


KILLED = """
import os, signal, django
django.setup()
from django.db import connections
from django.utils import timezone
from notifications import log
from notifications.models import Event

def die_at_delete(execute, sql, params, many, context):
    if sql.startswith("DELETE"):
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

with connections["default"].execute_wrapper(die_at_delete):
    log.prune(timezone.now())
"""


def test_a_pruning_that_is_killed_leaves_a_log_that_says_what_is_gone(start):
    cursors = tell_many(old=0, new=5)
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "project.settings",
    }
    subprocess.run([sys.executable, "-c", KILLED], env=environment, timeout=60)
    assert log.head().floor == 5
    with pytest.raises(Discontinued):
        log.after(cursors[3], ["all"])
    assert log.prune().events == 4


def test_a_retracted_notification_leaves_no_data(start):
    gone, kept = addressed("all"), addressed("all")
    heard = []

    def hear(*, seqs, **kwargs):
        heard.append(seqs)

    with transaction.atomic():
        tell_of(gone, "all")
        tell_of(kept, "all")
        tell_of(gone, "all", type="notification.updated")
    retracted_data.connect(hear)
    try:
        with transaction.atomic():
            assert log.blank(gone.pk) == [1, 3]
            log.append("notification.retracted", ["all"], {"id": gone.pk, "reason": "retracted"})
            assert heard == []
    finally:
        retracted_data.disconnect(hear)
    assert heard == [[1, 3]]
    assert [entry.data == "{}" for entry in log.read(0, 10)] == [True, False, True, False]
    assert chained(log.read(0, 10), start.check)


def test_blanking_that_is_rolled_back_leaves_the_data(start):
    gone = addressed("all")
    with transaction.atomic():
        tell_of(gone, "all")
    with transaction.atomic():
        log.blank(gone.pk)
        transaction.set_rollback(True)
    assert log.read(0, 10)[0].data != "{}"
    assert log.blank() == []


def test_an_event_blanked_before_its_stamp_has_no_data(start):
    gone = addressed("all")
    with transaction.atomic():
        tell_of(gone, "all")
        assert log.blank(gone.pk) == []
    assert [entry.data for entry in log.read(0, 10)] == ["{}"]


def test_a_topic_that_is_forgotten_is_in_no_event(start):
    tell(1, "room.a")
    tell(2, "room.a", "room.ab", "all")
    tell(3, "room.ab")
    with transaction.atomic():
        append(4, "all", "room.a")
        assert log.forget("room.a") == [1, 2]
    assert log.after(start, ["room.a"]) == []
    assert numbers(log.after(start, ["all", "room.ab"])) == [2, 3, 4]
    topics = [entry.topics for entry in log.read(0, 10)]
    assert topics == [(), ("all", "room.ab"), ("room.ab",), ("all",)]
    assert log.read(0, 1)[0].data == "{}"
    assert chained(log.read(0, 10), start.check)
