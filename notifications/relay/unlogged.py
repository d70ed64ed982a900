"""What the relay does beside the log: signal events, calls into pages, presence."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from notifications.broadcast import origin
from notifications.relay.answer import Answer, Hearing
from notifications.relay.calls import Calls
from notifications.relay.connection import Connection
from notifications.relay.index import Index
from notifications.relay.presence import HERE, Presence
from notifications.relay.signals import Signals
from notifications.rights import Admission
from notifications.signaling import SignalEvent
from notifications.signals import signaled

logger = logging.getLogger(__name__)


class Unlogged:
    """Runs on the relay's loop; `signaled` is sent in whatever thread makes a signal event."""

    def __init__(self, index: Index) -> None:
        self._loop = asyncio.get_running_loop()
        self.signals = Signals(index, lambda connection, each: self.calls.handed(connection, each))
        self.presence = Presence(index, self.signals.hear)
        self.calls = Calls(index, self.presence.polls_until)
        self._told: deque[SignalEvent] = deque()
        self._planned = False

    def start(self) -> None:
        """Begin to hear what this process makes."""
        signaled.connect(self._signaled, weak=False, dispatch_uid=self)

    def stop(self) -> None:
        """Hear nothing more."""
        signaled.disconnect(dispatch_uid=self)

    def payload(self, payload: Mapping[str, Any]) -> None:
        """Take what another process has sent over the channel layer."""
        try:
            if payload["origin"] == origin():
                # Heard already, when it was told.
                return
            for each in payload["signals"]:
                self._take(each, payload["origin"])
        except (AttributeError, KeyError, TypeError, ValueError):
            logger.warning("A signal event of another version was left out.", exc_info=True)

    def begin(self, hearing: Hearing) -> Hearing:
        """The same page; one that has heard nothing yet begins to hear now."""
        return hearing if hearing.since else replace(hearing, since=self.signals.heard())

    def answer(self, answer: Answer, admission: Admission, hearing: Hearing) -> Answer:
        """The same answer to a poll, with the signal events that its page has not had."""
        since = hearing.since or self.signals.heard()
        signals = answer.signals
        if not signals and not answer.reset:
            signals = self.signals.after(since, admission.topics, hearing.client_id)
            # What a waiting poll was given has been noted when it was given.
            self.signals.taken(signals)
        heard = since.plus(signals)
        return Answer(answer.cursor, answer.entries, answer.reset, signals, heard)

    def waits_for(self, admission: Admission, hearing: Hearing) -> bool:
        """Whether a poll would be answered with signal events now."""
        return bool(self.signals.after(hearing.since, admission.topics, hearing.client_id))

    def left(self, connection: Connection) -> None:
        """A connection has ended."""
        if connection.polls:
            self.presence.waited(connection.client_id)
        else:
            self.calls.left(connection)

    def _take(self, payload: Any, origin: str) -> None:
        if isinstance(payload, Mapping):
            self.presence.heard(payload[HERE])
        else:
            self._hear(SignalEvent.of(payload, origin))

    def _signaled(self, told: SignalEvent, **_: Any) -> None:
        # The loop is woken once for all that is told until it looks.
        self._told.append(told)
        if self._planned:
            return
        self._planned = True
        try:
            self._loop.call_soon_threadsafe(self._hear_all)
        except RuntimeError:
            # The loop has ended without stopping its relay.
            self.stop()

    def _hear_all(self) -> None:
        # First: what is told from now on is heard now, or wakes the loop again.
        self._planned = False
        while self._told:
            self._hear(self._told.popleft())

    def _hear(self, signal: SignalEvent) -> None:
        if not self.calls.hears(signal):
            self.signals.hear(signal)
