"""Ours and the peers, all running, measured in turn: one event at a time, and bursts.

Each round measures every server, so that what else the machine does meets all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench.fanout.installing import Missing
from bench.fanout.measuring import Server, at_a_rate, burst, crowd, one_at_a_time, warm
from bench.fanout.peers import PEERS, peer
from bench.fanout.progress import say
from bench.fanout.site import Site, site
from bench.fanout.sizes import Sizes

FAILURES = (OSError, RuntimeError, TimeoutError)
#: Those that the curves are of: what stands near us.
CURVES = ("noticeboard", "nchan", "ws", "socketio", "uvicorn")
OURS = "noticeboard"
#: How long one burst may keep a server busy.
MOST_SECONDS = 8.0


@dataclass
class Contest:
    """Servers that run, and what became of those that do not."""

    servers: dict[str, Server] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    payload: bytes = b""


@contextmanager
def contest(sizes: Sizes, readers: int) -> Iterator[Contest]:
    """Ours and the peers of this size of run, with the same bytes to deliver."""
    with site(readers) as ours, ExitStack() as stack:
        here = Contest({OURS: ours}, payload=event_of(ours))
        for which in PEERS:
            if which.name not in sizes.peers:
                continue
            say(f"starting {which.name}")
            try:
                here.servers[which.name] = stack.enter_context(peer(which, here.payload))
                here.most[which.name] = which.most
            except (Missing, *FAILURES) as error:
                here.missing[which.name] = str(error)
                say(f"{which.name} is missing: {error}")
        yield here


def event_of(ours: Site) -> bytes:
    """An event as our readers get it: what the peers are given to deliver."""
    ours.publish()
    return str(ours.publisher.ask("wire")).encode()


def side_by_side(sizes: Sizes) -> dict[str, Any]:
    """CPU per delivery, latency, bursts and memory of every server over every transport."""
    rounds: dict[str, dict[str, list[Any]]] = {}
    with contest(sizes, sizes.connections) as here:
        for number in range(sizes.rounds):
            for name, server in list(here.servers.items()):
                try:
                    for transport in server.transports:
                        found = _round(sizes, server, transport)
                        rounds.setdefault(name, {}).setdefault(transport, []).append(found)
                        say(_line(f"round {number + 1}", name, transport, found))
                except FAILURES as error:
                    here.missing[name] = str(error)
                    del here.servers[name]
                    say(f"{name} failed: {error}")
        result = {
            "connections": sizes.connections,
            "payload_bytes": len(here.payload),
            "servers": {
                name: {transport: _together(found) for transport, found in each.items()}
                for name, each in rounds.items()
            },
            "missing": here.missing,
        }
    return result


def _round(sizes: Sizes, server: Server, transport: str) -> dict[str, Any]:
    before = server.cost.memory_kb()
    with crowd(sizes.clients, server, transport, sizes.connections) as here:
        warm(here)
        memory = (server.cost.memory_kb() - before) / sizes.connections
        found = one_at_a_time(here, sizes.events, sizes.seconds)
        found |= {"memory_kb": round(memory, 1), "threads": server.cost.threads()}
        # Who takes minutes for a hundred is given fewer: it is a rate that is compared.
        affordable = int(MOST_SECONDS * 1e6 / (found["cpu_us"] * sizes.connections))
        size = max(min(sizes.burst, affordable), 1)
        return found | {"burst": burst(here, size, sizes.bursts)}


def _together(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of the rounds; memory of the first, because it is not given back."""
    found: dict[str, Any] = {
        name: round(median(each[name] for each in rounds), 3)
        for name in ("cpu_us", "p50_ms", "p99_ms")
    }
    found["lost"] = sum(each["lost"] for each in rounds)
    found["memory_kb"], found["threads"] = rounds[0]["memory_kb"], rounds[0]["threads"]
    names = rounds[0]["burst"]
    found["burst"] = {
        name: round(median(each["burst"][name] for each in rounds), 2) for name in names
    }
    return found | {"rounds": rounds}


def _line(what: str, name: str, transport: str, found: dict[str, Any]) -> str:
    rate = found["burst"]["per_cpu_second"] / 1e6
    return (
        f"{what}: {name:<16} {transport:<10} {found['cpu_us']:8.2f} µs a delivery,"
        f" p99 {found['p99_ms']:7.1f} ms, burst {rate:6.2f} M/s of CPU"
    )


def curves(sizes: Sizes) -> dict[str, Any]:
    """Cost against connections, latency against rate, burst size against deliveries a second."""
    most = max(sizes.curve_connections)
    found: dict[str, Any] = {"connections": {}, "rate": {}, "burst": {}}
    with contest(sizes, most) as here:
        for name in CURVES:
            server = here.servers.get(name)
            for transport in server.transports if server else ():
                assert server is not None
                label = f"{name} {transport}"
                say(f"curves of {label}")
                try:
                    found["connections"][label] = _by_connections(sizes, server, transport)
                    if transport == "websocket":
                        found["rate"][label] = _by_rate(sizes, server, transport)
                        found["burst"][label] = _by_size(sizes, server, transport)
                except FAILURES as error:
                    here.missing[label] = str(error)
                    say(f"{label} failed: {error}")
        return found | {"missing": here.missing}


def _by_connections(sizes: Sizes, server: Server, transport: str) -> list[Any]:
    points = []
    for connections in sizes.curve_connections:
        with crowd(sizes.clients, server, transport, connections) as here:
            warm(here)
            points.append(one_at_a_time(here, sizes.events, sizes.seconds / 2))
    return points


def _by_rate(sizes: Sizes, server: Server, transport: str) -> list[Any]:
    with crowd(sizes.clients, server, transport, sizes.connections) as here:
        warm(here)
        return [at_a_rate(here, rate, sizes.seconds / 2) for rate in sizes.curve_rates]


def _by_size(sizes: Sizes, server: Server, transport: str) -> list[Any]:
    with crowd(sizes.clients, server, transport, sizes.connections) as here:
        warm(here)
        return [burst(here, size, 3) for size in sizes.curve_bursts]
