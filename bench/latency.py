"""From the call of notify() to the event in the hands of a client: p50 and p99, per transport.

Three set-ups: the publisher and the server are one process, on SQLite; the publisher is a server
process and the reader's is another, on PostgreSQL and Redis (Valkey); the publisher is a process
of its own beside one server with the in-memory layer, so that nothing but the log connects them.
Every event goes to one reader of each transport at once. The polling reader asks every
POLL_SECONDS; half of that is its part of the latency.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from bench import support
from bench.readers import DEADLINE, POLL_SECONDS, TRANSPORTS, Reader
from tests.support.services import new_valkey
from tests.support.site import free_port

#: Events that are not measured: the first of everything is slower.
WARM_UP = 5


@dataclass(frozen=True)
class Board:
    """Running programs: who publishes, where the readers connect, and with which sessions."""

    publisher: subprocess.Popen[str]
    address: str
    sessions: list[str]

    def publish(self) -> None:
        """Publish one event, soon."""
        assert self.publisher.stdin is not None
        self.publisher.stdin.write("\n")
        self.publisher.stdin.flush()


@contextlib.contextmanager
def one_process() -> Iterator[Board]:
    """One server on SQLite, which publishes too."""
    with support.database("sqlite") as url, serving(url) as (server, address, sessions):
        yield Board(server, address, sessions)


@contextlib.contextmanager
def two_processes() -> Iterator[Board]:
    """Two servers on PostgreSQL and Valkey: one publishes, the readers are at the other."""
    valkey = new_valkey()
    redis = valkey.connection_url
    try:
        with (
            support.database("postgresql") as url,
            serving(url, redis, readers=0) as (publisher, _, _none),
            serving(url, redis, migrate=False) as (_server, address, sessions),
        ):
            yield Board(publisher, address, sessions)
    finally:
        valkey.stop()


@contextlib.contextmanager
def another_process() -> Iterator[Board]:
    """One server on SQLite with the in-memory layer, and a publisher that is no server."""
    with support.database("sqlite") as url, serving(url) as (_server, address, sessions):
        publisher = support.start("bench.board", "publish", environment=support.environment(url))
        try:
            hear(publisher)
            yield Board(publisher, address, sessions)
        finally:
            end(publisher)


@contextlib.contextmanager
def serving(
    url: str, redis: str = "", readers: int = len(TRANSPORTS), migrate: bool = True
) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """A server, where it listens, and the sessions of as many readers."""
    environment = support.environment(url, redis)
    if migrate:
        support.run("manage", "migrate", "--verbosity", "0", environment=environment)
    port = free_port()
    words = ("serve", str(port), str(readers))
    server = support.start("bench.board", *words, environment=environment)
    try:
        sessions = hear(server)["sessions"]
        wait_for(f"http://127.0.0.1:{port}/health/ready/")
        yield server, f"127.0.0.1:{port}", sessions
    finally:
        end(server)


def hear(program: subprocess.Popen[str]) -> Any:
    """What a program says when it is up."""
    assert program.stdout is not None
    return json.loads(program.stdout.readline())


def end(program: subprocess.Popen[str]) -> None:
    program.terminate()
    program.communicate(timeout=DEADLINE)


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(address).status_code == 200:
                return
        time.sleep(0.05)
    raise TimeoutError(address)


async def measure(board: Board, count: int, pause: float) -> dict[str, Any]:
    """Publish `count` events, `pause` seconds apart at most, and say when each was delivered."""
    readers = {
        name: Reader(board.address, session)
        for name, session in zip(TRANSPORTS, board.sessions, strict=True)
    }
    async with reading(readers):
        for number in range(WARM_UP + count):
            board.publish()
            # Not in step with anything that happens once a second.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            if number == WARM_UP - 1:
                await all_got(readers, WARM_UP)
        await all_got(readers, WARM_UP + count)
    return {name: figures(reader, count) for name, reader in readers.items()}


@contextlib.asynccontextmanager
async def reading(readers: dict[str, Reader]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(TRANSPORTS[name](each)) for name, each in readers.items()]
    try:
        async with asyncio.timeout(DEADLINE):
            for reader in readers.values():
                await reader.ready.wait()
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def all_got(readers: dict[str, Reader], count: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DEADLINE):
            for reader in readers.values():
                await reader.until(count)


def figures(reader: Reader, count: int) -> dict[str, Any]:
    titles = list(reader.got)[WARM_UP:]
    times = [(reader.got[title] - int(title)) / 1e6 for title in titles]
    return {
        "p50_ms": round(support.percentile(times, 50), 2),
        "p99_ms": round(support.percentile(times, 99), 2),
        "max_ms": round(max(times, default=float("nan")), 2),
        "delivered": len(times),
        "lost": count - len(times),
    }


def main() -> None:
    """Measure all three set-ups."""
    parser = support.arguments(__doc__)
    parser.add_argument("--events", type=int, default=200, help="events in each set-up")
    wanted = parser.parse_args()
    results: dict[str, Any] = {"poll_seconds": POLL_SECONDS}
    set_ups = {
        "one process, SQLite": (one_process, 0.06),
        "two processes, PostgreSQL and Redis": (two_processes, 0.06),
        "from another process, SQLite and in-memory layer": (another_process, 0.6),
    }
    for name, (board, pause) in set_ups.items():
        events = wanted.events if pause < 0.5 else max(wanted.events // 4, 1)
        with board() as running:
            results[name] = asyncio.run(measure(running, events, pause))
    support.report(results, wanted.json)


if __name__ == "__main__":
    main()
