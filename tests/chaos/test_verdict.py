"""The verdict itself: it sees what it is there to see, and says nothing where nothing is wrong."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.chaos.crowd import Subscriber
from tests.chaos.oracle import Told
from tests.chaos.outcome import Outcome, Times
from tests.chaos.publisher_client import Try
from tests.chaos.verdict import Fault, judge, judge_acknowledged, recovery

HERS = frozenset({"all", "user.1"})
LOG = [
    Told(seq, f"{seq}.aaaaaa", frozenset({topic}), "notification.created", seq * 10)
    for seq, topic in enumerate(["all", "user.2", "user.1", "all", "user.1"], 1)
]


def subscriber(
    *seqs: int, start: int = 0, resets: tuple[tuple[int, int], ...] = (), at: float = 0.0
) -> Subscriber:
    """Who was told these, one a second; `resets`: after how many, and where it began anew."""
    reader: Any = SimpleNamespace(
        transport="sse",
        cursors=[f"{seq}.aaaaaa" for seq in seqs],
        times=[at + number for number in range(len(seqs))],
        fresh_starts=[(place, f"{seq}.aaaaaa") for place, seq in resets],
    )
    return Subscriber(reader, "alice", f"{start}.aaaaaa")


def four(member: Subscriber) -> tuple[int, int, int, int]:
    outcome = Outcome()
    judge(outcome, member, LOG, HERS)
    return outcome.lost, outcome.duplicated, outcome.out_of_order, outcome.unexpected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((1, 3, 4, 5), (0, 0, 0, 0)),
        ((1, 4, 5), (1, 0, 0, 0)),
        ((), (4, 0, 0, 0)),
        ((1, 3, 3, 4, 5), (0, 1, 0, 0)),
        ((1, 4, 3, 5), (0, 0, 1, 0)),
        ((1, 2, 3, 4, 5), (0, 0, 0, 1)),
    ],
    ids=["exact", "one lost", "all lost", "one doubled", "two turned", "another's"],
)
def test_it_counts_what_is_wrong(
    told: tuple[int, ...], expected: tuple[int, int, int, int]
) -> None:
    assert four(subscriber(*told)) == expected


def test_what_was_before_the_start_is_not_owed_and_not_expected() -> None:
    assert four(subscriber(4, 5, start=3)) == (0, 0, 0, 0)
    assert four(subscriber(3, 4, 5, start=3)) == (0, 0, 0, 1)


def test_a_reset_may_skip_and_nothing_else_may() -> None:
    assert four(subscriber(1, 4, 5, resets=((1, 3),))) == (0, 0, 0, 0)
    # Of the part before it, what it was told is a beginning: 1 is missing here.
    assert four(subscriber(3, 4, 5, resets=((1, 3),))) == (1, 0, 0, 0)
    # It began anew at 1, so it is owed 3 once more.
    assert four(subscriber(1, 4, 5, resets=((1, 1),))) == (1, 0, 0, 0)


def test_another_event_with_the_same_number_is_not_the_one() -> None:
    member = subscriber(1, 3, 4)
    member.reader.cursors.append("5.bbbbbb")
    member.reader.times.append(9.0)
    assert four(member) == (1, 0, 0, 1)


def test_what_was_acknowledged_has_to_be_in_the_log() -> None:
    outcome = Outcome()
    judge_acknowledged(outcome, LOG, [Try(10, None, 0, 1), Try(99, None, 1, 2)])
    assert outcome.lost == 1
    assert not outcome.passed


def test_recovery_counts_from_the_return_of_the_part() -> None:
    tries = [Try(seq * 10, None, seq, seq + 0.1) for seq in (1, 3, 4, 5)]
    # Told at 9, 10, 11 and 12; the part was away from 0 to 8, and all but nothing came since.
    members = [subscriber(1, 3, 4, 5, at=9.0)]
    found = recovery(members, LOG, {"alice": HERS}, tries, [Fault("away", 0, 8)])
    assert found == Times(4, 4, 4)


def test_recovery_counts_from_there_too_where_others_failed_first() -> None:
    tries = [Try(None, "refused", 8.1, 8.2), Try(10, None, 10, 10.5)]
    found = recovery([subscriber(1, at=11)], LOG, {"alice": HERS}, tries, [Fault("away", 0, 8)])
    assert found == Times(3, 3, 3)


def test_a_bound_decides() -> None:
    assert Outcome().most("seconds", 3, 3).passed
    assert not Outcome().most("seconds", 3.01, 3).passed
    assert not Outcome().least("arrivals", 1, 2).passed
    assert not Outcome(skipped="needs root").passed
