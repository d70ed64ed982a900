"""The relay of an event loop as transports use it, started by the first who needs it."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import Discontinued, Unavailable
from notifications.events import Entry
from notifications.relay import noting
from notifications.relay.answer import Answer, Hearing
from notifications.relay.calls import Calls
from notifications.relay.connection import RESTART, Connection
from notifications.relay.database import Database, Threads
from notifications.relay.encoding import ENCODINGS
from notifications.relay.parts import Parts
from notifications.relay.polling import PollSink, page, reset
from notifications.relay.welcome import welcome
from notifications.rights import Admission

T = TypeVar("T")

#: Threads for admissions and replays: indexed reads of a millisecond.
WORKERS = 4
#: Threads for what readers do: a write may wait for a lock, and nobody's reading waits behind it.
ACTORS = 2
#: How long a first connection waits in seconds for a database that is away.
START_TIMEOUT = 5.0
#: How long the first call of a process waits for the channel layer.
LAYER_TIMEOUT = 1.0
#: Seconds between two looks at what is still being written.
DRAIN_LOOK = 0.05


class Relay:
    """Follows the log for one event loop and hands each event to the connections that want it."""

    def __init__(self, database: Database | None = None, reader: Database | None = None) -> None:
        self._database = Threads("noticeboard-work", WORKERS) if database is None else database
        self._reader = Threads("noticeboard-log", 1) if reader is None else reader
        self._actions = Threads("noticeboard-actions", ACTORS) if database is None else database
        self._draining = False
        self.parts = Parts(self._database, self._reader)

    def start(self) -> None:
        """Start following; joins and polls wait until the end of the log is loaded."""
        self.parts.start()

    async def admit(
        self, session_key: str | None, asked: Iterable[str] = (), ticket: str | None = None
    ) -> Admission:
        """Return what a session may read now; raises Unavailable if the database is away.

        A ticket that is right for it spares the database the question.
        """
        if ticket:
            # Only the end of the log says whether it is still right.
            await self._ready()
        return await self.parts.admissions.of(session_key, asked, ticket)

    def ticket(self, admission: Admission, session_key: str | None) -> str | None:
        """Return a ticket to come back with, for an admission that no event has cast doubt on."""
        return self.parts.admissions.ticket(admission, session_key)

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """Run ``work(*args)`` in a thread with a database connection; raises Unavailable."""
        return await self._actions.run(work, *args)

    async def join(self, connection: Connection, after: Cursor | None) -> None:
        """Take a connection in, say ``ready``, and send what is after a cursor (None: the head).

        Raises TooMany, SignedOut and Unavailable. What memory does not have is read from the log
        after this has returned.
        """
        await self._ready()
        admissions = self.parts.admissions
        connection.admission = await admissions.standing(
            connection.admission, connection.session_key
        )
        # Nothing is awaited from here on: a change of rights finds the connection, or came before.
        self.parts.removals.check(connection.admission)
        self.parts.index.add(connection)
        connection.position = after or self.parts.memory.head
        self.parts.renewals.plan([connection], self.parts.loop.time())
        noting.connected(connection)
        connection.sink.control(welcome(connection, connection.position, admissions))
        self.parts.replays.resume(connection)
        if not connection.polls:
            self.parts.unlogged.presence.seen(connection.admission, connection.client_id)

    def leave(self, connection: Connection) -> None:
        """Forget a connection; nothing is sent to it any more. May be called more than once."""
        self.parts.leave(connection)

    async def poll(
        self,
        admission: Admission,
        after: Cursor | None,
        wait: float = 0.0,
        limit: int = 500,
        session_key: str | None = None,
        hearing: Hearing | None = None,
    ) -> Answer:
        """Return what is after a cursor; if that is nothing, wait for it so many seconds.

        From memory where it reaches back, without the database. With ``hearing`` also the signal
        events that the page has not had. Raises TooMany (waiting only), SignedOut and Unavailable.
        """
        await self._ready()
        self.parts.removals.check(admission)
        answer = Answer(self.parts.memory.head)
        if after is not None:
            answer = await self._page(admission, after, limit, session_key)
        unlogged = self.parts.unlogged
        if hearing is not None:
            hearing = unlogged.begin(hearing)
            unlogged.presence.seen(admission, hearing.client_id, polls=True)
        told = hearing is not None and unlogged.waits_for(admission, hearing)
        if not (answer.entries or answer.reset or told or wait <= 0):
            answer = await self._wait(admission, answer.cursor, wait, limit, session_key, hearing)
        return answer if hearing is None else unlogged.answer(answer, admission, hearing)

    def present(self, room: str) -> list[str]:
        """Return the names of those who have a room's page open, in all processes."""
        return self.parts.unlogged.presence.present(room)

    async def calls(self) -> Calls:
        """Return what hears of calls, as soon as the other processes can be heard too."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAYER_TIMEOUT):
                await self.parts.layer.entered.wait()
        return self.parts.unlogged.calls

    def stats(self) -> dict[str, Any]:
        """Return what is measured: numbers by name, and connections by transport."""
        return {
            "connections": dict(Counter(each.encoding.name for each in self.parts.index)),
            "head": self.parts.memory.head.seq,
            "memory": len(self.parts.memory),
            "held": len(self.parts.held),
            "tasks": len(self.parts.tasks),
            "loaded": self.parts.clockwork.loaded.is_set(),
            "draining": self._draining,
        }

    async def drain(self, seconds: float) -> None:
        """Send everybody away to come back, spread over time; wait for what is being written."""
        self._draining = True
        leaving = list(self.parts.index)
        for connection in leaving:
            after_ms = random.randrange(2 * options.RETRY_MS)
            self.parts.close(connection, RESTART, "restart", come_back=True, after_ms=after_ms)
        for _ in range(math.ceil(seconds / DRAIN_LOOK)):
            if not any(each.sink.waiting() for each in leaving):
                break
            await asyncio.sleep(DRAIN_LOOK)
        await self.parts.reports.end()
        self.stop()

    def stop(self) -> None:
        """End the tasks and threads; the relay cannot be started again."""
        self._draining = True
        self.parts.stop()
        self._database.stop()
        self._reader.stop()
        self._actions.stop()

    async def _ready(self) -> None:
        if self._draining:
            raise Unavailable(retry_after=START_TIMEOUT)
        if self.parts.clockwork.loaded.is_set():
            return
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await self.parts.clockwork.loaded.wait()
        except TimeoutError:
            raise Unavailable(retry_after=START_TIMEOUT) from None

    async def _page(
        self, admission: Admission, after: Cursor, limit: int, session_key: str | None
    ) -> Answer:
        while True:
            admission = await self.parts.admissions.standing(admission, session_key)
            entries: Sequence[Entry]
            reached = self.parts.memory.head
            if self.parts.memory.covers(after):
                entries = self.parts.memory.after(after.seq, admission.topics)
            else:
                try:
                    entries, reached = await self.parts.backlog.page(after, admission.topics, limit)
                except Discontinued as gap:
                    return reset(self.parts.memory.head, gap.reason)
            # Its rights may have come into doubt while the log was read.
            if self.parts.admissions.stands(admission, session_key):
                return page(entries, reached, limit, self.parts.memory.head)

    async def _wait(
        self,
        admission: Admission,
        after: Cursor,
        wait: float,
        limit: int,
        session_key: str | None,
        hearing: Hearing | None,
    ) -> Answer:
        sink = PollSink(limit, lambda: self.parts.place(connection))
        connection = Connection(admission, ENCODINGS["json"], sink, session_key)
        connection.polls = True
        if hearing is not None:
            connection.client_id = hearing.client_id
        await self.join(connection, after)
        try:
            if hearing is not None and self.parts.unlogged.waits_for(admission, hearing):
                # They came while the poll was on its way into the index.
                return Answer(self.parts.place(connection))
            await asyncio.wait({sink.answer}, timeout=wait)
            if sink.answer.done():
                return sink.answer.result()
            return Answer(self.parts.place(connection))
        finally:
            self.leave(connection)


_relays: dict[asyncio.AbstractEventLoop, Relay] = {}


def current() -> Relay:
    """Return the relay of the running loop, started if it is the first time."""
    loop = asyncio.get_running_loop()
    relay = _relays.get(loop)
    if relay is None:
        for ended in [each for each in _relays if each.is_closed()]:
            _relays.pop(ended).stop()
        relay = _relays[loop] = Relay()
        relay.start()
    return relay
