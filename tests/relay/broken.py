"""The relay with one of its rules taken out: what the model has to find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from notifications import log
from notifications.cursor import Cursor
from notifications.errors import Discontinued
from notifications.events import Entry
from notifications.relay import Relay
from notifications.relay.answer import Answer
from notifications.relay.connection import Connection, Control, State
from notifications.relay.following import news


def trusts_the_hint(relay: Relay) -> None:
    """Whatever is new is taken, next or not."""
    relay.parts.follower.continues = lambda entry, head: entry.seq > head.seq


def never_reconciles(relay: Relay) -> None:
    """Only hints are looked at."""

    async def nothing() -> None:
        return None

    relay.parts.follower.follow = nothing


def compares_numbers_only(relay: Relay) -> None:
    """The head is compared by its number, and what is above it read unverified."""
    follower = relay.parts.follower

    async def read() -> None:
        head = relay.parts.memory.head
        entries = await follower._database.run(log.read, head.seq, 1000)
        fresh = [entry for entry in entries if entry.seq > relay.parts.memory.head.seq]
        if fresh:
            follower._accept(fresh)

    follower._read = read


def reads_the_backlog_first(relay: Relay) -> None:
    """Live from the moment at which the log was read, not from the position that was reached."""
    replays = relay.parts.replays

    async def step(connection: Connection, replay: object) -> None:
        assert connection.position is not None
        entries, reached = await relay.parts.backlog.page(
            connection.position, connection.admission.topics, 1000
        )
        if connection.replay is replay and replays._send(connection, entries, reached):
            connection.replay = None
            connection.state = State.LIVE

    def resume(connection: Connection) -> None:
        connection.state = State.BEHIND
        connection.replay = replay = object()
        relay.parts.tasks.start(replays._read(connection, replay), "replay")

    replays._step = step
    replays.resume = resume


def has_no_watermark(relay: Relay) -> None:
    """What was read from the log is told, although hints have told it meanwhile."""
    follower = relay.parts.follower

    async def read() -> None:
        try:
            entries = await follower._database.run(news, relay.parts.memory.head, 1000)
        except Discontinued:
            return await follower.start_again()
        if entries:
            follower._accept(entries)
        return None

    follower._read = read


def moves_the_cursor_at_send(relay: Relay) -> None:
    """Heartbeats say that all has been sent, to those too who are still behind."""

    def send_heartbeats(slot: int) -> None:
        frame = Control("heartbeat", relay.parts.memory.head)
        for connection in list(relay.parts.index):
            connection.sink.control(frame)

    relay.parts.clockwork.send_heartbeats = send_heartbeats


def has_polls_that_skip(relay: Relay) -> None:
    """The page of a poll ends somewhere, and its cursor is the head."""
    page = relay._page

    async def skipping(*args: Any) -> Answer:
        answer = await page(*args)
        return Answer(relay.parts.memory.head, answer.entries, answer.reset)

    relay._page = skipping


def has_a_silent_floor(relay: Relay) -> None:
    """A cursor that cannot be continued is continued with whatever is left."""

    async def page(
        position: Cursor, topics: frozenset[str], limit: int
    ) -> tuple[Sequence[Entry], Cursor]:
        def left() -> tuple[list[Entry], Cursor]:
            head = log.head()
            rows = [row for row in log.read(position.seq, 1000) if topics.intersection(row.topics)]
            return rows, head.cursor

        return await relay._database.run(left)

    relay.parts.backlog.page = page


def has_no_audience_test(relay: Relay) -> None:
    """Everything goes to everyone."""

    def hand_out(entries: Sequence[Entry]) -> None:
        told = [entry for entry in entries if not entry.internal]
        for connection in list(relay.parts.index):
            if told and connection.state is State.LIVE:
                connection.sink.write(connection.encoding.join(told), told)

    relay.parts.follower._told = hand_out


def does_not_doubt(relay: Relay) -> None:
    """A change of rights is not looked at."""
    relay.parts.renewals.doubt = lambda entry: None


def forgets_that_topics_moved(relay: Relay) -> None:
    """Who comes back after its topics changed goes on as if nothing had happened."""

    def send(connection: Connection, entries: Sequence[Entry], reached: Cursor) -> bool:
        told = [entry for entry in entries if not entry.internal]
        if told:
            connection.sink.write(connection.encoding.join(told), told)
        connection.position = reached
        return True

    relay.parts.replays._send = send
