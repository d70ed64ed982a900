"""Who is due when: each once, and nobody who has gone."""

from __future__ import annotations

from notifications.relay import ENCODINGS, Connection
from notifications.relay.agenda import Agenda
from notifications.relay.polling import PollSink
from notifications.rights import Admission


def connections(count: int) -> list[Connection]:
    admission = Admission(None, "", False, None, None, frozenset({"all"}), ())
    sink = PollSink.__new__(PollSink)
    return [Connection(admission, ENCODINGS["json"], sink) for _ in range(count)]


def test_each_is_due_once_and_not_before_its_time() -> None:
    agenda = Agenda()
    made = connections(8)
    for second, connection in enumerate(made):
        agenda.note(connection, 100.0 + second)
    assert agenda.due(99.9) == []
    assert agenda.due(103.5) == made[:4]
    assert agenda.due(103.5) == []
    assert agenda.due(float(10**9)) == made[4:]
    assert len(agenda) == 0


def test_one_that_is_put_off_or_has_gone_is_not_due() -> None:
    agenda = Agenda()
    stays, is_put_off, goes, unknown = connections(4)
    for connection in (stays, is_put_off, goes):
        agenda.note(connection, 100.0)
    agenda.note(is_put_off, 200.0)
    agenda.forget(goes)
    agenda.forget(unknown)
    assert len(agenda) == 2
    assert agenda.due(150.0) == [stays]
    assert agenda.due(250.0) == [is_put_off]
