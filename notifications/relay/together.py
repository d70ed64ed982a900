"""What is told within a tick as one write: encoded once for all who read the same addresses."""

from __future__ import annotations

from collections.abc import Sequence

from notifications.relay.encoding import Encoding
from notifications.signaling import CALL, SignalEvent


class Together:
    """The joined bytes of some signal events, from which the one that a page made is cut out."""

    def __init__(self, encoding: Encoding, signals: Sequence[SignalEvent]) -> None:
        self.calls = [each for each in signals if each.type == CALL]
        #: Whether each of them may soon be replaced by another.
        self.passing = all(each.newest for each in signals)
        self._signals = signals
        pieces = [encoding.signal(each.wire) for each in signals]
        self._payload = b"".join(pieces)
        self._ends: list[int] = []
        end = 0
        for piece in pieces:
            end += len(piece)
            self._ends.append(end)
        #: Client id of a page that is left out → the places of what it does not get.
        self._left_out: dict[str, list[int]] = {}
        for place, each in enumerate(signals):
            if each.exclude:
                self._left_out.setdefault(each.exclude, []).append(place)

    def without(self, client_id: str) -> tuple[bytes, Sequence[SignalEvent]]:
        """The bytes for the page of this client id, and what they are of."""
        places = self._left_out.get(client_id)
        if places is None:
            return self._payload, self._signals
        whole = memoryview(self._payload)
        parts: list[memoryview] = []
        signals: list[SignalEvent] = []
        first = begin = 0
        for place in places:
            end = self._ends[place - 1] if place else 0
            parts.append(whole[begin:end])
            signals += self._signals[first:place]
            first, begin = place + 1, self._ends[place]
        parts.append(whole[begin:])
        signals += self._signals[first:]
        return b"".join(parts), signals
