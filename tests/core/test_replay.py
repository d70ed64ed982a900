"""Reading: the events of one's topics, in order, from a cursor that the log recognises."""

import pytest
from django.db import connection, transaction

from notifications import log
from notifications.cursor import Cursor
from notifications.errors import Discontinued
from notifications.log import after
from notifications.models import Counter, Event
from tests.core.telling import append, numbers, tell


@pytest.fixture
def start(database):
    return log.head().cursor


def reason(cursor, topics=("all",)):
    with pytest.raises(Discontinued) as caught:
        after(cursor, topics)
    return caught.value.reason


def test_it_gives_only_what_is_told_to_the_topics_once_each_in_order(start):
    tell(1, "all", "room.a")
    tell(2, "user.8")
    tell(3, "room.a")
    tell(4, "user.7")
    assert numbers(after(start, ["all", "room.a", "user.7", "group.1"])) == [1, 3, 4]
    assert numbers(after(start, {"user.8"})) == [2]
    assert after(start, []) == []


def test_it_goes_on_behind_the_cursor(start):
    for number in range(6):
        tell(number, "all")
    second = after(start, ["all"])[1]
    assert numbers(after(second.cursor, ["all"])) == [2, 3, 4, 5]
    assert numbers(after(second.cursor, ["all"], limit=2)) == [2, 3]
    assert numbers(after(second.cursor, limit=2)) == [2, 3]


def test_pages_of_a_replay_join_without_a_hole(start):
    for number in range(23):
        tell(number, "all" if number % 3 else "room.a")
    cursor, pages = start, []
    while page := after(cursor, ["all", "room.a"], limit=4):
        pages += page
        cursor = page[-1].cursor
    assert numbers(pages) == list(range(23))


def test_it_takes_more_topics_than_fit_in_one_query(start):
    topics = [f"user.{number}" for number in range(1_001)]
    tell(1, topics[0])
    tell(2, "user.5000")
    tell(3, topics[1_000], topics[500])
    tell(4, topics[450])
    assert numbers(after(start, topics)) == [1, 3, 4]
    assert numbers(after(start, topics, limit=2)) == [1, 3]


def test_internal_events_come_only_when_asked_for(start):
    tell(1, "user.7")
    with transaction.atomic():
        log.append("rights.changed", ["user.7"], {"reason": "topics", "session": None})
    tell(2, "user.7")
    assert numbers(after(start, ["user.7"])) == [1, 2]
    assert numbers(after(start, ["user.7"], limit=2)) == [1, 2]
    assert [entry.seq for entry in after(start, ["user.7"], internal=True)] == [1, 2, 3]
    assert [entry.internal for entry in after(start)] == [False, True, False]


def test_the_head_is_a_cursor_with_nothing_behind_it(start):
    tell(1)
    head = log.head()
    assert after(head.cursor, ["all"]) == []
    assert head.floor == 0


def test_a_cursor_with_another_check_is_unknown(start):
    tell(1)
    tell(2)
    assert reason(Cursor(1, "0123456789abcdef")) == "unknown"
    assert reason(Cursor(0, "0123456789abcdef")) == "unknown"


def test_a_cursor_ahead_of_the_head_is_told_so(start):
    tell(1)
    assert reason(Cursor(2, log.head().cursor.check)) == "ahead"
    assert reason(Cursor(10**17, "abcdef")) == "ahead"


def test_a_cursor_of_events_that_a_restored_log_no_longer_has_is_recognised(start):
    tell(1)
    kept = log.head().cursor
    tell(2)
    lost = log.head().cursor
    Event.objects.filter(seq=2).delete()
    Counter.objects.update(head=kept.seq, tag=kept.check)
    assert reason(lost) == "ahead"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM notifications_eventtopic WHERE seq = 2")
    tell(3)
    assert reason(lost) == "unknown"
    assert numbers(after(kept, ["all"])) == [3]


def test_check_says_whether_a_cursor_can_be_continued(start):
    tell(1)
    log.check(start)
    log.check(log.head().cursor)
    with pytest.raises(Discontinued):
        log.check(Cursor(1, "abcdef"))


def test_events_without_a_seq_are_pending_for_their_topics_only(start):
    with transaction.atomic():
        append(1, "room.a", "room.b")
        log.append("rights.changed", ["user.7"], {"reason": "topics", "session": None})
        assert log.pending(["room.b", "all"])
        assert not log.pending(["room.ab", "all", "user.7"])
        assert not log.pending([])
    assert not log.pending(["room.b"])
