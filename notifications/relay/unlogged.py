"""What the relay does beside the log: signal events, calls into pages, presence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from notifications.relay.answer import Answer, Hearing
from notifications.relay.calls import Calls
from notifications.relay.connection import Connection
from notifications.relay.index import Index
from notifications.relay.presence import HERE, Presence
from notifications.relay.signals import Signals, unpack_signal
from notifications.rights import Admission
from notifications.signaling import SignalEvent, clock
from notifications.signals import signaled

logger = logging.getLogger(__name__)


class Unlogged:
    """Runs on the relay's loop; `signaled` is sent in whatever thread makes a signal event."""

    def __init__(self, index: Index) -> None:
        self._loop = asyncio.get_running_loop()
        self.signals = Signals(index, lambda connection, each: self.calls.handed(connection, each))
        self.presence = Presence(index, self.signals.hear)
        self.calls = Calls(index, self.presence.polled)

    def start(self) -> None:
        """Begin to hear what this process makes."""
        signaled.connect(self._signaled, weak=False, dispatch_uid=self)

    def stop(self) -> None:
        """Hear nothing more."""
        signaled.disconnect(dispatch_uid=self)

    def payload(self, payload: Mapping[str, Any]) -> None:
        """Take what another process has sent over the channel layer (or this one)."""
        try:
            if HERE in payload["signal"]:
                self.presence.heard(payload["signal"][HERE])
            else:
                self._hear(unpack_signal(payload))
        except (KeyError, TypeError, ValueError):
            logger.warning("A signal event of another version was left out.", exc_info=True)

    def answer(self, answer: Answer, admission: Admission, hearing: Hearing) -> Answer:
        """The same answer to a poll, with the signal events that its page has not had."""
        signals = answer.signals or self.signals.after(
            hearing.since, admission.topics, hearing.client_id
        )
        if not answer.signals:
            # What a waiting poll was given has been noted when it was given.
            self.signals.taken(signals)
        heard = signals[-1].at if signals else hearing.since or clock.now()
        return Answer(answer.cursor, answer.entries, answer.reset, signals, heard)

    def waits_for(self, admission: Admission, hearing: Hearing) -> bool:
        """Whether a poll would be answered with signal events now."""
        return bool(self.signals.after(hearing.since, admission.topics, hearing.client_id))

    def left(self, connection: Connection) -> None:
        """A connection has ended."""
        if not connection.polls:
            self.calls.left(connection)

    def _signaled(self, told: SignalEvent, **_: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(self._hear, told)
        except RuntimeError:
            # The loop has ended without stopping its relay.
            self.stop()

    def _hear(self, signal: SignalEvent) -> None:
        if not self.calls.hears(signal):
            self.signals.hear(signal)
