"""A real server on SQLite, with small bounds, for all tests of the transports in a worker."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.support.site import Site, wait_until

#: Small enough that a test reaches them at once.
OPTIONS = {
    "ACTIONS_PER_MINUTE": 60,
    "BUFFER_BYTES": 262_144,
    "DRAIN_SECONDS": 1,
    "RECONCILE_SECONDS": 0.1,
    "SIGNALS_PER_SECOND": 20,
}
SECONDS = 30


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """One server process, stopped when the worker ends."""
    site = Site("", options=OPTIONS)
    yield site
    site.close()
    for pipe in (site.writer.process.stdin, site.writer.process.stdout):
        if pipe is not None:
            pipe.close()


@pytest.fixture(scope="module")
def people(site: Site) -> SimpleNamespace:
    """alice and bob of one team, charlie outside, with a session key each."""
    named = SimpleNamespace(**site.do("people", prefix=f"t{uuid.uuid4().hex[:8]}"))
    named.session = {
        name: site.do("session", username=getattr(named, name))
        for name in ("alice", "bob", "charlie")
    }
    settle(site, named.session["alice"])
    return named


def settle(site: Site, session: str) -> None:
    """Wait until the server has read what other processes have written so far."""
    head = site.do("head")
    headers = {"Cookie": f"sessionid={session}"}
    address = f"http://{site.address()}/api/events/"
    wait_until(
        lambda: httpx.get(address, headers=headers, timeout=SECONDS).json()["cursor"] == head,
        "the server has read the log",
    )


@pytest.fixture
def origin(site: Site) -> str:
    """The origin of the site's own pages."""
    return f"http://{site.address()}"


@pytest.fixture
def cookie(people: SimpleNamespace) -> dict[str, str]:
    """The headers of alice's requests."""
    return {"Cookie": f"sessionid={people.session['alice']}"}


@pytest.fixture
def http(origin: str, cookie: dict[str, str]) -> Iterator[httpx.Client]:
    """alice's browser without its JavaScript."""
    with httpx.Client(base_url=origin, headers=cookie, timeout=SECONDS) as client:
        yield client


@contextlib.contextmanager
def socket_to(
    site: Site, headers: dict[str, str], query: str = "", **named: Any
) -> Iterator[ClientConnection]:
    """A WebSocket of a client that is not ours."""
    named.setdefault("origin", f"http://{site.address()}")
    address = f"ws://{site.address()}/ws/{query}"
    with connect(
        address, additional_headers=headers, compression=None, open_timeout=SECONDS, **named
    ) as socket:
        yield socket


def frame(socket: ClientConnection) -> dict[str, Any]:
    """The next frame that is no heartbeat."""
    while True:
        fields: dict[str, Any] = json.loads(socket.recv(timeout=SECONDS))
        if fields.get("control") != "heartbeat":
            return fields


def reply(socket: ClientConnection) -> dict[str, Any]:
    """The next answer to a frame of ours."""
    while True:
        fields = frame(socket)
        if "ref" in fields:
            return fields
