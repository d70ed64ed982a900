"""Bringing a connection from its cursor to the head: from memory, else from the log.

A connection is in the index from the first moment, so that a change of its rights finds it, but is
handed nothing new while it is behind: everything that comes meanwhile is in memory. The last step,
from memory to live, is taken without a pause in between. So there is no hole and no duplicate
between the backlog and what is live, and nothing is held per connection.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence

from notifications import log, metrics
from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import Discontinued, Unavailable
from notifications.events import Entry
from notifications.relay.batch import pieces
from notifications.relay.connection import Connection, Control, State
from notifications.relay.database import Database
from notifications.relay.encoding import Joins
from notifications.relay.following import Follower
from notifications.relay.memory import Memory
from notifications.relay.tasks import Tasks

#: Seconds between two tries while the database is away.
RETRY = 0.5


class Backlog:
    """The part of the log between a cursor and the head, for a set of topics."""

    def __init__(self, memory: Memory, database: Database, follower: Follower) -> None:
        self._memory = memory
        self._database = database
        self._follower = follower

    async def page(
        self, position: Cursor, topics: frozenset[str], limit: int
    ) -> tuple[Sequence[Entry], Cursor]:
        """Return entries after a position from the log, and the position that is reached.

        Internal entries are among them. Raises Discontinued if the log does not go on from there.
        """
        if position.seq > self._memory.head.seq:
            # Another process may have told the client of events that we have not read yet.
            await self._follower.follow()
        metrics.backlog_reads.add()
        # Noted before the read: what the read does not return is not there up to here at least.
        noted = self._memory.head
        entries = await self._database.run(read, position, topics, limit)
        if len(entries) >= limit:
            return entries, entries[-1].cursor
        reached = max([position, noted, *(entry.cursor for entry in entries[-1:])], key=_seq)
        if reached == position and not self._memory.covers(position):
            # The log has this position and our copy has not: it is the copy that is old.
            await self._follower.follow()
            if self._memory.head.seq >= position.seq and not self._memory.covers(position):
                await self._follower.start_again()
        return entries, reached


def read(position: Cursor, topics: frozenset[str], limit: int) -> list[Entry]:
    """Return what the log has for some topics after a position, internal entries too."""
    return log.after(position, topics, limit, internal=True)


class Replays:
    """Brings connections to the head of the log, and holds back those that do not drain."""

    def __init__(
        self,
        memory: Memory,
        backlog: Backlog,
        joins: Joins,
        tasks: Tasks,
        hold: Callable[[Connection], None],
        failed: Callable[[Connection], None],
    ) -> None:
        self._memory = memory
        self._backlog = backlog
        self._joins = joins
        self._tasks = tasks
        self._hold = hold
        self._failed = failed

    @property
    def head(self) -> Cursor:
        """Where live connections stand."""
        return self._memory.head

    def resume(self, connection: Connection) -> None:
        """Bring a connection to the head from its position, at once if memory reaches back."""
        connection.state = State.BEHIND
        connection.replay = None
        if connection.position is None:
            self.reset(connection, "unknown")
        elif connection.sink.waiting() > options.BUFFER_BYTES:
            self._hold(connection)
        elif self._memory.covers(connection.position):
            self._finish(connection, connection.position)
        else:
            connection.replay = replay = object()
            self._tasks.start(self._read(connection, replay), "replay")

    def reset(self, connection: Connection, reason: str) -> None:
        """Tell a connection that its past cannot be continued, and go on from the head."""
        head = self._memory.head
        connection.replay = None
        connection.position = head
        connection.state = State.LIVE
        metrics.RESETS.labels(reason).inc()
        connection.sink.control(Control("reset", head, {"reason": reason}))

    def hold(self, connection: Connection, position: Cursor) -> None:
        """Send nothing more until what was written has drained; it resumes at ``position``."""
        connection.state = State.BEHIND
        connection.replay = None
        connection.position = position
        self._hold(connection)

    async def _read(self, connection: Connection, replay: object) -> None:
        while connection.replay is replay:
            try:
                await self._step(connection, replay)
            except Unavailable:
                await asyncio.sleep(RETRY)
            except Exception:
                # Nobody else would bring it on: better that its client comes back.
                self._failed(connection)
                raise

    async def _step(self, connection: Connection, replay: object) -> None:
        position = connection.position
        if position is None or self._memory.covers(position):
            return self.resume(connection)
        topics = connection.admission.topics
        try:
            entries, reached = await self._backlog.page(position, topics, options.REPLAY_BATCH)
        except Discontinued as gap:
            if connection.replay is replay:
                self.reset(connection, gap.reason)
            return None
        # Its rights may have come into doubt while the log was read.
        if connection.replay is replay:
            self._send(connection, entries, reached)
        return None

    def _finish(self, connection: Connection, position: Cursor) -> None:
        """The last step: what memory has, and live."""
        entries = self._memory.after(position.seq, connection.admission.topics)
        if self._send(connection, entries, self._memory.head):
            connection.state = State.LIVE

    def _send(self, connection: Connection, entries: Sequence[Entry], reached: Cursor) -> bool:
        """Write a part of the backlog; False if the connection was held back or reset instead."""
        if any(moved_topics(entry) for entry in entries):
            self.reset(connection, "topics")
            return False
        for piece in pieces([entry for entry in entries if not entry.internal]):
            payload = self._joins.of(connection.encoding, piece)
            if connection.encoding.name in metrics.STREAMS:
                metrics.delivered(connection.encoding.name, len(piece), len(payload))
            if connection.sink.write(payload, piece) > options.BUFFER_BYTES:
                self.hold(connection, piece[-1].cursor)
                return False
        connection.position = reached
        return True


def moved_topics(entry: Entry) -> bool:
    """Whether its readers may have other topics since: what they show is then not the log's."""
    return entry.internal and json.loads(entry.data).get("reason") == "topics"


def _seq(cursor: Cursor) -> int:
    return cursor.seq
