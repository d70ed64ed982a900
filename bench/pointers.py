"""Fifty pointers at 60 a second while 100 notifications a second are published to the same pages.

    python -m bench.pointers [--json] [--pointers 50] [--rate 60] [--seconds 15]

Fifty pages point over WebSocket and see all the others point; a few pages on each other transport
only look. One server process on SQLite with the in-memory layer; then two on PostgreSQL and Redis
(Valkey), with the pages shared out between them. Pages are in programs of their own, and read
everything they are sent. Times are from a page to a page, by the machine's clock.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import support
from bench.latency import end, hear, wait_for
from bench.pointing import POLL_SECONDS
from tests.support.services import new_valkey
from tests.support.site import free_port

TOPIC = "pointers.lab"
POINTERS, RATE, SECONDS, LOOKERS = 50, 60, 15, 3
#: Published in a second, to everyone.
NOTIFICATIONS = 100
LOOKING = ("sse", "long-polling", "polling")
CLOCK_TICKS = 100


Program = subprocess.Popen[str]
#: Where it listens, and the sessions of its pages.
Server = tuple[Program, str, list[str]]


@dataclass
class Ground:
    """Running servers with sessions for their pages, and who publishes."""

    servers: list[Server]
    publisher: Program

    def cpu(self) -> float:
        """Seconds of user and system time of all servers."""
        ticks = 0
        for server, _address, _sessions in self.servers:
            fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / CLOCK_TICKS


@contextlib.contextmanager
def one_process(pages: int) -> Iterator[Ground]:
    """One server on SQLite, which publishes too."""
    with support.database("sqlite") as url, serving(url, pages=pages) as server:
        yield Ground([server], server[0])


@contextlib.contextmanager
def two_processes(pages: int) -> Iterator[Ground]:
    """Two servers on PostgreSQL and Valkey, and a program that publishes beside them."""
    valkey = new_valkey()
    redis = valkey.connection_url
    try:
        with (
            support.database("postgresql") as url,
            serving(url, redis, pages) as (first, one, sessions),
            serving(url, redis, 0, migrate=False) as (second, other, _none),
            running("publish", environment=support.environment(url, redis)) as (publisher, _said),
        ):
            servers = [(first, one, sessions[::2]), (second, other, sessions[1::2])]
            yield Ground(servers, publisher)
    finally:
        valkey.stop()


@contextlib.contextmanager
def serving(url: str, redis: str = "", pages: int = 0, migrate: bool = True) -> Iterator[Server]:
    """A server, where it listens, and the sessions of so many pages."""
    environment = support.environment(url, redis, DEBUG="0")
    if migrate:
        support.run("manage", "migrate", "--verbosity", "0", environment=environment)
    port = free_port()
    with running("serve", str(port), str(pages), environment=environment) as (server, said):
        wait_for(f"http://127.0.0.1:{port}/health/ready/")
        yield server, f"127.0.0.1:{port}", said["sessions"]


@contextlib.contextmanager
def running(*words: str, environment: Mapping[str, str]) -> Iterator[tuple[Program, Any]]:
    """A program of bench.pit, and what it has said when it was up."""
    program = support.start("bench.pit", *words, environment=environment)
    try:
        yield program, hear(program)
    finally:
        end(program)


@contextlib.contextmanager
def pages_of(ground: Ground, given: Any) -> Iterator[list[tuple[str, Program]]]:
    """Programs with pages, by transport: at each server its share of each."""
    opened: list[tuple[str, Program]] = []
    shares = {"websocket": given.pointers} | dict.fromkeys(LOOKING, LOOKERS)
    try:
        for place, (_server, address, sessions) in enumerate(ground.servers):
            left = iter(sessions)
            for transport, count in shares.items():
                share = len(range(place, count, len(ground.servers)))
                plan = {
                    "address": address,
                    "topic": TOPIC,
                    "transport": transport,
                    "sessions": [next(left) for _ in range(share)],
                    "rate": given.rate if transport == "websocket" else 0,
                }
                program = support.start("bench.pointing", environment=support.environment(""))
                opened.append((transport, program))
                say(program, plan)
        for _transport, program in opened:
            hear(program)
        yield opened
    finally:
        for _transport, program in opened:
            end(program)


def say(program: Program, what: Any) -> None:
    assert program.stdin is not None
    program.stdin.write(json.dumps(what) + "\n")
    program.stdin.flush()


def measure(ground: Ground, given: Any) -> dict[str, Any]:
    """Point and publish for so many seconds; what came of it."""
    with pages_of(ground, given) as opened:
        busy = ground.cpu()
        began = time.monotonic()
        for _transport, program in opened:
            say(program, {"seconds": given.seconds})
        say(ground.publisher, {"rate": given.notifications, "seconds": given.seconds})
        time.sleep(given.seconds)
        took = time.monotonic() - began
        busy = ground.cpu() - busy
        count = hear(ground.publisher)["published"]
        for _transport, program in opened:
            say(program, {"count": count})
        told = [(transport, hear(program)) for transport, program in opened]
    pages = [page for _transport, each in told for page in each["pages"]]
    return {
        "published": count,
        "published_per_second": round(count / took, 1),
        "server_cores": round(busy / took, 2),
        "server_us_per_position": round(
            busy * 1e6 / max(1, sum(page["positions"] for page in pages)), 1
        ),
        "transports": by_transport(told, given),
    }


def by_transport(told: Sequence[tuple[str, Any]], given: Any) -> dict[str, Any]:
    """The figures of all pages of a transport."""
    sent = sum(page["sent"] for _transport, each in told for page in each["pages"])
    found: dict[str, Any] = {}
    for transport in ("websocket", *LOOKING):
        shares = [each for name, each in told if name == transport]
        pages = [page for each in shares for page in each["pages"]]
        found[transport] = figures(pages, sent, given.seconds) | {
            "failed": [why for each in shares for why in each["failed"]],
        }
    return found


def figures(pages: list[dict[str, Any]], sent: int, seconds: float) -> dict[str, Any]:
    """What pages of one transport were told, of so many positions that were sent."""
    # Nobody is told his own.
    wanted = [sent - page["sent"] for page in pages]
    positions = [page["positions"] for page in pages]
    signal_ms = [each for page in pages for each in page["signal_ms"]]
    notification_ms = [each for page in pages for each in page["notification_ms"]]
    return {
        "pages": len(pages),
        "sent_per_second_each": round(
            sum(page["sent"] for page in pages) / len(pages) / seconds, 1
        ),
        "received_per_second_each": round(sum(positions) / len(pages) / seconds, 1),
        "least_received_per_second": round(min(positions) / seconds, 1),
        "coalesced": round(1 - sum(positions) / sum(wanted), 4),
        "reads_per_second_each": round(
            sum(page["writes"] for page in pages) / len(pages) / seconds, 1
        ),
        "signal_p50_ms": round(support.percentile(signal_ms, 50), 1),
        "signal_p99_ms": round(support.percentile(signal_ms, 99), 1),
        "notification_p50_ms": round(support.percentile(notification_ms, 50), 1),
        "notification_p99_ms": round(support.percentile(notification_ms, 99), 1),
        **{
            name: sum(page[name] for page in pages)
            for name in ("backwards", "lost", "duplicates", "holes", "out_of_order")
        },
    }


def is_good(results: dict[str, Any]) -> bool:
    """Whether nothing of the log was lost or came twice, and no pointer went backwards."""
    faults = ("backwards", "lost", "duplicates", "holes", "out_of_order", "failed")
    return not any(
        each[fault]
        for result in results.values()
        for each in result["transports"].values()
        for fault in faults
    )


def main() -> int:
    """0 if nothing of the log was lost."""
    parser = support.arguments(__doc__)
    parser.add_argument("--pointers", type=int, default=POINTERS)
    parser.add_argument("--rate", type=float, default=RATE, help="positions a second of each")
    parser.add_argument("--notifications", type=float, default=NOTIFICATIONS, help="a second")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--only", choices=("one_process", "two_processes"))
    given = parser.parse_args()
    pages = given.pointers + LOOKERS * len(LOOKING)
    results = {}
    for kind in (one_process, two_processes):
        if given.only in (None, kind.__name__):
            # A session more for each server, where the shares are not even.
            with kind(pages + 2) as ground:
                results[kind.__name__] = measure(ground, given)
    plan = {"pointers": given.pointers, "rate": given.rate, "seconds": given.seconds}
    good = is_good(results)
    report = {"ok": good, "plan": plan | {"poll_seconds": POLL_SECONDS}, **results}
    support.report(report, given.json)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
