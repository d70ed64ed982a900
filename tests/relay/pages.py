"""Open pages in a test: connections whose sink writes down what comes, duplicates and all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from notifications.cursor import Cursor
from notifications.events import Entry
from notifications.relay import ENCODINGS, Connection, Control, Relay
from notifications.signaling import SignalEvent

DEADLINE = 30.0


async def until(condition: Callable[[], Any], what: str = "") -> None:
    """Wait for a condition; fails after the deadline."""
    loop = asyncio.get_running_loop()
    end = loop.time() + DEADLINE
    while not condition():
        assert loop.time() < end, f"It did not happen in {DEADLINE} s: {what}"
        await asyncio.sleep(0.01)


def sign_in(user: Any) -> str:
    """Make a session of a user, as signing in does, and return its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


class Page:
    """One subscriber. ``stuck`` is how many bytes its client has not taken."""

    def __init__(self, relay: Relay, session_key: str | None, encoding: str = "json") -> None:
        self.relay = relay
        self.session_key = session_key
        self.encoding = ENCODINGS[encoding]
        self.entries: list[Entry] = []
        self.payloads: list[bytes] = []
        self.signals: list[SignalEvent] = []
        self.controls: list[Control] = []
        self.closed: tuple[int, str, bool] | None = None
        self.stuck = 0
        self.connection: Connection | None = None

    # What a sink is

    def write(self, payload: bytes, entries: Sequence[Entry]) -> int:
        assert payload == self.encoding.join(entries)
        self.payloads.append(payload)
        self.entries.extend(entries)
        return self.stuck

    def signal(self, payload: bytes, signals: Sequence[SignalEvent]) -> None:
        assert payload == b"".join(self.encoding.signal(each.wire) for each in signals)
        self.signals.extend(signals)

    def control(self, frame: Control) -> None:
        self.controls.append(frame)

    def waiting(self) -> int:
        return self.stuck

    def close(self, code: int, reason: str, come_back: bool, after_ms: int) -> None:
        self.closed = (code, reason, come_back)

    # What a test asks

    async def open(
        self, after: Cursor | None = None, asked: tuple[str, ...] = (), ticket: str | None = None
    ) -> Page:
        admission = await self.relay.admit(self.session_key, asked, ticket)
        self.connection = Connection(admission, self.encoding, self, self.session_key)
        await self.relay.join(self.connection, after)
        return self

    def leave(self) -> None:
        if self.connection is not None:
            self.relay.leave(self.connection)

    @property
    def seqs(self) -> list[int]:
        return [entry.seq for entry in self.entries]

    @property
    def titles(self) -> list[str]:
        return [json.loads(entry.data).get("title", entry.type) for entry in self.entries]

    @property
    def kinds(self) -> list[str]:
        return [frame.kind for frame in self.controls]

    @property
    def ticket(self) -> str | None:
        """The ticket that came with the last ``ready``."""
        return [frame.fields.get("ticket") for frame in self.controls if frame.kind == "ready"][-1]

    @property
    def resets(self) -> list[str]:
        return [frame.fields["reason"] for frame in self.controls if frame.kind == "reset"]

    async def has(self, *titles: str) -> None:
        """Wait until exactly these titles have come, in this order."""
        await until(lambda: len(self.titles) >= len(titles), f"{titles}, not {self.titles}")
        assert self.titles == list(titles)


def in_database(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a test on the loop call what needs the database."""
    return sync_to_async(function)
