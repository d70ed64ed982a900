"""The three ways of giving a crowd events: one at a time, together, and at a rate."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any, Protocol

from bench.fanout.cost import Cost
from bench.load.crew import Crew, Deliveries, crew
from bench.load.transport import Transport
from bench.support import percentile

#: Events before those that are measured: a just-in-time compiler wants to have seen it all.
WARM_UP = 20
WARM_UP_SECONDS = 3.0
#: A server that has not delivered after this has lost something.
PATIENCE = 20.0
#: No further burst is begun after this.
BURST_SECONDS = 3.0


class Server(Protocol):
    """What can be measured: ours, and each peer."""

    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def cost(self) -> Cost: ...
    @property
    def transports(self) -> Mapping[str, Transport]: ...

    def publish(self, count: int = 1) -> list[int]:
        """Publish so many together; when each was, in ns of the system's clock."""
        ...

    def cookies_for(self, count: int) -> Sequence[str]:
        """Who they are."""
        ...


@dataclass(frozen=True)
class Crowd:
    """Open connections to one server over one transport."""

    crew: Crew
    server: Server
    transport: str
    connections: int

    def until(self, events: int, patience: float = PATIENCE) -> int:
        """Wait until everybody has had so many; how many deliveries there were."""
        return self.crew.expect(self.crew.shares(self.connections, events), patience)


@contextmanager
def crowd(clients: int, server: Server, transport: str, connections: int) -> Iterator[Crowd]:
    """So many connections, open from so many processes.

    Raises ConnectionError and TimeoutError.
    """
    with crew(clients) as people:
        cookies = server.cookies_for(connections)
        people.open(server.address, server.transports[transport], cookies)
        yield Crowd(people, server, transport, connections)


def warm(here: Crowd) -> None:
    """Send some events that nobody measures."""
    here.crew.begin()
    end = time.monotonic() + WARM_UP_SECONDS
    for number in range(1, WARM_UP + 1):
        here.server.publish()
        here.until(number)
        if time.monotonic() > end:
            return


def one_at_a_time(here: Crowd, events: int, seconds: float) -> dict[str, Any]:
    """Each event is delivered to all before the next; at most so many seconds."""
    here.crew.begin()
    published: list[int] = []
    got = 0
    before, began = here.server.cost.cpu(), time.monotonic()
    while len(published) < events and (time.monotonic() - began < seconds or not published):
        published += here.server.publish()
        got = here.until(len(published))
        if got < here.connections * len(published):
            break
    spent, took = here.server.cost.cpu() - before, time.monotonic() - began
    return _figures(here, published, spent) | {"seconds": round(took, 2)}


def burst(here: Crowd, size: int, times: int) -> dict[str, Any]:
    """So many events together; the median of some times. Rates are deliveries a second."""
    rounds: list[dict[str, float]] = []
    began = time.monotonic()
    while len(rounds) < times and (time.monotonic() - began < BURST_SECONDS or not rounds):
        here.crew.begin()
        before = here.server.cost.cpu()
        published = here.server.publish(size)
        got = here.until(size)
        spent = here.server.cost.cpu() - before
        found = here.crew.results()
        first, last = found.span()
        rounds.append(
            {
                "per_cpu_second": got / spent,
                "per_second": got / max((last - published[0]) / 1e9, 1e-9),
                "first_to_last_ms": (last - first) / 1e6,
                "lost": here.connections * size - found.total,
            }
        )
    return {"size": size} | {
        name: round(median(each[name] for each in rounds), 2) for name in rounds[0]
    }


def at_a_rate(here: Crowd, rate: float, seconds: float) -> dict[str, Any]:
    """Events at a rate, however the deliveries keep up."""
    here.crew.begin()
    published: list[int] = []
    before, began = here.server.cost.cpu(), time.monotonic()
    for number in range(max(int(rate * seconds), 2)):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        published += here.server.publish()
    kept = (len(published) - 1) / max(time.monotonic() - began, 1e-9)
    here.until(len(published))
    spent = here.server.cost.cpu() - before
    return _figures(here, published, spent) | {"rate": rate, "published_per_second": round(kept, 1)}


def _figures(here: Crowd, published: Sequence[int], cpu: float) -> dict[str, Any]:
    found = here.crew.results()
    latencies = found.latencies_ms(published)
    expected = here.connections * len(published)
    if found.total > expected:
        raise RuntimeError(f"{here.server.name}: {found.total} deliveries of {expected}")
    return {
        "connections": here.connections,
        "events": len(published),
        "deliveries": found.total,
        "lost": expected - found.total,
        "cpu_us": round(cpu * 1e6 / max(found.total, 1), 3),
        "client_cpu_us": round(found.client_cpu * 1e6 / max(found.total, 1), 3),
        "p50_ms": round(percentile(latencies, 50), 2),
        "p99_ms": round(percentile(latencies, 99), 2),
        # Of each event alone: one hiccup of the machine spoils one of them.
        "event_p99_ms": round(median(_each_p99(found, published)), 2),
    }


def _each_p99(found: Deliveries, published: Sequence[int]) -> list[float]:
    """The p99 of each event that anybody got; a NaN if there is none."""
    return [
        (percentile(times, 99) - published[event]) / 1e6
        for event, times in found.arrivals.items()
        if event < len(published)
    ] or [float("nan")]
