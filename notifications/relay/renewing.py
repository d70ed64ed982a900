"""Rights that change while connected: nothing is sent in doubt, and doubt is settled by asking."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import random
import time
from collections.abc import Callable, Iterable

from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import Unavailable
from notifications.events import Entry
from notifications.relay.admitting import Admissions, is_over
from notifications.relay.agenda import Agenda
from notifications.relay.catching_up import RETRY, Replays
from notifications.relay.connection import Connection, State
from notifications.relay.index import Index
from notifications.relay.tasks import Tasks
from notifications.rights import Admission, Key
from notifications.topics import ROOM, split

logger = logging.getLogger(__name__)

#: A connection that a ticket has let in is looked at after so many seconds.
SOON = 5.0
#: One whose session is over is looked at so often, in seconds, until it has been decided on.
AGAIN = 1.0


class Renewals:
    """Admits connections again when an event says so, when their time is over, and now and then.

    ``rights.changed`` comes through the log like everything else, so every process sees it at its
    place in the order: what is before it is delivered, what is after it waits for the answer.
    """

    def __init__(
        self,
        index: Index,
        admissions: Admissions,
        replays: Replays,
        tasks: Tasks,
        signed_out: Callable[[Connection], None],
        failed: Callable[[Connection], None],
    ) -> None:
        self._index = index
        self._admissions = admissions
        self._replays = replays
        self._tasks = tasks
        self._signed_out = signed_out
        self._failed = failed
        self._agenda = Agenda()

    def doubt(self, entry: Entry) -> None:
        """Suspend whom an internal entry concerns; a room's may concern every visitor."""
        about = json.loads(entry.data)
        if about.get("reason") == "signed_out" and about["session"]:
            return self._end(about["session"], entry.topics)
        self._admissions.doubt(entry.topics)
        concerned = [each for topic in entry.topics for each in self._index.readers(topic)]
        if any(split(topic)[0] == ROOM for topic in entry.topics):
            concerned += self._index.visitors
        # Placed before the entry, so that who stays finds it in the replay and acts on its reason.
        self._suspend(concerned, Cursor(entry.seq - 1, entry.before))
        return None

    def doubt_all(self) -> None:
        """The log is another one: who is live cannot be continued, and rights may differ too."""
        self._admissions.doubt_all()
        self._suspend(list(self._index), None)

    def look(self, now: float) -> None:
        """Ask again for those whose time has come; ``now`` is the loop's."""
        self.look_at(self._agenda.due(now), now)

    def look_at(self, connections: Iterable[Connection], now: float) -> None:
        """Ask again for connections whose time has come; ``now`` is the loop's."""
        due = [each for each in connections if each.renew_at <= now]
        over = [each for each in due if is_over(each.admission)]
        for connection in over:
            # One that is behind now is looked at again when it may be live.
            self._agenda.note(connection, asyncio.get_running_loop().time() + AGAIN)
            if connection.state is State.LIVE:
                self._suspend([connection], self._replays.head)
        concerned = dict(_by_key(each for each in due if not is_over(each.admission)))
        if concerned:
            self._tasks.start(self._look_again(concerned), "renewal")

    def plan(self, connections: Iterable[Connection], now: float) -> None:
        """Note when rights are to be asked for again, not for all who came together at once."""
        most, today = options.REVALIDATE_SECONDS, time.time()
        for connection in connections:
            admission = connection.admission
            if admission.by_ticket:
                wait = min(SOON, most / 2)
            else:
                # A moment is left for the question itself.
                wait = most * random.uniform(0.8, 0.95) - max(0.0, today - admission.checked)
                wait = _together(now + wait, most) - now
            if admission.expires is not None:
                wait = min(wait, admission.expires - today)
            self._agenda.note(connection, now + max(wait, 0.0))

    def forget(self, connection: Connection) -> None:
        """A connection has ended: nothing is to be asked for it."""
        self._agenda.forget(connection)

    def _end(self, session: str, topics: Iterable[str]) -> None:
        """One session was signed out: its user's others go on."""
        self._admissions.end(session)
        for topic in topics:
            for connection in list(self._index.readers(topic)):
                if connection.admission.session == session:
                    self._signed_out(connection)

    def _suspend(self, connections: list[Connection], position: Cursor | None) -> None:
        doubt = object()
        for connection in connections:
            if connection.state is State.LIVE:
                connection.position = position
            connection.state = State.IN_DOUBT
            connection.replay = connection.held_since = None
            connection.doubt = doubt
        for key, concerned in _by_key(dict.fromkeys(connections)):
            self._tasks.start(self._settle(key, concerned, doubt), "doubt")

    async def _settle(self, key: Key, connections: list[Connection], doubt: object) -> None:
        while any(each.doubt is doubt for each in connections):
            try:
                admission = await self._admissions.of(*key)
            except Unavailable:
                # Better silent than wrong: who is in doubt gets nothing while nobody can answer.
                await asyncio.sleep(RETRY)
                continue
            except Exception:
                for connection in connections:
                    if connection.doubt is doubt:
                        self._failed(connection)
                raise
            for connection in connections:
                if connection.doubt is doubt:
                    connection.doubt = None
                    self._admit(connection, admission)

    async def _look_again(self, concerned: dict[Key, list[Connection]]) -> None:
        next_look = asyncio.get_running_loop().time() + options.REVALIDATE_SECONDS / 2
        for connections in concerned.values():
            for connection in connections:
                self._agenda.note(connection, next_look)
        found = await self._admissions.again(list(concerned))
        for (key, connections), admission in zip(concerned.items(), found, strict=True):
            if isinstance(admission, BaseException):
                if not isinstance(admission, Unavailable):
                    logger.error("A session could not be looked at again.", exc_info=admission)
                continue
            # Who came into doubt meanwhile is being asked for again already.
            if self._admissions.stands(admission, key[0]):
                self._renew(connections, admission)

    def _renew(self, connections: Iterable[Connection], admission: Admission) -> None:
        for connection in connections:
            if connection.state in (State.LIVE, State.BEHIND):
                self._admit(connection, admission)
                self.plan([connection], asyncio.get_running_loop().time())

    def _admit(self, connection: Connection, admission: Admission) -> None:
        before = connection.admission
        if admission.user_id != before.user_id or not admission.topics:
            return self._signed_out(connection)
        self._index.admit_again(connection, admission)
        if admission.topics != before.topics:
            self._replays.reset(connection, "topics")
        elif connection.state is State.IN_DOUBT:
            self._replays.resume(connection)
        return None


def _together(at: float, most: float) -> float:
    """The next of the moments at which those are asked for whose rights are to be known within
    ``most`` seconds: a question about one costs as much as about twenty more."""
    step = min(2.0, most / 20)
    return math.ceil(at / step) * step


def _by_key(connections: Iterable[Connection]) -> Iterable[tuple[Key, list[Connection]]]:
    found: dict[Key, list[Connection]] = {}
    for each in connections:
        found.setdefault((each.session_key, each.admission.asked), []).append(each)
    return found.items()
