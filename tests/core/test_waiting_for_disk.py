"""A change and its event are on the disk when they are written, and wait for it once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from notifications import log
from notifications.log.writing import WRITE_TO_JOURNAL
from notifications.models import Counter
from tests.core.telling import append, numbers
from tests.support.threads import beside

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

END_OF_JOURNAL = "SELECT pg_current_wal_insert_lsn()"
ON_DISK = "SELECT pg_current_wal_flush_lsn() > %s"
LATER = "SET LOCAL synchronous_commit TO OFF"


def tell(number):
    """Write an event; whether its commit was on the disk when that was done, and how."""
    with CaptureQueriesContext(connection) as queries, log.transaction():
        append(number)
        end = _ask(END_OF_JOURNAL)
    return _ask(ON_DISK, end), [each["sql"] for each in queries]


def _ask(question, *values):
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()[0]


@contextmanager
def another_stamps() -> Iterator[None]:
    """Somebody holds the counter."""
    with transaction.atomic():
        Counter.objects.select_for_update().get()
        yield


def test_the_stamp_waits_for_the_commit_before_it(database):
    durable, said = tell(1)
    assert durable
    assert LATER in said
    assert WRITE_TO_JOURNAL not in said
    assert numbers(log.read(0, 10)) == [1]


def test_where_another_stamps_the_commit_is_waited_for(database):
    tell(1)
    with another_stamps(), beside(lambda: tell(2)) as telling:
        durable, said = telling.result(20)
    assert durable
    assert WRITE_TO_JOURNAL in said


def test_where_the_stamp_fails_the_commit_is_waited_for(database, monkeypatch, caplog):
    def fail():
        raise RuntimeError("no stamp")

    monkeypatch.setattr("notifications.log.appending.stamp", fail)
    durable, _said = tell(1)
    assert durable
    assert "Events wait for the next stamp" in caplog.text


def test_nothing_is_put_off_for_whoever_else_waits_for_the_commit(database):
    told = []
    with CaptureQueriesContext(connection) as queries, log.transaction():
        append(1)
        transaction.on_commit(lambda: told.append(1))
    assert told == [1]
    assert LATER not in [each["sql"] for each in queries]


def test_a_transaction_around_it_decides_itself(database):
    with CaptureQueriesContext(connection) as queries, transaction.atomic(), log.transaction():
        append(1)
    assert LATER not in [each["sql"] for each in queries]
    assert numbers(log.read(0, 10)) == [1]


def test_a_change_that_tells_nobody_is_waited_for(database):
    with CaptureQueriesContext(connection) as queries, log.transaction():
        Counter.objects.exists()
    assert not [each for each in queries if "synchronous_commit" in each["sql"]]


def test_what_fails_is_not_written(database):
    def fail():
        with log.transaction():
            append(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert log.stamp() == []
