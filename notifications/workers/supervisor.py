"""The parent of the server processes: starts them, replaces them, passes signals on."""

from __future__ import annotations

import logging
import signal
import socket
import time
from collections.abc import Sequence
from types import FrameType

from notifications.workers import figures
from notifications.workers.process import Process
from notifications.workers.rolling import STOP_SECONDS, Rolling

logger = logging.getLogger(__name__)

#: A worker that ends is started again after this, so that one that cannot start does not spin.
RESTART_SECONDS = 1.0
#: How often the workers are looked at.
WATCH_SECONDS = 0.2


class Supervisor:
    """Keeps ``count`` workers running on a ``shared`` socket.

    SIGTERM and SIGINT end it and all of them, SIGHUP replaces them one by one.
    """

    def __init__(self, shared: socket.socket, count: int, arguments: Sequence[str] = ()) -> None:
        self._shared = shared
        self._arguments = arguments
        self._workers: list[Process | None] = [None] * count
        self._restart_at = [0.0] * count
        self._rolling = Rolling(self._workers, self._start, self._end)
        # What signals have asked for; it is done between two looks, never in the middle of one.
        self._stops = self._passed_on = 0

    def run(self) -> None:
        """Start the workers and watch over them; return when all have ended."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGHUP, self._on_reload)
        while not self._passed_on or any(not each.ended for each in self._processes()):
            if self._passed_on < self._stops:
                self._pass_on()
            elif self._stops:
                self._end_who_hangs()
            else:
                self._rolling.step()
                for place in range(len(self._workers)):
                    self._look_after(place)
            time.sleep(WATCH_SECONDS)

    def _look_after(self, place: int) -> None:
        worker = self._workers[place]
        if worker is not None and worker.ended:
            logger.error("Worker %d ended with %s.", worker.pid, worker.status)
            self._workers[place] = None
            self._restart_at[place] = time.monotonic() + RESTART_SECONDS
            self._end(worker)
        elif worker is None and self._restart_at[place] <= time.monotonic():
            self._restart_at[place] = time.monotonic() + RESTART_SECONDS
            self._try_to_start(place)

    def _try_to_start(self, place: int) -> None:
        try:
            self._workers[place] = self._start()
        except OSError:
            # No memory or no descriptors at this moment: the others must not end for it.
            logger.exception("A worker could not be started.")

    def _processes(self) -> list[Process]:
        return [*filter(None, self._workers), *self._rolling.processes]

    def _start(self) -> Process:
        return Process(self._shared, self._arguments)

    def _end(self, process: Process) -> None:
        process.forget()
        try:
            figures.forget(process.pid)
        except Exception:
            # Figures are no reason for the parent to end, and with it the site.
            logger.exception("The figures of worker %d could not be put away.", process.pid)

    def _pass_on(self) -> None:
        self._passed_on = self._stops
        self._shared.close()
        for process in self._processes():
            process.stop()

    def _end_who_hangs(self) -> None:
        for process in self._processes():
            if not process.ended and process.seconds > STOP_SECONDS:
                process.kill()

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self._stops += 1

    def _on_reload(self, number: int, frame: FrameType | None) -> None:
        self._rolling.ask()
