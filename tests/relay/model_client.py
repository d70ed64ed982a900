"""The clients of the model: they keep duplicates, and move their cursor when they process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from notifications.cursor import Cursor
from notifications.events import Entry
from notifications.relay import ENCODINGS, Connection, Control, Relay

BUFFER = 10**9


class Wrong(AssertionError):
    """A client was told something else than it should have been."""


class Story:
    """What one client has processed since its last snapshot."""

    def __init__(self, name: str, session_key: str) -> None:
        self.name = name
        self.session_key = session_key
        #: Where the last snapshot was taken; None before the first connection.
        self.base: Cursor | None = None
        self.cursor: Cursor | None = None
        self.told: list[Entry] = []
        #: The topics that it had on every connection since, and on any of them, if known.
        self.certain: frozenset[str] | None = None
        self.possible: frozenset[str] | None = None
        self.relay: Relay | None = None

    def begin(self, cursor: Cursor, topics: frozenset[str] | None) -> None:
        self.base = self.cursor = cursor
        self.told = []
        self.certain = self.possible = topics

    def has_topics(self, topics: frozenset[str]) -> None:
        self.certain = topics if self.certain is None else self.certain & topics
        self.possible = topics if self.possible is None else self.possible | topics

    def tell(self, entries: Sequence[Entry]) -> None:
        self.told += entries
        self.cursor = entries[-1].cursor

    def check_prefix(self, log: Sequence[Entry]) -> None:
        """No gap, duplicate or strange event, as long as log and rights are what they were."""
        known = {entry.cursor for entry in log}
        if self.base is None or self.certain is None or self.possible is None:
            return
        if any(entry.cursor not in known for entry in self.told):
            return
        for entry in self.told:
            if not self.possible.intersection(entry.topics):
                raise Wrong(f"{self.name} was told {entry.seq}, which is not for it.")
        due = _until_rights_changed(log, self.base.seq, self.certain)
        seqs = {entry.seq for entry in due}
        told = [entry for entry in self.told if entry.seq in seqs]
        if told != due[: len(told)]:
            raise Wrong(f"{self.name} was told {_seqs(told)} of {_seqs(due)}")
        passed = [entry for entry in due if entry.seq <= (self.cursor or self.base).seq]
        if len(passed) > len(told):
            raise Wrong(f"The cursor of {self.name} has passed {_seqs(passed)[len(told) :]}")

    def check_all(self, log: Sequence[Entry], topics: Iterable[str]) -> None:
        """Exactly everything since the snapshot that goes to the topics it has now."""
        if self.base is None:
            return
        wanted = set(topics)
        due = [
            entry
            for entry in log
            if entry.seq > self.base.seq and wanted & set(entry.topics) and not entry.internal
        ]
        if self.told != due:
            raise Wrong(f"{self.name} was told {_seqs(self.told)} and not {_seqs(due)}")


class Client(Story):
    """A stream: what is written stays on its way until it is processed, or is lost by a cut."""

    #: When the cursor moves; anything but this loses what was on its way.
    cursor_moves = "processed"

    def __init__(self, name: str, session_key: str) -> None:
        super().__init__(name, session_key)
        #: Events, and control frames with the topics that the connection had then.
        self.way: list[Entry | tuple[Control, frozenset[str]]] = []
        self.stuck = False
        self.connection: Connection | None = None
        self.joining: asyncio.Task[None] | None = None

    # A sink

    def write(self, payload: bytes, entries: Sequence[Entry]) -> int:
        self.way += entries
        if self.cursor_moves == "sent":
            self.cursor = entries[-1].cursor
        return self.waiting()

    def control(self, frame: Control) -> None:
        assert self.connection is not None
        self.way.append((frame, self.connection.admission.topics))

    def waiting(self) -> int:
        return BUFFER if self.stuck else 0

    def close(self, code: int, reason: str, come_back: bool, after_ms: int) -> None:
        self.relay = self.connection = None

    # What the world does to it

    def join(self, relay: Relay) -> None:
        self.relay = relay
        self.joining = asyncio.get_running_loop().create_task(self._join(relay))

    async def _join(self, relay: Relay) -> None:
        admission = await relay.admit(self.session_key)
        self.connection = Connection(admission, ENCODINGS["json"], self, self.session_key)
        await relay.join(self.connection, self.cursor)

    def cut(self) -> None:
        if self.joining is not None:
            self.joining.cancel()
        if self.relay is not None and self.connection is not None:
            self.relay.leave(self.connection)
        self.relay = self.connection = self.joining = None
        self.way.clear()

    def wake(self) -> None:
        if self.relay is not None:
            self.relay.parts.held.look()

    def process(self, count: int) -> None:
        now, self.way = self.way[:count], self.way[count:]
        for thing in now:
            if isinstance(thing, Entry):
                moved = self.cursor
                self.tell([thing])
                if self.cursor_moves == "sent":
                    self.cursor = moved
            else:
                self._obey(*thing)

    def _obey(self, frame: Control, topics: frozenset[str]) -> None:
        if frame.kind == "reset" or self.base is None:
            self.begin(frame.cursor, topics)
        elif frame.kind == "ready":
            self.has_topics(topics)
        else:
            self.cursor = frame.cursor


class Poller(Story):
    """Asks, and asks again with the cursor of the answer; an answer may be lost on its way."""

    def __init__(self, name: str, session_key: str) -> None:
        super().__init__(name, session_key)
        self.asking: asyncio.Task[Any] | None = None
        self.waits = False
        self.nothing_new = False

    def poll(self, relay: Relay, limit: int, wait: bool) -> None:
        self.relay, self.waits, self.nothing_new = relay, wait, False
        self.asking = asyncio.get_running_loop().create_task(self._ask(relay, limit, wait))

    async def _ask(self, relay: Relay, limit: int, wait: bool) -> Any:
        admission = await relay.admit(self.session_key)
        answer = await relay.poll(
            admission, self.cursor, 10_000.0 if wait else 0.0, limit, self.session_key
        )
        return answer, admission.topics

    def cut(self) -> None:
        if self.asking is not None:
            self.asking.cancel()
        self.relay = self.asking = None

    def process(self, count: int) -> None:
        if self.asking is None or not self.asking.done():
            return
        try:
            answer, topics = self.asking.result()
        except Exception as error:
            raise Wrong(f"The poll of {self.name} failed.") from error
        self.relay = self.asking = None
        self.nothing_new = not answer.entries and not answer.reset
        if answer.reset or self.base is None:
            # With which topics it was reset it learns by asking again.
            self.begin(answer.cursor, None if answer.reset else topics)
        else:
            self.has_topics(topics)
            if answer.entries:
                self.tell(answer.entries)
            self.cursor = answer.cursor


def _until_rights_changed(log: Sequence[Entry], after: int, topics: frozenset[str]) -> list[Entry]:
    """What goes to these topics, as far as it is certain that they were its topics."""
    due = []
    for entry in log:
        if entry.seq > after and topics.intersection(entry.topics):
            if entry.internal:
                break
            due.append(entry)
    return due


def _seqs(entries: Iterable[Entry]) -> list[int]:
    return [entry.seq for entry in entries]
