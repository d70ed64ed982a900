"""A network of its own behind a cable that can be pulled: `ip netns`, which needs root."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.chaos.raw import SECONDS

CLONE_NEWNET = 0x40000000


@dataclass(frozen=True)
class Cable:
    """The server's end is `here`; `there` is in the other network."""

    name: str
    here: str
    there: str

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection from over there. Sockets stay in the network that they were made in."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self._connect, host, port).result()

    def _connect(self, host: str, port: int) -> socket.socket:
        libc = ctypes.CDLL(None, use_errno=True)
        with open(f"/run/netns/{self.name}", "rb") as there:
            if libc.setns(there.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        # The thread ends with this connection, and never comes back to our network.
        return socket.create_connection((host, port), SECONDS)

    def pull(self) -> None:
        """From now on nothing arrives, and nobody is told."""
        ip("-n", self.name, "link", "set", f"{self.name}b", "down")


@contextlib.contextmanager
def cable() -> Iterator[Cable]:
    """Another network and the cable to it; both are gone at the end."""
    number = os.getpid() % 250
    made = Cable(f"nb{number}", f"10.77.{number}.1", f"10.77.{number}.2")
    ip("netns", "add", made.name)
    try:
        ends = (f"{made.name}a", f"{made.name}b")
        ip("link", "add", ends[0], "type", "veth", "peer", "name", ends[1], "netns", made.name)
        ip("addr", "add", f"{made.here}/24", "dev", ends[0])
        ip("link", "set", ends[0], "up")
        ip("-n", made.name, "addr", "add", f"{made.there}/24", "dev", ends[1])
        ip("-n", made.name, "link", "set", ends[1], "up")
        yield made
    finally:
        # Its end of the cable goes with it, and so does ours.
        ip("netns", "del", made.name)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
