"""Clients that are not ours: one per transport, all alike, and none drops a duplicate.

A client-side guard would hide a fault of the server: a reader keeps all that it is sent, in order.
"""

import asyncio
import contextlib
import itertools
import json
import logging
import random
import ssl
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

import httpx
import httpx_sse
import websockets

from tests.support.site import DEADLINE, Site

# A line per request would bury what a failing test has to say.
logging.getLogger("httpx").setLevel(logging.WARNING)

# No reader speaks TLS. A context of its own for each client would be most of what a reader costs.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

LOST = (
    OSError,
    EOFError,
    TimeoutError,
    httpx.TransportError,
    websockets.WebSocketException,
    httpx_sse.SSEError,
)


class SignedOut(Exception):
    """The server says that this reader may not read any more."""


class Reader:
    """One subscriber. `events` is what it was told, `resets` what it was told to forget.

    `session` is a session key or None for a visitor; `after` the cursor to begin at, None for now.
    """

    transport: ClassVar[str]

    def __init__(
        self,
        site: Site,
        session: str | None = None,
        topics: tuple[str, ...] = (),
        after: str | None = None,
        server: int = 0,
    ):
        self.site = site
        self.session = session
        self.topics = topics
        self.cursor = after
        self.servers = itertools.count(server)
        self.server = server
        self.events: list[dict[str, Any]] = []
        self.times: list[float] = []
        #: (events before, cursor) of each reset.
        self.fresh_starts: list[tuple[int, str]] = []
        self.codes: list[int] = []
        #: Seconds to stay away for, where the server asks for it and the reader does as asked.
        self.polite = False
        self.away = 0.0
        self.heard = time.monotonic()
        self.resets: list[dict[str, Any]] = []
        self.controls: list[dict[str, Any]] = []
        self.signals: list[dict[str, Any]] = []
        self.client = ""
        self.ticket: str | None = None
        self.since: int | None = None
        self.signed_out = False
        self.user: int | None = None
        self.connects = 0
        self.connect_times: list[float] = []
        self.left: float | None = None
        self.absences: list[float] = []
        self.cut = asyncio.Event()
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Reader":
        self._task = asyncio.create_task(self._run())
        await self.until(lambda: self.connects or self.signed_out, "connected")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def until(
        self, condition: Callable[[], Any], what: str, seconds: float = DEADLINE
    ) -> None:
        """Wait for a condition on what was told; AssertionError with `what` after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    self._changed.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), 0.2)
                    if self._task is not None and self._task.done():
                        self._task.result()
        except TimeoutError:
            raise AssertionError(
                f"{self.transport}: not within {seconds:.0f} s: {what}\n"
                f"told {self.titles}, resets {self.resets}\n{self.site.logs()}"
            ) from None

    async def told(self, *titles: str, seconds: float = DEADLINE) -> None:
        """Wait until all these titles were told."""
        await self.until(lambda: set(titles) <= set(self.titles), f"told {titles}", seconds)

    @property
    def titles(self) -> list[str]:
        return [event["data"].get("title", event["type"]) for event in self.events]

    @property
    def cursors(self) -> list[str]:
        return [event["cursor"] for event in self.events]

    def of_type(self, *types: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] in types]

    def cut_off(self) -> None:
        """Lose the connection now, as a network does; the reader comes back by its cursor."""
        self.cut.set()

    # -- for the transports

    def connected(self) -> None:
        self.connects += 1
        self.heard = time.monotonic()
        self.connect_times.append(self.heard)
        if self.left is not None:
            self.absences.append(self.heard - self.left)
            self.left = None
        self._changed.set()

    def is_still(self, user: int | None) -> None:
        """Whoever was somebody and is a visitor now was signed out."""
        self.user = user if self.user is None else self.user
        if user != self.user:
            raise SignedOut

    def take(self, frame: dict[str, Any]) -> None:
        self.heard = time.monotonic()
        if frame.get("signal"):
            self.signals.append(frame)
        elif "error" in frame:
            # Refused, and told why before the close: nothing that happened.
            self.controls.append({"control": "refused", **frame})
        elif "control" in frame:
            self.controls.append(frame)
            if frame["control"] == "closing" and self.polite:
                self.away = frame["after_ms"] / 1000
            if frame["control"] == "reset":
                self.reset(frame)
            elif frame.get("cursor"):
                self.cursor = frame["cursor"]
            if frame["control"] == "ready":
                self.is_still(frame["user"])
                self.client = frame["client"]
                self.ticket = frame.get("ticket")
                self.connected()
        else:
            self.events.append(frame)
            self.times.append(self.heard)
            self.cursor = frame["cursor"]
        self._changed.set()

    def reset(self, frame: dict[str, Any]) -> None:
        self.resets.append(frame)
        self.fresh_starts.append((len(self.events), frame["cursor"]))
        self.cursor = frame["cursor"]
        self._changed.set()

    def url(self, path: str, scheme: str = "http", **query: Any) -> str:
        pairs = [(key, value) for key, value in query.items() if value is not None]
        pairs += [("topic", topic) for topic in self.topics]
        # As the page does it: what the last connection brought is shown by the next.
        pairs += [("ticket", self.ticket)] if self.ticket else []
        return f"{scheme}://{self.site.address(self.server)}{path}?{urlencode(pairs)}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}"} if self.session else {}

    async def _run(self) -> None:
        while not self.signed_out:
            self.cut.clear()
            try:
                await self._until_cut()
            except LOST:
                self.server = next(self.servers)
            except SignedOut:
                self.signed_out = True
                self._changed.set()
            self.left = self.left or time.monotonic()
            away, self.away = self.away, 0.0
            await asyncio.sleep(away + 0.02 + random.random() * 0.1)

    async def _until_cut(self) -> None:
        reading = asyncio.create_task(self.read())
        cut = asyncio.create_task(self.cut.wait())
        try:
            await asyncio.wait({reading, cut}, return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
        finally:
            for task in (reading, cut):
                task.cancel()
            await asyncio.gather(reading, cut, return_exceptions=True)

    async def read(self) -> None:
        """Connect once and read until the connection ends."""
        raise NotImplementedError


class WebSocketReader(Reader):
    transport = "websocket"
    socket: Any = None

    async def read(self) -> None:
        address = self.url("/ws/", "ws", after=self.cursor)
        origin = f"http://{self.site.address(self.server)}"
        async with websockets.connect(
            address,
            additional_headers=self.headers,
            origin=origin,  # type: ignore[arg-type]
            compression=None,
            max_queue=None,
            # A reader that is cut off does not wait for a polite good-bye.
            close_timeout=0.2,
        ) as self.socket:
            try:
                async for text in self.socket:
                    self.take(json.loads(text))
            finally:
                self.codes.append(self.socket.close_code or 1006)
                if self.socket.close_code == 4401:
                    raise SignedOut


class EventStreamReader(Reader):
    transport = "sse"

    async def read(self) -> None:
        headers = self.headers | ({"Last-Event-ID": self.cursor} if self.cursor else {})
        async with (
            httpx.AsyncClient(timeout=httpx.Timeout(10, read=None), verify=NO_TLS) as client,
            httpx_sse.aconnect_sse(client, "GET", self.url("/events/"), headers=headers) as source,
        ):
            if source.response.status_code in (401, 403):
                raise SignedOut
            async for sent in source.aiter_sse():
                self.event(sent)

    def event(self, sent: httpx_sse.ServerSentEvent) -> None:
        data = json.loads(sent.data) if sent.data else {}
        match sent.event:
            case "message" if not data:
                pass  # only a `retry:`
            case "message":
                # What is not logged has no cursor: the id stays that of the last event.
                assert data.get("signal") or sent.id == data["cursor"]
                self.take(data)
            case "stream-open":
                self.take({**data, "control": "ready"})
            case "keep-alive":
                self.take({"control": "heartbeat", "cursor": sent.id})
            case "stream-reset":
                self.reset(data)
            case "stream-error" if data.get("code") == "signed_out":
                raise SignedOut
            case "stream-error":
                self.take({**data, "control": "closing"})


class PollReader(Reader):
    transport = "polling"
    wait: ClassVar[int | None] = None
    pause: ClassVar[float] = 0.15

    async def read(self) -> None:
        async with httpx.AsyncClient(timeout=40, verify=NO_TLS) as client:
            while True:
                await self.poll(client)
                await asyncio.sleep(self.pause)

    async def poll(self, client: httpx.AsyncClient) -> None:
        # The first answer says where the log is; only then is there something to wait for.
        wait = self.wait if self.connects else None
        page = {"client": self.client or None, "since": self.since}
        address = self.url("/api/events/", after=self.cursor, wait=wait, **page)
        answer = await client.get(address, headers=self.headers)
        if answer.status_code in (401, 403):
            raise SignedOut
        if answer.status_code == 304:
            return
        if answer.status_code != 200:
            raise httpx.TransportError(f"{answer.status_code} {answer.text}")
        told = answer.json()
        self.is_still(told["user"])
        if told["reset"]:
            self.reset({"reason": told["reset"], "cursor": told["cursor"]})
        self.client, self.since = told["client"], told["since"]
        for event in [*told["events"], *told["signals"]]:
            self.take(event)
        self.cursor = told["cursor"]
        self.connected()


class LongPollReader(PollReader):
    transport = "long-polling"
    wait = 5
    pause = 0.0


class SwitchingReader(Reader):
    """Changes its transport after every third event, later less often, and when it is cut off."""

    transport = "switching"
    turn = 3

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.kinds = itertools.cycle(
            [WebSocketReader, LongPollReader, EventStreamReader, PollReader]
        )

    async def read(self) -> None:
        kind = next(self.kinds)
        inner = kind(self.site, self.session, self.topics, self.cursor, self.server)
        inner.take = self.take_and_switch  # type: ignore[method-assign]
        inner.reset = self.reset  # type: ignore[method-assign]
        inner.connected = self.connected  # type: ignore[method-assign]
        inner.is_still = self.is_still  # type: ignore[method-assign]
        inner.ticket = self.ticket
        # The cursor of the inner reader is ours: a poll asks from where the last event left it.
        self.inner = inner
        reading = asyncio.create_task(inner.read())
        switch = asyncio.create_task(self._switched.wait())
        try:
            await asyncio.wait({reading, switch}, return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
        finally:
            for task in (reading, switch):
                task.cancel()
            await asyncio.gather(reading, switch, return_exceptions=True)
            self._switched.clear()

    @property
    def _switched(self) -> asyncio.Event:
        if not hasattr(self, "_switch_event"):
            self._switch_event = asyncio.Event()
        return self._switch_event

    def take_and_switch(self, frame: dict[str, Any]) -> None:
        self.take(frame)
        self.inner.cursor = self.cursor
        turn = self.turn if len(self.events) < 60 else 100
        if "control" not in frame and len(self.events) % turn == 0:
            self._switched.set()

    def reset(self, frame: dict[str, Any]) -> None:
        super().reset(frame)
        self.inner.cursor = self.cursor


READERS: dict[str, type[Reader]] = {
    kind.transport: kind
    for kind in (WebSocketReader, EventStreamReader, LongPollReader, PollReader, SwitchingReader)
}


@contextlib.asynccontextmanager
async def all_of(*readers: Reader) -> AsyncIterator[tuple[Reader, ...]]:
    """Start several readers together and stop them together."""
    async with contextlib.AsyncExitStack() as stack:
        for reader in readers:
            await stack.enter_async_context(reader)
        yield readers
