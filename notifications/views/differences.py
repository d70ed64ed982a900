"""What an edit has changed, for people: pieces of text that stayed, went or came."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from re import compile
from typing import Any, NamedTuple

from notifications.models import Former, Notification

# Above this many words two texts are compared by lines: the time grows with the square.
MOST_WORDS = 600

_WORDS = compile(r"\s+|\w+|[^\w\s]")
_LINES = compile(r"[^\n]*\n?")


class Piece(NamedTuple):
    """A part of a text; ``kind`` is same, del or ins."""

    kind: str
    text: str


class Change(NamedTuple):
    """One edit: when, and what it did to the title and the body (no pieces: nothing)."""

    at: datetime
    title: list[Piece]
    body: list[Piece]


def changes(notification: Notification) -> list[Change]:
    """All edits that are remembered, newest first. One query, none for what was never edited."""
    if notification.edited_at is None:
        return []
    formers = list(Former.objects.filter(notification_id=notification.pk).order_by("pk"))
    states: Sequence[Any] = [*formers, notification]
    found = [
        Change(
            before.until,
            difference(before.title, after.title),
            difference(before.body, after.body),
        )
        for before, after in zip(formers, states[1:], strict=True)
    ]
    return found[::-1]


def difference(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in reading order; none if they are equal."""
    return [] if before == after else list(_pieces(*_tokens(before, after)))


def _tokens(before: str, after: str) -> tuple[list[str], list[str]]:
    words = _WORDS.findall(before), _WORDS.findall(after)
    if max(map(len, words)) <= MOST_WORDS:
        return words
    return _LINES.findall(before), _LINES.findall(after)


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, to_start, to_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[start:end]))
            continue
        if end > start:
            yield Piece("del", "".join(before[start:end]))
        if to_end > to_start:
            yield Piece("ins", "".join(after[to_start:to_end]))
