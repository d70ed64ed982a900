"""A connection that ends with its first events: what a long poll is to the relay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from notifications import metrics
from notifications.cursor import Cursor
from notifications.errors import SignedOut, Unavailable
from notifications.events import Entry
from notifications.relay.answer import Answer
from notifications.relay.catching_up import moved_topics
from notifications.relay.connection import SIGNED_OUT, Control
from notifications.signaling import SignalEvent


class PollSink:
    """Takes the first thing that is sent to it, and nothing more."""

    def __init__(self, limit: int, place: Callable[[], Cursor]) -> None:
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._limit = limit
        self.place = place

    def write(self, payload: bytes, entries: Sequence[Entry]) -> int:
        """Answer with the events, or with as many of them as were asked for."""
        part = entries[: self._limit]
        self._settle(Answer(part[-1].cursor, part))
        return 0

    def signal(self, payload: bytes, signals: Sequence[SignalEvent]) -> None:
        """Answer with what was told now; the events stand where they stood."""
        self._settle(Answer(self.place(), signals=signals))

    def control(self, frame: Control) -> None:
        """Answer with a reset; the other frames say nothing to a poll."""
        if frame.kind == "reset":
            self._settle(Answer(frame.cursor, (), frame.fields["reason"]))

    def waiting(self) -> int:
        """Nothing waits: what comes after the answer is not taken."""
        return 0

    def close(self, code: int, reason: str, come_back: bool, after_ms: int) -> None:
        """Answer with the error that the close code means."""
        if not self.answer.done():
            error = SignedOut() if code == SIGNED_OUT else Unavailable(retry_after=after_ms / 1000)
            self.answer.set_exception(error)

    def _settle(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)


def page(entries: Sequence[Entry], reached: Cursor, limit: int, head: Cursor) -> Answer:
    """Return the answer with so many of the entries, internal ones left out."""
    if any(moved_topics(entry) for entry in entries):
        return reset(head, "topics")
    told = [entry for entry in entries if not entry.internal]
    if len(told) > limit:
        told, reached = told[:limit], told[limit - 1].cursor
    return Answer(reached, told)


def reset(head: Cursor, reason: str) -> Answer:
    """Return the answer to a cursor that cannot be continued."""
    metrics.RESETS.labels(reason).inc()
    return Answer(head, (), reason)
