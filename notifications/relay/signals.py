"""Signal events to the pages that want them, and a short memory of them for pages that poll."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import Any

from notifications.conf import options
from notifications.relay.connection import Connection, State
from notifications.relay.encoding import Encoding
from notifications.relay.index import Index
from notifications.signaling import CLIENT, SignalEvent, clock

#: A page that polls gets what is not older than this.
KEPT_SECONDS = 30
#: ... and not more than so many of all signal events of this process.
MOST_KEPT = 5_000
#: What comes within so many seconds of the last writing is written together.
TICK = 1 / 60


class Signals:
    """Everything here is at most once: what a page cannot take now, it does not get.

    ``handed`` is told of each signal event that one connection was given.
    """

    def __init__(
        self, index: Index, handed: Callable[[Connection | None, SignalEvent], None]
    ) -> None:
        self._index = index
        self._handed = handed
        self._loop = asyncio.get_running_loop()
        #: In the order in which they came; of what replaces another, only the newest.
        self._kept: dict[Hashable, SignalEvent] = {}
        self._waiting: dict[Hashable, SignalEvent] = {}
        self._written_at = 0.0
        self._planned = False

    def __len__(self) -> int:
        return len(self._kept)

    def hear(self, signal: SignalEvent) -> None:
        """Take one, from this process or another; one that is known already is left out."""
        key = signal.key
        known = self._kept.pop(key, None)
        if known is not None and known.at >= signal.at:
            self._kept[key] = known
            return
        self._kept[key] = signal
        self._forget()
        self._waiting[key] = signal
        if not self._planned:
            self._planned = True
            self._loop.call_at(self._written_at + TICK, self.hand_out)

    def hand_out(self) -> None:
        """Write all that waits: one write for each connection."""
        self._planned = False
        self._written_at = self._loop.time()
        waiting, self._waiting = self._waiting, {}
        encoded: dict[tuple[str, str], bytes] = {}
        for connection, share in self._shares(waiting.values()).items():
            if connection.sink.waiting() > options.BUFFER_BYTES // 4:
                continue
            signals = list(share.values())
            payload = b"".join(_encoded(connection.encoding, each, encoded) for each in signals)
            connection.sink.signal(payload, signals)
            for signal in signals:
                self._handed(connection, signal)

    def after(
        self, since: int | None, topics: Collection[str], client_id: str
    ) -> list[SignalEvent]:
        """What a page that polls has not had yet, in the order of time; nothing for its first."""
        if since is None:
            return []
        self._forget()
        own = CLIENT + client_id
        found = {
            each.id: each
            for each in self._kept.values()
            if each.at > since
            and (each.to in topics or each.to == own)
            and each.exclude != client_id
        }
        return sorted(found.values(), key=lambda each: each.at)

    def taken(self, signals: Iterable[SignalEvent]) -> None:
        """A poll was answered with these."""
        for signal in signals:
            self._handed(None, signal)

    def _shares(
        self, signals: Iterable[SignalEvent]
    ) -> Mapping[Connection, dict[str, SignalEvent]]:
        shares: dict[Connection, dict[str, SignalEvent]] = {}
        for signal in signals:
            for connection in self._readers(signal.to):
                if connection.client_id != signal.exclude and _takes(connection):
                    shares.setdefault(connection, {})[signal.id] = signal
        return shares

    def _readers(self, to: str) -> Collection[Connection]:
        if to.startswith(CLIENT):
            return list(self._index.client(to.removeprefix(CLIENT)))
        return list(self._index.readers(to))

    def _forget(self) -> None:
        oldest = clock.now() - KEPT_SECONDS * 1_000_000
        for key in list(self._too_many(oldest)):
            del self._kept[key]

    def _too_many(self, oldest: int) -> Iterator[Hashable]:
        above = len(self._kept) - MOST_KEPT
        for place, (key, signal) in enumerate(self._kept.items()):
            if place >= above and signal.at >= oldest:
                return
            yield key


def _takes(connection: Connection) -> bool:
    """One whose rights are in doubt gets nothing; a poll that reads the log asks again."""
    return connection.state is State.LIVE or (
        connection.state is State.BEHIND and not connection.polls
    )


def unpack_signal(payload: Mapping[str, Any]) -> SignalEvent:
    """What another process has sent; raises KeyError or TypeError for what is none."""
    return SignalEvent(**payload["signal"])


def _encoded(encoding: Encoding, signal: SignalEvent, made: dict[tuple[str, str], bytes]) -> bytes:
    key = (encoding.name, signal.id + signal.to)
    found = made.get(key)
    if found is None:
        found = made[key] = encoding.signal(signal.wire)
    return found
