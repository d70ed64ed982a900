"""The relay's parts, put together for one event loop, and what each tells the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from notifications import metrics
from notifications.broadcast import HINT, SIGNAL
from notifications.conf import options
from notifications.cursor import Cursor
from notifications.events import CANARY_SENT, CONNECTIONS_ENDED, RIGHTS_CHANGED, Entry
from notifications.relay import noting
from notifications.relay.admitting import Admissions
from notifications.relay.batch import Batch
from notifications.relay.beating import Clockwork
from notifications.relay.canary import Canary
from notifications.relay.catching_up import Backlog, Replays
from notifications.relay.connection import COME_BACK, SIGNED_OUT, TOO_SLOW, Connection, State
from notifications.relay.database import Database
from notifications.relay.encoding import Joins
from notifications.relay.following import Follower, age
from notifications.relay.hints import unpack
from notifications.relay.holding import Held
from notifications.relay.index import Index
from notifications.relay.layer import Layer
from notifications.relay.measuring import Measuring
from notifications.relay.memory import Memory
from notifications.relay.removing import Removals
from notifications.relay.renewing import Renewals
from notifications.relay.reporting import Reports
from notifications.relay.tasks import Tasks
from notifications.relay.unlogged import Unlogged
from notifications.signals import stamped


class Parts:
    """Everything runs on one loop, so that nothing is locked: what is done between two awaits is
    seen whole. ``reader`` reads the log only, lest that wait behind other calls.
    """

    def __init__(self, database: Database, reader: Database) -> None:
        self.loop = asyncio.get_running_loop()
        self.tasks = Tasks()
        self.index = Index()
        self.memory = Memory(options.MEMORY_EVENTS)
        self.joins = Joins()
        self.follower = Follower(self.memory, reader, self.hand_out, self._restarted)
        self.backlog = Backlog(self.memory, database, self.follower)
        self.held = Held(lambda each: self.replays.resume(each), self._too_slow)
        self.replays = Replays(
            self.memory, self.backlog, self.joins, self.tasks, self.held.add, self._failed
        )
        self.admissions = Admissions(database, self.memory, self.tasks, self.loop.time)
        self.renewals = Renewals(
            self.index, self.admissions, self.replays, self.tasks, self._signed_out, self._failed
        )
        self.measuring = Measuring(self.index, self.memory, self.held, lambda: self.clockwork.reads)
        self.clockwork = Clockwork(
            self.index,
            self.memory,
            self.follower,
            self.renewals,
            database,
            self.measuring.queued,
        )
        self.layer = Layer(self.heard)
        self.unlogged = Unlogged(self.index)
        self.removals = Removals(self.index, self.admissions, self._disconnect, self.loop.time)
        rooms = self.unlogged.presence.rooms
        self.reports = Reports(self.index, self.memory, self.tasks, self.place, rooms, database)
        self.canary = Canary(database)
        #: What to do at an internal event, by its type.
        self.internal: dict[str, Callable[[Entry], None]] = {
            RIGHTS_CHANGED: lambda entry: self.renewals.doubt(entry),
            CONNECTIONS_ENDED: self.removals.obey,
            CANARY_SENT: self.canary.hear,
        }
        #: What to do with a payload of the channel layer, by its type.
        self.payloads: dict[str, Callable[[Mapping[str, Any]], None]] = {
            HINT: self._hint,
            SIGNAL: self.unlogged.payload,
        }

    def start(self) -> None:
        """Start following the log; ``clockwork.loaded`` is set when its end is in memory."""
        stamped.connect(self._stamped, weak=False, dispatch_uid=self)
        self.unlogged.start()
        for work in (
            self.clockwork.reconcile,
            self.clockwork.keep_up,
            self.clockwork.publish,
            self.clockwork.beat,
            self.layer.read,
            self.layer.keep_membership,
            self.unlogged.presence.watch,
            self.measuring.measure,
            self.reports.report,
        ):
            self.tasks.start(work(), work.__name__)

    def begin_canary(self) -> None:
        """Try now and then whether events arrive: for a process that serves people."""
        self.tasks.start(self.canary.watch(), "canary")

    def stop(self) -> None:
        """End the tasks; they cannot be started again."""
        stamped.disconnect(dispatch_uid=self)
        self.unlogged.stop()
        if not self.loop.is_closed():
            self.tasks.cancel()

    def hand_out(self, entries: Sequence[Entry]) -> None:
        """Send new entries to their readers; an internal one divides what is before from after."""
        self.joins.clear()
        start = 0
        for place, entry in enumerate(entries):
            if entry.internal:
                self._send(entries[start:place])
                self.internal.get(entry.type, _nothing)(entry)
                start = place + 1
        self._send(entries[start:])

    def heard(self, payload: Mapping[str, Any]) -> None:
        """Take what came over the channel layer; a type that is not known is not for us."""
        take = self.payloads.get(payload.get("type", ""))
        if take is not None:
            take(payload)

    def leave(self, connection: Connection, reason: str = "gone") -> None:
        """Forget a connection; nothing is sent to it any more. May be called more than once."""
        if connection in self.index:
            self.unlogged.left(connection)
            noting.closed(connection, reason)
        self.index.remove(connection)
        self.renewals.forget(connection)
        connection.state = State.CLOSED
        connection.replay = connection.doubt = None

    def close(
        self,
        connection: Connection,
        code: int,
        reason: str,
        come_back: bool = False,
        after_ms: int = 0,
    ) -> None:
        """Forget a connection and end it."""
        self.leave(connection, reason)
        connection.sink.close(code, reason, come_back, after_ms)

    def place(self, connection: Connection) -> Cursor:
        """Return up to where everything that is a connection's has been sent to it."""
        if connection.state is State.LIVE or connection.position is None:
            return self.memory.head
        return connection.position

    def _send(self, entries: Sequence[Entry]) -> None:
        if entries:
            Batch(entries, self.index, self.joins).hand_out(self.replays.hold)

    def _hint(self, payload: Mapping[str, Any]) -> None:
        try:
            self.follower.hint(*unpack(payload))
        except (KeyError, TypeError, ValueError):
            # Another version of ours may speak otherwise; the log says it too.
            self.follower.behind.set()

    def _stamped(self, entries: Sequence[Entry], **_: Any) -> None:
        # Sent in whatever thread has published. What this process stamps needs no channel layer.
        try:
            self.loop.call_soon_threadsafe(self.follower.hint, entries, entries[-1].cursor)
        except RuntimeError:
            # The loop has ended without stopping its relay.
            stamped.disconnect(dispatch_uid=self)
        metrics.PUBLISHED.inc(len(entries))
        metrics.STAMP_LAG.observe(age(entries[0].time))

    def _restarted(self) -> None:
        self.joins.clear()
        self.renewals.doubt_all()

    def _signed_out(self, connection: Connection) -> None:
        self.close(connection, SIGNED_OUT, "signed_out")

    def _disconnect(self, connection: Connection, after_ms: int) -> None:
        self.close(connection, COME_BACK, "disconnected", come_back=True, after_ms=after_ms)

    def _failed(self, connection: Connection) -> None:
        self.close(connection, COME_BACK, "failed", come_back=True)

    def _too_slow(self, connection: Connection) -> None:
        metrics.SLOW_CLOSES.inc()
        self.close(connection, TOO_SLOW, "too_slow", come_back=True)


def _nothing(entry: Entry) -> None:
    """An internal event of a project's own, or of a newer version of ours."""
