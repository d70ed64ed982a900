"""Appending: in the caller's transaction, told after its commit."""

import logging

import pytest
from django.db import connection, transaction

from notifications import log
from notifications.errors import BadEvent, BadTopic
from notifications.models import Counter, Event
from notifications.signals import stamped
from tests.core.telling import append, numbers, tell


class Rollback(Exception):
    pass


def rolled_back(number):
    try:
        with transaction.atomic():
            append(number)
            raise Rollback
    except Rollback:
        pass


@pytest.fixture
def heard():
    entries = []

    def hear(*, entries, into=entries, **kwargs):
        into.append((list(entries), connection.in_atomic_block))

    stamped.connect(hear)
    yield entries
    stamped.disconnect(hear)


def test_it_is_refused_outside_a_transaction_and_says_the_cure(database):
    with pytest.raises(RuntimeError, match=r"transaction\.atomic"):
        append(1)
    assert not Event.objects.exists()


def test_it_is_told_after_the_commit(database, heard):
    with transaction.atomic():
        append(1)
        append(2)
        assert not heard
    assert [(numbers(entries), inside) for entries, inside in heard] == [([1, 2], False)]
    assert numbers(log.read(0, 10)) == [1, 2]


def test_what_is_rolled_back_is_never_told_and_leaves_no_hole(database, heard):
    tell(1)
    rolled_back(2)
    tell(3)
    assert numbers(log.read(0, 10)) == [1, 3]
    assert [entry.seq for entry in log.read(0, 10)] == [1, 2]
    assert len(heard) == 2


def test_a_savepoint_that_is_rolled_back_takes_only_its_own_events(database):
    with transaction.atomic():
        rolled_back(1)
        append(2)
    assert numbers(log.read(0, 10)) == [2]


def test_what_came_before_a_rolled_back_savepoint_is_told(database):
    with transaction.atomic():
        append(1)
        rolled_back(2)
    assert numbers(log.read(0, 10)) == [1]


def test_what_came_in_a_released_savepoint_is_told_once(database, heard):
    with transaction.atomic():
        with transaction.atomic():
            append(1)
        append(2)
        rolled_back(3)
    assert numbers(log.read(0, 10)) == [1, 2]
    assert len(heard) == 1


def test_a_transaction_registers_one_callback_however_many_events(database):
    with transaction.atomic():
        for number in range(5):
            append(number)
        with transaction.atomic():
            append(6)
        assert len(connection.run_on_commit) == 1


def test_one_event_goes_to_all_its_topics_once_each(database):
    with transaction.atomic():
        event = log.append("inbox.read", ["room.a", "all", "room.a"], {"read_to": 1})
    assert event.topic_names == ["all", "room.a"]
    assert [entry.topics for entry in log.read(0, 10)] == [("all", "room.a")]


def test_many_are_told_in_their_order(database):
    with transaction.atomic():
        log.append_many(("inbox.read", ["all"], {"read_to": n}) for n in range(1_500))
        assert log.append_many([]) == []
    assert numbers(log.read(0, 2_000)) == list(range(1_500))


def test_data_is_the_same_text_wherever_it_is_read(database, heard):
    text = 'ä "quoted" \\ \x00 \u2028 👩‍👩‍👧 ‮'
    with transaction.atomic():
        log.append("room.changed", ["room.a"], _room(text))
    (sent,) = heard[0][0]
    (read,) = log.read(0, 10)
    assert sent.wire() == read.wire()
    assert "\\u0000" in read.data


@pytest.mark.parametrize(
    ("topics", "data", "error"),
    [
        ([], {"read_to": 1}, BadEvent),
        (["All"], {"read_to": 1}, BadTopic),
        (["all"], {"read_to": "1"}, BadEvent),
        (["all"], {}, BadEvent),
    ],
)
def test_it_refuses_what_is_not_valid(db, topics, data, error):
    with pytest.raises(error), transaction.atomic():
        log.append("inbox.read", topics, data)


def test_a_stamp_that_fails_does_not_fail_the_publisher(database, caplog):
    tell(1)
    tell(2)
    right = Counter.objects.get()
    Counter.objects.update(head=1)  # so that the next seq is taken already
    with caplog.at_level(logging.WARNING, "notifications"):
        tell(3)
    assert "Events wait for the next stamp" in caplog.text
    assert numbers(log.read(0, 10)) == [1, 2]
    Counter.objects.update(head=right.head)
    log.stamp()
    assert numbers(log.read(0, 10)) == [1, 2, 3]


def test_a_receiver_that_fails_does_not_fail_the_publisher(database, caplog):
    def fail(**kwargs):
        raise RuntimeError("a broken receiver")

    stamped.connect(fail)
    try:
        tell(1)
    finally:
        stamped.disconnect(fail)
    assert numbers(log.read(0, 10)) == [1]
    assert "a broken receiver" in caplog.text


def _room(name):
    return {"slug": "a", "name": name, "description": "", "is_public": True, "is_closed": False,
            "announcement_only": False, "slow_seconds": 0}  # fmt: skip
