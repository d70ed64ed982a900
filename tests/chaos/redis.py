"""A Redis that a row may stop, kill, freeze and empty."""

from __future__ import annotations

import signal

import redis

from tests.support.services import new_valkey
from tests.support.site import wait_until


class Redis:
    """Every call returns when it has come to what it says."""

    def __init__(self) -> None:
        self.valkey = new_valkey()
        self.url = self.valkey.connection_url
        self._frozen = False

    def stop(self) -> None:
        """In order, as an administrator does; nothing is saved."""
        self.valkey.stop()

    def kill(self) -> None:
        """kill -9."""
        self.valkey.terminate()

    def start(self) -> None:
        """On the port that it had, and empty."""
        self.valkey.start(timeout=30)

    @property
    def runs(self) -> bool:
        return self.valkey._process is not None

    def freeze(self) -> None:
        """SIGSTOP: it takes connections and bytes, and answers nothing."""
        self._signal(signal.SIGSTOP)
        self._frozen = True

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)
        self._frozen = False
        wait_until(self.valkey.is_running, "Redis answers")

    def pause(self, seconds: float) -> None:
        """CLIENT PAUSE: it answers nobody for so long."""
        self._command("CLIENT", "PAUSE", str(round(seconds * 1000)), "ALL")

    def flush(self) -> None:
        """FLUSHALL."""
        self._command("FLUSHALL")

    def mend(self) -> None:
        """Whatever was done to it, it runs again."""
        if self._frozen:
            self.thaw()
        if not self.runs:
            self.start()

    def _command(self, *words: str) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.execute_command(*words)

    def _signal(self, number: int) -> None:
        assert self.valkey._process is not None
        self.valkey._process.send_signal(number)
