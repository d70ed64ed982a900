"""Sites for what strangers send and try; bytes as they go over the network."""

from __future__ import annotations

import contextlib
import socket
import uuid
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.support.site import Site

SECONDS = 30
#: Small enough that a test reaches them at once.
OPTIONS = {
    "RECONCILE_SECONDS": 0.1,
    "REQUEST_SECONDS": 3,
    "REQUEST_BYTES": 100_000,
    "CONNECTIONS_PER_ADDRESS": 5,
    "CONNECTIONS_PER_USER": 8,
}


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    """One server process with small bounds on what a stranger may do."""
    running = Site("", options=OPTIONS)
    yield running
    running.close()


@pytest.fixture(scope="module")
def people(site: Site) -> SimpleNamespace:
    """alice and bob of one team, charlie outside, with a session key each."""
    return with_sessions(site)


def with_sessions(site: Site) -> SimpleNamespace:
    named = SimpleNamespace(**site.do("people", prefix=f"t{uuid.uuid4().hex[:8]}"))
    named.session = {
        name: site.do("session", username=getattr(named, name))
        for name in ("alice", "bob", "charlie")
    }
    return named


def opened(site: Site, number: int = 0) -> socket.socket:
    """A connection to a process of the site."""
    return socket.create_connection(("127.0.0.1", site.ports[number]), SECONDS)


def answer_to(site: Site, request: bytes) -> bytes:
    """Everything that comes back for some bytes until the server closes, or says no more."""
    with opened(site) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
        return rest_of(connection)


def rest_of(connection: socket.socket) -> bytes:
    """What comes until the other side closes; a time-out is a failure."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65_536):
            found += piece
    return found


def rss(pid: int) -> int:
    """Resident memory of a process in bytes."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * 4096
