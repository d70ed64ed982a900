"""What people type into the search field, read into terms."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.inbox.language import LONGEST_SEARCH, Term, parse

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def term(text: str) -> Term:
    search = parse(text, NOW)
    assert search.hints == ()
    (found,) = search.terms
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("disk", Term("text", "disk")),
        ("-disk", Term("text", "disk", wanted=False)),
        ('"disk full"', Term("text", "disk full", exact=True)),
        ('-"disk full"', Term("text", "disk full", wanted=False, exact=True)),
        ('"not closed', Term("text", "not closed", exact=True)),
        ("LEVEL:Critical", Term("level", "critical")),
        ('level:"critical"', Term("level", "critical")),
        ("-room:CI", Term("room", "ci", wanted=False)),
        ("topic:group.3", Term("topic", "group.3")),
        ('from:"Build robot"', Term("from", "Build robot")),
        ("is:unread", Term("is", "unread")),
        ("has:link", Term("has", "link")),
        ("https://example.org/x", Term("text", "https://example.org/x")),
        ("12:30", Term("text", "12:30")),
        ("磁盘", Term("text", "磁盘")),
    ],
)
def test_it_reads_a_term(text: str, expected: Term) -> None:
    assert term(text) == expected


def test_it_reads_several_in_their_order() -> None:
    search = parse('level:critical -room:ci from:alice older:2d "disk full"\u3000磁盘', NOW)
    keys = [each.key for each in search.terms]
    assert keys == ["level", "room", "from", "older", "text", "text"]


@pytest.mark.parametrize(
    ("age", "seconds"),
    [("30m", 1800), ("3h", 10_800), ("2d", 172_800), ("2D", 172_800), ("1w", 604_800)],
)
def test_an_age_is_a_time(age: str, seconds: int) -> None:
    assert term(f"older:{age}").moment == NOW - timedelta(seconds=seconds)


def test_an_age_may_be_a_day() -> None:
    assert term("newer:2026-11-01").moment is not None


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("level:high", "info, success, warning, critical"),
        ("level:", "level:critical"),
        ("is:read", "unread, done, snoozed, acknowledged"),
        ("has:picture", "link"),
        ("older:soon", "older:2d"),
        ("older:9999y", "older:2d"),
        ("newer:2026-13-01", "newer:2026-11-21"),
        ("newer:٣d", "newer:3h".replace("3h", "2d")),
        ("colour:red", "level:, room:, topic:, from:, older:, newer:, is:, has:"),
        ("***", "no letter"),
    ],
)
def test_what_it_does_not_understand_gets_a_hint_that_names_the_cure(text: str, cure: str) -> None:
    search = parse(f"disk {text}", NOW)
    assert [each.value for each in search.terms if each.value == "disk"] == ["disk"]
    (hint,) = search.hints
    assert cure in hint


def test_an_unknown_term_is_looked_for_as_text() -> None:
    assert parse("colour:red").terms == (Term("text", "colour:red"),)


@given(st.text(max_size=LONGEST_SEARCH * 2))
def test_everything_that_people_can_type_gives_an_answer(text: str) -> None:
    search = parse(text)
    assert all(each.value for each in search.terms)
    assert all(search.hints)
