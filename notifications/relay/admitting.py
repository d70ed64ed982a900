"""Who may read what, remembered for seconds and forgotten as soon as it comes into doubt."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from notifications import rights
from notifications.conf import options
from notifications.relay.database import Database
from notifications.rights import Admission
from notifications.topics import ROOM, split

#: How many admissions are remembered; each is a few hundred bytes.
MOST_KEPT = 10_000
#: How long a session that was signed out is remembered in seconds: until it is surely deleted.
ENDED_SECONDS = 60.0
#: Stands among the topics for the visitors, who get a room that becomes public without having it.
VISITORS = ""

Key = tuple[str | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Kept:
    admission: Admission
    #: How many doubts there had been when the database was asked.
    doubts: int
    until: float


class Admissions:
    """What ``rights.admit`` said, as long as no event has cast doubt on it.

    The rights may change while the database is being asked: what was read before the doubt is
    then asked again, so that a withdrawn right is never remembered past the event that tells of it.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._kept: dict[Key, _Kept] = {}
        self._doubts: dict[str, int] = {}
        self._count = 0
        self._all_doubted = 0
        self._ended: dict[str, float] = {}

    async def of(self, session_key: str | None, asked: Iterable[str] = ()) -> Admission:
        """Return the admission of a session; raises Unavailable if the database is away."""
        wanted = tuple(asked)
        kept = self._kept.get((session_key, wanted))
        while kept is None or not self._stands(kept):
            kept = await self._ask(session_key, wanted)
        return kept.admission

    def stands(self, admission: Admission, session_key: str | None) -> bool:
        """Whether an admission is what ``of`` would return now without asking."""
        kept = self._kept.get((session_key, admission.asked))
        return kept is not None and kept.admission is admission and self._stands(kept)

    def doubt(self, topics: Iterable[str]) -> None:
        """Forget what is remembered about whoever has one of the topics."""
        self._count += 1
        for topic in topics:
            self._doubts[topic] = self._count
            if split(topic)[0] == ROOM:
                self._doubts[VISITORS] = self._count
        if len(self._doubts) > MOST_KEPT:
            self.doubt_all()

    def doubt_all(self) -> None:
        """Forget everything."""
        self._count += 1
        self._all_doubted = self._count
        self._doubts.clear()
        self._kept.clear()

    def end(self, session: str) -> None:
        """Let a session, named by its digest, be none from now on.

        Django tells of a log-out before it deletes the session: asked at once, the database would
        still say that it is valid.
        """
        now = self._clock()
        self._ended = {each: until for each, until in self._ended.items() if until > now}
        self._ended[session] = now + ENDED_SECONDS
        self._kept = {
            key: kept for key, kept in self._kept.items() if kept.admission.session != session
        }

    async def _ask(self, session_key: str | None, asked: tuple[str, ...]) -> _Kept:
        doubts = self._count
        admission = await self._database.run(rights.admit, session_key, asked)
        if admission.session is not None and self._ended.get(admission.session, 0) > self._clock():
            admission = await self._database.run(rights.admit, None, asked)
        # Half of it here, half until the connection asks again: together the promised bound.
        kept = _Kept(admission, doubts, self._clock() + options.REVALIDATE_SECONDS / 2)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[session_key, admission.asked] = kept
        return kept

    def _stands(self, kept: _Kept) -> bool:
        return not (self._clock() >= kept.until or is_over(kept.admission) or self._doubted(kept))

    def _doubted(self, kept: _Kept) -> bool:
        if self._all_doubted > kept.doubts:
            return True
        topics = kept.admission.topics | ({VISITORS} if kept.admission.anonymous else set())
        return any(self._doubts[topic] > kept.doubts for topic in self._doubts.keys() & topics)


def is_over(admission: Admission) -> bool:
    """Whether the session of an admission has ended, by the clock."""
    return admission.expires is not None and admission.expires <= time.time()
