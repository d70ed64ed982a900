"""Stamping: no hole, no inversion, nothing lost, nobody waits."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection, connections, transaction
from django.test import override_settings

from notifications import log
from notifications.models import Address, Counter, Event, EventTopic
from notifications.testing import stamped_events
from tests.core.telling import addressed, append, chained, numbers, tell, tell_of
from tests.support.databases import database_url
from tests.support.threads import at_once, beside

postgresql_only = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


class Abort(Exception):
    pass


def write_some(writer):
    """Ten transactions, a third of them rolled back; (number, began, ended) of the committed."""
    chance = random.Random(writer)
    committed = []
    for turn in range(10):
        number, began = writer * 100 + turn, time.monotonic()
        try:
            with transaction.atomic():
                append(number, "all", f"user.{writer}")
                time.sleep(chance.random() * 0.004)
                if chance.random() < 0.3:
                    raise Abort
        except Abort:
            continue
        committed.append((number, began, time.monotonic()))
    return committed


def test_many_writers_at_once_leave_no_hole_and_no_inversion(database):
    origin = log.head().cursor.check
    written = at_once(*[lambda writer=n: write_some(writer) for n in range(1, 9)])
    log.stamp()
    committed = {number: times for each in written for number, *times in each}
    entries = log.read(0, 1_000)
    assert chained(entries, origin)
    assert sorted(numbers(entries)) == sorted(committed)
    seq_of = {number: entry.seq for number, entry in zip(numbers(entries), entries, strict=True)}
    assert not [
        (earlier, later)
        for earlier, (_began, ended) in committed.items()
        for later, (began, _ended) in committed.items()
        if ended < began and seq_of[earlier] > seq_of[later]
    ]
    assert log.head().cursor == entries[-1].cursor


@postgresql_only
def test_it_does_not_wait_while_another_holds_the_counter(database):
    tell(1)
    with transaction.atomic():
        Counter.objects.select_for_update().get()
        with beside(lambda: tell(2)) as publishing:
            publishing.result(20)
        assert numbers(log.read(0, 10)) == [1]
    log.stamp()
    assert numbers(log.read(0, 10)) == [1, 2]


def test_it_gives_way_to_a_transaction_that_changes_what_it_would_stamp(database):
    notification = addressed("all")
    with transaction.atomic():
        tell_of(notification, "all")
        connection.run_on_commit.clear()  # as if it was killed before it stamped
    with transaction.atomic():
        Address.objects.filter(notification=notification).update(live=False)
        with beside(log.stamp) as stamping:
            assert stamping.result(20) == []
    assert [entry.type for entry in log.stamp()] == ["notification.created"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_transaction_waits_for_the_lock_as_long_as_before_the_stamp(database):
    tell(1)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (1_000 * connection.settings_dict["OPTIONS"]["timeout"],)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("durable", [1, 2])
def test_a_commit_waits_for_the_disk_as_it_did_before_the_stamp(database, durable):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous = {durable}")
        tell(1)
        assert len(log.read(0, 10)) == 1
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (durable,)


@postgresql_only
def test_it_sees_all_that_is_committed_in_a_project_with_repeatable_read(database):
    from psycopg import IsolationLevel

    settings = connections.settings["default"]
    with_level = settings["OPTIONS"] | {"isolation_level": IsolationLevel.REPEATABLE_READ}
    connection.close()
    settings["OPTIONS"], usual = with_level, settings["OPTIONS"]
    try:
        del connections["default"]
        written = at_once(*[lambda writer=n: write_some(writer) for n in range(1, 5)])
        log.stamp()
        assert len(log.read(0, 1_000)) == sum(map(len, written))
    finally:
        connections["default"].close()
        del connections["default"]
        settings["OPTIONS"] = usual


KILLED = """
import os, signal, django
django.setup()
from django.db import transaction
from notifications import log
with transaction.atomic():
    transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
    log.append("inbox.read", ["all"], {"read_to": 7})
"""


def test_a_process_killed_between_commit_and_stamp_loses_nothing(database):
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "project.settings",
    }
    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert numbers(log.read(0, 10)) == []
    tell(8)
    assert numbers(log.read(0, 10)) == [7, 8]


def test_a_publisher_stamps_some_batches_and_leaves_the_rest(database):
    origin = log.head().cursor.check
    with override_settings(NOTICEBOARD={"STAMP_BATCH": 3, "STAMP_ROUNDS": 2}):
        with transaction.atomic():
            for number in range(10):
                append(number)
        assert numbers(log.read(0, 20)) == [0, 1, 2, 3, 4, 5]
        assert numbers(log.stamp()) == [6, 7, 8, 9]
    assert chained(log.read(0, 20), origin)
    assert log.stamp() == []


def test_it_writes_the_positions_of_the_addresses(database):
    notification, other = addressed("all", "room.a", "room.b"), addressed("all")
    with transaction.atomic():
        append(1)
        tell_of(notification, "all", "room.a")
        tell_of(notification, "room.b", type="notification.updated")
    positions = dict(notification.addresses.values_list("topic", "position"))
    assert positions == {"all": 2, "room.a": 2, "room.b": None}
    assert other.addresses.get().position is None


def test_a_notification_created_again_has_its_newest_position(database):
    notification = addressed("all")
    with transaction.atomic():
        tell_of(notification, "all")
        append(1)
        tell_of(notification, "all")
    assert notification.addresses.get().position == 3


def test_it_is_refused_inside_a_transaction(database):
    with transaction.atomic():
        append(1)
        with pytest.raises(RuntimeError):
            log.stamp()


def test_it_makes_the_counter_again_that_a_flush_removed(database):
    tell(1)
    for table in (Counter, Event, EventTopic):
        table.objects.all().delete()
    tell(2)
    (entry,) = log.read(0, 10)
    assert entry.seq == 1
    assert entry.before == Counter.objects.get().origin


def test_a_counter_that_is_made_again_continues_the_events_there_are(database):
    origin = log.head().cursor
    tell(1)
    tell(2)
    head = log.head()
    Counter.objects.all().delete()
    assert log.head() == head
    tell(3)
    assert numbers(log.after(origin)) == [1, 2, 3]


def test_the_counter_is_made_once_however_many_need_it(database):
    Counter.objects.all().delete()
    assert len(set(at_once(*[log.head] * 6))) == 1


def test_the_test_helper_stamps_where_nothing_commits(db):
    with stamped_events() as entries:
        tell(1)
        assert entries == []
    assert numbers(entries) == [1]
    assert log.after(log.head().cursor) == []


def test_the_test_helper_collects_where_a_commit_has_stamped(database):
    with stamped_events() as entries:
        tell(1)
    assert numbers(entries) == [1]
