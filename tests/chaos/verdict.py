"""The verdict: what the tables say each subscriber was owed, beside what it was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.crowd import Subscriber
from tests.chaos.oracle import Told, seq_of
from tests.chaos.outcome import Outcome, Times
from tests.chaos.publisher_client import Try

#: The event by which a notification appears.
CREATED = "notification.created"
#: What was published so many seconds after a part is back has to come in time, too.
AFTERWARDS = 1.0
#: Of so many faults at most the details are kept.
MOST_NOTES = 12


@dataclass
class Fault:
    """What was broken, and when the part answered again."""

    name: str
    began: float
    back: float | None = None


def judge(
    outcome: Outcome, member: Subscriber, told: Sequence[Told], topics: frozenset[str]
) -> None:
    """Count what one subscriber lost, was told twice, out of order, or should not have known."""
    segments = member.segments
    for number, (start, given) in enumerate(segments):
        owed = [each.cursor for each in told if each.seq > seq_of(start) and each.topics & topics]
        if number < len(segments) - 1:
            # Cut short by a reset: what it was told has to be the beginning of what it was owed.
            last = max((seq_of(cursor) for cursor in given), default=0)
            owed = [cursor for cursor in owed if seq_of(cursor) <= last]
        _compare(outcome, member, owed, given)


def _compare(
    outcome: Outcome, member: Subscriber, owed: Sequence[str], given: Sequence[str]
) -> None:
    times = Counter(given)
    known = set(owed)
    lost = [cursor for cursor in owed if cursor not in times]
    doubled = [cursor for cursor, count in times.items() if count > 1]
    strange = [cursor for cursor in given if cursor not in known]
    seqs = [seq_of(cursor) for cursor in given]
    turned = [
        cursor
        for cursor, seq, before in zip(given[1:], seqs[1:], seqs, strict=False)
        if seq < before
    ]
    outcome.lost += len(lost)
    outcome.duplicated += sum(times[cursor] - 1 for cursor in doubled)
    outcome.unexpected += len(strange)
    outcome.out_of_order += len(turned)
    for what, found in (
        ("lost", lost),
        ("duplicated", doubled),
        ("unexpected", strange),
        ("out of order", turned),
    ):
        if found and len(outcome.notes) < MOST_NOTES:
            outcome.notes.append(f"{what}: {member}: {len(found)}, first {found[0]}")


def resets(members: Iterable[Subscriber]) -> list[str]:
    """Who was reset, at which of its events, and why."""
    found = [
        f"reset: {member}: {frame['reason']} at {frame['cursor']} after {place} events"
        for member in members
        for (place, _), frame in zip(member.reader.fresh_starts, member.reader.resets, strict=True)
    ]
    return found[:MOST_NOTES]


def judge_acknowledged(outcome: Outcome, told: Iterable[Told], tries: Iterable[Try]) -> None:
    """What a publisher was told is published has to be in the log."""
    published = {each.notification for each in told if each.type == CREATED}
    missing = [each.id for each in tries if each.id is not None and each.id not in published]
    outcome.lost += len(missing)
    if missing:
        outcome.notes.append(f"lost: {len(missing)} acknowledged, first notification {missing[0]}")


def recovery(
    members: Iterable[Subscriber],
    told: Sequence[Told],
    topics: Mapping[str | None, frozenset[str]],
    tries: Sequence[Try],
    faults: Iterable[Fault],
) -> Times | None:
    """How long after each part was back each subscriber had everything.

    Counted from the moment that the part answers again to the last arrival of what was published
    since the fault began, up to a second after that moment and up to the first that succeeded
    after it. What was acknowledged afterwards counts from then; but the first of those counts
    from that moment where others have failed before it.
    """
    members = list(members)
    delays: list[float] = []
    for fault in faults:
        if fault.back is None:
            continue
        due = _due(tries, fault.began, fault.back)
        moments = [
            (each, due[each.notification])
            for each in told
            if each.type == CREATED and each.notification in due
        ]
        for member in members:
            arrivals = member.arrivals
            late = [
                max(0.0, arrivals[each.cursor] - moment)
                for each, moment in moments
                if each.topics & topics[member.username] and each.cursor in arrivals
            ]
            if late:
                delays.append(max(late))
    return Times.of(delays)


def _due(tries: Sequence[Try], began: float, back: float) -> dict[int | None, float]:
    """From when on each notification counts that was published while a part was away."""
    good = sorted((each for each in tries if each.id is not None), key=lambda each: each.ended)
    first = next((each for each in good if each.ended > back), None)
    until = max(back + AFTERWARDS, first.ended if first else 0.0)
    due = {each.id: max(back, each.ended) for each in good if began <= each.ended <= until}
    if first and any(each.id is None and back < each.ended <= first.ended for each in tries):
        due[first.id] = back
    return due


def acknowledged(tries: Iterable[Try]) -> dict[int | None, float]:
    """When each notification was acknowledged."""
    return {each.id: each.ended for each in tries if each.id is not None}


def latencies(
    members: Iterable[Subscriber], told: Sequence[Told], ended: Mapping[int | None, float]
) -> list[float]:
    """Of every delivery, from the acknowledgement of its publishing: `ended` by notification."""
    moments = {
        each.cursor: ended[each.notification]
        for each in told
        if each.type == CREATED and each.notification in ended
    }
    return [
        max(0.0, arrival - moments[cursor])
        for member in members
        for cursor, arrival in member.arrivals.items()
        if cursor in moments
    ]
