"""One child of the supervisor, as its parent sees it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence


class Process:
    """A started child: alive, ready, told to stop, ended."""

    def __init__(self, shared: socket.socket, arguments: Sequence[str]) -> None:
        self._line, theirs = socket.socketpair()
        self._line.setblocking(False)
        descriptors = [shared.fileno(), theirs.fileno()]
        ours = ["--fd", str(descriptors[0]), "--line", str(descriptors[1])]
        with theirs:
            # In a session of its own: Ctrl-C reaches the parent only, which passes it on once.
            self._child = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, sys.argv[0], "serve", *ours, *arguments],
                pass_fds=descriptors,
                env=os.environ,
                start_new_session=True,
            )
        self._since = time.monotonic()
        self._ready = False

    @property
    def pid(self) -> int:
        """Its number."""
        return self._child.pid

    @property
    def ended(self) -> bool:
        """Whether it is no more; then ``status`` says how it ended."""
        return self._child.poll() is not None

    @property
    def status(self) -> int | None:
        """The exit status; a negative one is the signal that killed it."""
        return self._child.returncode

    @property
    def ready(self) -> bool:
        """Whether it has said that it accepts connections."""
        if not self._ready and not self.ended:
            try:
                self._ready = bool(self._line.recv(1))
            except BlockingIOError:
                return False
        return self._ready

    @property
    def seconds(self) -> float:
        """Since it was started, or told to stop."""
        return time.monotonic() - self._since

    def stop(self) -> None:
        """Tell it to let everybody go; a second time, to stop at once."""
        if not self.ended:
            self._since = time.monotonic()
            self._child.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, whatever it does."""
        self._child.kill()

    def forget(self) -> None:
        """Close the line to one that has ended."""
        self._line.close()
