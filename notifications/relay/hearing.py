"""How far a page that polls has heard: no two processes have the same clock, or hear alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from notifications.signaling import SignalEvent

#: Of so many processes at most a page knows what it has heard: it is a part of an address.
MOST_ORIGINS = 100
#: Nothing has been heard yet; else ``<origin>.<at>``, joined by ``-``.
NOTHING = "0"
_TEXT = re.compile(r"0|[0-9a-f]{8}\.[0-9]{1,17}(-[0-9a-f]{8}\.[0-9]{1,17}){0,99}")


@dataclass(frozen=True, slots=True)
class Heard:
    """Origin → the greatest ``at`` of what was heard of that process."""

    at: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Heard | None:
        """What a page says; None if it says nothing, or nothing that we have told it."""
        if not _TEXT.fullmatch(text):
            return None
        if text == NOTHING:
            return cls()
        pairs = (each.split(".") for each in text.split("-"))
        return cls({origin: int(at) for origin, at in pairs})

    def __str__(self) -> str:
        return "-".join(f"{origin}.{at}" for origin, at in self.at.items()) or NOTHING

    def is_before(self, signal: SignalEvent) -> bool:
        """Whether a signal event has not been heard yet."""
        return signal.at > self.at.get(signal.origin, 0)

    def plus(self, signals: Iterable[SignalEvent]) -> Heard:
        """This and these. Of too many processes those are forgotten that were silent longest."""
        at = dict(self.at)
        for each in signals:
            at[each.origin] = max(at.pop(each.origin, 0), each.at)
        return Heard(dict(list(at.items())[-MOST_ORIGINS:]))
