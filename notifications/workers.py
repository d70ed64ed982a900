"""Several server processes on one listening socket, watched over by a parent."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

logger = logging.getLogger(__name__)

#: Connections that may wait to be accepted, over all workers.
BACKLOG = 4096
#: A worker that ends is started again after this, so that one that cannot start does not spin.
RESTART_SECONDS = 1.0
#: How often the workers are looked at.
WATCH_SECONDS = 0.2


def listen(host: str, port: int, uds: str | None) -> socket.socket:
    """A listening socket that child processes can share; raises ``OSError``."""
    if uds:
        return _listen_unix(Path(uds))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host.strip("[]"), port), family=family, backlog=BACKLOG)


def _listen_unix(path: Path) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        # A process that was killed leaves its socket behind, and nobody could listen there again.
        if path.is_socket():
            path.unlink()
    shared = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    shared.bind(str(path))
    shared.listen(BACKLOG)
    return shared


class Supervisor:
    """Keeps ``count`` workers running until SIGTERM or SIGINT, which it passes on to all.

    The socket is shared, not opened once each: a connection that waits to be accepted is taken by
    another worker when one dies.
    """

    def __init__(self, shared: socket.socket, count: int, arguments: Sequence[str] = ()) -> None:
        self._shared = shared
        self._arguments = arguments
        self._workers: list[subprocess.Popen[bytes] | None] = [None] * count
        self._restart_at = [0.0] * count
        self._stopping = 0

    def run(self) -> None:
        """Start the workers and watch over them; return when all have ended."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        while True:
            for place in range(len(self._workers)):
                self._look_after(place)
            if self._stopping and not any(self._workers):
                return
            time.sleep(WATCH_SECONDS)

    def _look_after(self, place: int) -> None:
        worker = self._workers[place]
        if worker is not None and worker.poll() is not None:
            self._workers[place] = None
            self._restart_at[place] = time.monotonic() + RESTART_SECONDS
            if not self._stopping:
                logger.error("Worker %d ended with %s.", worker.pid, worker.returncode)
        elif worker is None and not self._stopping and self._restart_at[place] <= time.monotonic():
            self._workers[place] = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        descriptor = self._shared.fileno()
        command = [sys.executable, sys.argv[0], "serve", "--fd", str(descriptor), *self._arguments]
        # In a session of its own: Ctrl-C reaches the parent only, which passes it on once.
        return subprocess.Popen(  # noqa: S603 - our own command
            command, pass_fds=[descriptor], env=os.environ, start_new_session=True
        )

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping += 1
        self._shared.close()
        for worker in self._workers:
            if worker is not None and worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
