"""Signal events to the pages that want them, and a short memory of them for pages that poll."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import NamedTuple

from notifications.broadcast import TICK
from notifications.conf import options
from notifications.relay.connection import Connection, State
from notifications.relay.hearing import Heard
from notifications.relay.index import Index
from notifications.relay.together import Together
from notifications.signaling import CALL, CLIENT, SignalEvent

#: A page that polls gets what is not older than this.
KEPT_SECONDS = 30
#: ... and not more than so many of all signal events of this process.
MOST_KEPT = 5_000
#: A poll that waits is answered so much later where all that is told may soon be replaced: a page
#: that asked again at once would ask sixty times a second.
POLL_TICK = 0.1


class Kept(NamedTuple):
    """A signal event, and the loop's time at which it came."""

    signal: SignalEvent
    came: float


class Signals:
    """Everything here is at most once: what a page cannot take now, it does not get.

    What comes within a tick of the last writing is written together. ``handed`` is told of each
    call that one connection was given.
    """

    def __init__(
        self, index: Index, handed: Callable[[Connection | None, SignalEvent], None]
    ) -> None:
        self._index = index
        self._handed = handed
        self._loop = asyncio.get_running_loop()
        #: In the order in which they came; of what replaces another, only the newest.
        self._kept: dict[Hashable, Kept] = {}
        self._waiting: dict[Hashable, SignalEvent] = {}
        #: When the next writing is due, if it is planned, else when the last one was.
        self._due = 0.0
        self._planned = False
        #: Writing takes at most half of the loop's time, however many read.
        self._rest_until = 0.0
        #: Polls that are answered soon.
        self._patient: set[Connection] = set()

    def __len__(self) -> int:
        return len(self._kept)

    def hear(self, signal: SignalEvent) -> None:
        """Take one, from this process or another; one that is known already is left out."""
        key = signal.key
        known = self._kept.pop(key, None)
        if known is not None and _is_later(known.signal, signal):
            self._kept[key] = known
            return
        self._kept[key] = Kept(signal, self._loop.time())
        # To the end: what one page tells stays in its order.
        self._waiting.pop(key, None)
        self._waiting[key] = signal
        if not self._planned:
            self._planned = True
            # A tick after the last one was due, not after it was done: else there were fewer.
            self._due = max(self._due + TICK, self._loop.time(), self._rest_until)
            self._loop.call_at(self._due, self.hand_out)

    def hand_out(self) -> None:
        """Write all that waits: one write for each connection."""
        self._planned = False
        waiting, self._waiting = self._waiting, {}
        began = self._loop.time()
        self._forget()
        self._write(waiting.values())
        ended = self._loop.time()
        self._rest_until = ended + (ended - began)

    def _write(self, waiting: Iterable[SignalEvent]) -> None:
        most = options.BUFFER_BYTES // 4
        together: dict[tuple[str, int], Together] = {}
        by_address = _by_address(waiting)
        for connection, mask in self._masks(by_address).items():
            if not _takes(connection) or connection.sink.waiting() > most:
                continue
            kind = (connection.encoding.name, mask)
            if kind not in together:
                together[kind] = Together(connection.encoding, _of(mask, by_address.values()))
            payload, signals = together[kind].without(connection.client_id)
            if signals and connection.polls and together[kind].passing:
                self._answer_soon(connection)
            elif signals:
                connection.sink.signal(payload, signals)
                for call in together[kind].calls:
                    self._handed(connection, call)

    def after(
        self, since: Heard | None, topics: Collection[str], client_id: str
    ) -> list[SignalEvent]:
        """What a page that polls has not had yet, as it came; nothing for its first poll.

        What is about to be handed out is left for that: a poll that waits would get it twice.
        """
        if since is None:
            return []
        self._forget()
        own = CLIENT + client_id
        found = {
            each.id: each
            for key, (each, _came) in self._kept.items()
            if since.is_before(each)
            and key not in self._waiting
            and (each.to in topics or each.to == own)
            and each.exclude != client_id
        }
        return list(found.values())

    def heard(self) -> Heard:
        """Up to where everything has been heard by now."""
        return Heard().plus(each for each, _came in self._kept.values())

    def taken(self, signals: Iterable[SignalEvent]) -> None:
        """A poll was answered with these."""
        for signal in signals:
            if signal.type == CALL:
                self._handed(None, signal)

    def _answer_soon(self, connection: Connection) -> None:
        if connection not in self._patient:
            self._patient.add(connection)
            self._loop.call_later(POLL_TICK, self._answer, connection)

    def _answer(self, connection: Connection) -> None:
        self._patient.discard(connection)
        if connection in self._index and _takes(connection):
            # With what has come by then.
            connection.sink.signal(b"", ())

    def _masks(self, by_address: Mapping[str, object]) -> Mapping[Connection, int]:
        """Who reads any of these addresses, and which of them, as bits in their order."""
        masks: dict[Connection, int] = {}
        for place, address in enumerate(by_address):
            bit = 1 << place
            for connection in self._readers(address):
                masks[connection] = masks.get(connection, 0) | bit
        return masks

    def _readers(self, address: str) -> Collection[Connection]:
        if address.startswith(CLIENT):
            return self._index.client(address.removeprefix(CLIENT))
        return self._index.readers(address)

    def _forget(self) -> None:
        for key in list(self._too_many(self._loop.time() - KEPT_SECONDS)):
            del self._kept[key]

    def _too_many(self, oldest: float) -> Iterator[Hashable]:
        above = len(self._kept) - MOST_KEPT
        for place, (key, kept) in enumerate(self._kept.items()):
            if place >= above and kept.came >= oldest:
                return
            yield key


def _is_later(known: SignalEvent, signal: SignalEvent) -> bool:
    """Whether the one that is known is the later one, or the same; clocks differ."""
    return known.origin == signal.origin and known.at >= signal.at


def _by_address(signals: Iterable[SignalEvent]) -> dict[str, list[SignalEvent]]:
    found: dict[str, list[SignalEvent]] = {}
    for signal in signals:
        found.setdefault(signal.to, []).append(signal)
    return found


def _of(mask: int, shares: Iterable[list[SignalEvent]]) -> list[SignalEvent]:
    """The shares of these bits, each signal event once."""
    found = {
        signal.id: signal
        for place, share in enumerate(shares)
        if mask >> place & 1
        for signal in share
    }
    return list(found.values())


def _takes(connection: Connection) -> bool:
    """One whose rights are in doubt gets nothing; a poll that reads the log asks again."""
    return connection.state is State.LIVE or (
        connection.state is State.BEHIND and not connection.polls
    )
