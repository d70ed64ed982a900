"""Who may read what, remembered for seconds and forgotten as soon as it comes into doubt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from notifications import rights, tickets
from notifications.conf import options
from notifications.errors import SignedOut
from notifications.relay.changes import Changes
from notifications.relay.database import Database
from notifications.relay.gathering import Gathering
from notifications.relay.memory import Memory
from notifications.relay.tasks import Tasks
from notifications.rights import Admission, Key
from notifications.topics import ROOM, split

#: How many admissions are remembered; each is a few hundred bytes.
MOST_KEPT = 10_000
#: How long a session that was signed out is remembered in seconds: until it is surely deleted.
ENDED_SECONDS = 60.0
#: Stands among the topics for the visitors, who get a room that becomes public without having it.
VISITORS = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    admission: Admission
    #: How many doubts there had been when the database was asked.
    doubts: int
    until: float


class Admissions:
    """What ``rights.admit_many`` or a ticket said, as long as no event has cast doubt on it.

    The rights may change while the database is being asked: what was read before the doubt is
    then asked again, so that a withdrawn right is never remembered past the event that tells of it.
    """

    def __init__(
        self, database: Database, memory: Memory, tasks: Tasks, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._memory = memory
        self._clock = clock
        self._changes = Changes(memory)
        self.gathering = Gathering(self._ask, tasks)
        self._kept: dict[Key, _Kept] = {}
        self._doubts: dict[str, int] = {}
        self._count = 0
        self._all_doubted = 0
        self._ended: dict[str, float] = {}

    async def of(
        self, session_key: str | None, asked: Iterable[str] = (), ticket: str | None = None
    ) -> Admission:
        """Return the admission of a session; raises Unavailable if the database is away.

        A ticket may spare the question. One that does not fit says nothing: the session decides.
        """
        key = session_key, rights.considered(asked)
        kept = self._kept.get(key)
        if kept is not None and self._stands(kept):
            return kept.admission
        admission = self._by_ticket(key, ticket) if ticket else None
        return admission or await self._asked(key)

    async def again(self, keys: Sequence[Key]) -> list[Admission | BaseException]:
        """Ask for these sessions, whatever is remembered of them: in few questions, together."""
        return await asyncio.gather(*map(self.gathering.of, keys), return_exceptions=True)

    def ticket(self, admission: Admission, session_key: str | None) -> str | None:
        """Return a ticket for an admission that stands; None if there is none to give."""
        if admission.anonymous or not self.stands(admission, session_key):
            return None
        return tickets.seal(admission, self._memory.head)

    async def standing(self, admission: Admission, session_key: str | None) -> Admission:
        """Return an admission that no event has cast doubt on, of the same user, or SignedOut."""
        if self.stands(admission, session_key):
            return admission
        fresh = await self.of(session_key, admission.asked)
        if fresh.user_id != admission.user_id or not fresh.topics:
            raise SignedOut()
        return fresh

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

    async def _asked(self, key: Key) -> Admission:
        while True:
            admission = await self.gathering.of(key)
            if self.stands(admission, key[0]):
                return admission

    async def _ask(self, keys: Sequence[Key]) -> list[Admission]:
        doubts = self._count
        until = self._clock() + options.REVALIDATE_SECONDS / 2
        found = await self._database.run(rights.admit_many, keys)
        ended = [place for place, each in enumerate(found) if self._has_ended(each)]
        if ended:
            nobody = [(None, keys[place][1]) for place in ended]
            visitors = await self._database.run(rights.admit_many, nobody)
            for place, visitor in zip(ended, visitors, strict=True):
                found[place] = visitor
        for key, admission in zip(keys, found, strict=True):
            # Half of it here, half until the connection asks again: together the promised bound.
            self._keep(key, _Kept(admission, doubts, until))
        return found

    def _has_ended(self, admission: Admission) -> bool:
        return (
            admission.session is not None and self._ended.get(admission.session, 0) > self._clock()
        )

    def _by_ticket(self, key: Key, text: str) -> Admission | None:
        ticket = tickets.unseal(text, *key)
        if ticket is None:
            return None
        admission, cursor = ticket
        about = {*admission.topics, *admission.asked, str(admission.session)}
        if not self._changes.none_since(cursor, about) or self._has_ended(admission):
            return None
        left = tickets.lifetime() - (time.time() - admission.checked)
        self._keep(key, _Kept(admission, self._count, self._clock() + left))
        return admission

    def _keep(self, key: Key, kept: _Kept) -> None:
        self._kept.pop(key, None)
        if len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = kept

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
