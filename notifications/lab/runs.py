"""Runs: one per user at a time, each a thread that appends events until it is done or stopped."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from notifications import log
from notifications.errors import NotFound, TooMany
from notifications.lab.accounts import close_account, open_account
from notifications.lab.plan import Plan
from notifications.lab.ticks import TICK, new_topic

logger = logging.getLogger(__name__)

#: The four connections have this long to be up before the first event, in seconds.
AHEAD = 1.0
#: A page that does not say that it has everything is waited for so long beyond two polls.
GRACE = 10.0
#: Stopping takes one append at most.
STOP_SECONDS = 5.0

#: A pause ends by itself, so that every run does.
MOST_PAUSED = 120.0


class Run:
    """One run. Its events are real events of the log; when it ends their content is forgotten."""

    def __init__(self, user: Any, plan: Plan) -> None:
        self.plan = plan
        self.topic = new_topic(user)
        self.cursor = str(log.head().cursor)
        self.sent = 0
        self.emitting = True
        self.account = open_account(self.topic, plan)
        self._stopping = threading.Event()
        self._going = threading.Event()
        self._going.set()
        self._thread = threading.Thread(target=self._work, name=self.topic, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether there is still work for it at the server."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End all work of this run and wait until it has ended."""
        self._stopping.set()
        self._going.set()
        self._thread.join(STOP_SECONDS)

    def pause(self, paused: bool) -> None:
        """Send nothing until it is told to go on, or for MOST_PAUSED seconds."""
        if paused and self.emitting:
            self._going.clear()
        else:
            self._going.set()

    def told(self) -> dict[str, Any]:
        """The run as its page gets it; ``time`` is now, in ms since 1970.

        ``working`` is how much the server does for it: its thread, what it answers, what it holds.
        """
        return {
            "topic": self.topic,
            "cursor": self.cursor,
            "events": self.plan.events,
            "sent": self.sent,
            "emitting": self.emitting,
            "paused": not self._going.is_set(),
            "working": self.alive + self.account.working,
            "time": now(),
            "traffic": {name: each.told() for name, each in self.account.traffic.items()},
        }

    def _work(self) -> None:
        try:
            self._emit()
            self.emitting = False
            self.account.calm = True
            self._stopping.wait(2 * self.plan.poll_seconds + GRACE)
        except Exception:
            logger.exception("A run of the lab failed.")
        finally:
            self.emitting = False
            self._forget()
            close_account(self.topic)
            connections.close_all()

    def _emit(self) -> None:
        begin = time.monotonic() + AHEAD
        for n in range(1, self.plan.events + 1):
            begin = self._due(begin, (n - 1) / self.plan.rate)
            if self._stopping.is_set():
                return
            data = {"n": n, "sent_at": now(), "payload": "x" * self.plan.payload}
            with log.transaction():
                log.append(TICK, [self.topic], data)
            self.sent = n

    def _due(self, begin: float, seconds: float) -> float:
        """Wait until so many seconds after ``begin``, which a pause moves; return where it is."""
        while not self._stopping.wait(max(0.0, begin + seconds - time.monotonic())):
            if self._going.is_set():
                break
            since = time.monotonic()
            self._going.wait(MOST_PAUSED)
            self._going.set()
            begin += time.monotonic() - since
        return begin

    def _forget(self) -> None:
        # Rows without content or topic until they are pruned: nobody's replay meets them.
        try:
            log.forget(self.topic)
        except Exception:
            logger.warning("The events of a run keep their content.", exc_info=True)


_runs: dict[Any, Run] = {}
_lock = threading.Lock()


def start(user: Any, plan: Plan) -> Run:
    """Begin a run; raises ``too_many`` while another one of this user emits."""
    with _lock:
        last = _runs.get(user.pk)
        if last is not None and last.emitting:
            left = last.plan.seconds + AHEAD
            raise TooMany(_("Another run is active. Stop it first."), retry_after=left)
        if last is not None:
            last.stop()
        _runs[user.pk] = Run(user, plan)
        return _runs[user.pk]


def run_of(user: Any, topic: str | None = None) -> Run:
    """The user's latest run; raises ``not_found`` if there is none, or not on this topic."""
    run = _runs.get(user.pk)
    if run is None or (topic is not None and run.topic != topic):
        raise NotFound
    return run


def working() -> list[Run]:
    """All runs that have work at this server."""
    return [run for run in _runs.values() if run.alive]


def now() -> float:
    """Ms since 1970, on the server's clock."""
    return time.time() * 1000
