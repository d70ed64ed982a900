"""Ten thousand connections: memory of each, CPU while nothing happens, one event to all."""

from __future__ import annotations

import time
from typing import Any

from bench.fanout.installing import Missing
from bench.fanout.measuring import Server, crowd, one_at_a_time, warm
from bench.fanout.peers import NCHAN, peer
from bench.fanout.progress import say
from bench.fanout.side_by_side import FAILURES, OURS, event_of
from bench.fanout.site import site
from bench.fanout.sizes import Sizes

#: Opened and closed before memory is looked at, so that what is loaded once is loaded.
FIRST = 20
#: What was opened settles for so long before the CPU of doing nothing is measured.
SETTLE_SECONDS = 3.0


def crowds(sizes: Sizes) -> dict[str, Any]:
    """Ours over both transports, each on a fresh server, and nchan."""
    found: dict[str, Any] = {"connections": sizes.crowd, "servers": {}, "missing": {}}
    for transport in ("websocket", "sse"):
        with site(sizes.crowd) as ours:
            payload = event_of(ours)
            found["servers"].setdefault("noticeboard", {})[transport] = _one(sizes, ours, transport)
        try:
            with peer(NCHAN, payload) as other:
                found["servers"].setdefault("nchan", {})[transport] = _one(sizes, other, transport)
        except (Missing, *FAILURES) as error:
            found["missing"]["nchan"] = str(error)
            say(f"nchan is missing: {error}")
    return found


def _one(sizes: Sizes, server: Server, transport: str) -> dict[str, Any]:
    with crowd(1, server, transport, FIRST) as here:
        warm(here)
    before, began = server.cost.memory_kb(), time.monotonic()
    with crowd(sizes.clients, server, transport, sizes.crowd) as here:
        opened = time.monotonic() - began
        memory = (server.cost.memory_kb() - before) / sizes.crowd
        time.sleep(SETTLE_SECONDS)
        spent, began = server.cost.cpu(), time.monotonic()
        # A goal of ours only; for others it is enough to see that they do nothing.
        time.sleep(sizes.idle_seconds if server.name == OURS else min(sizes.idle_seconds, 10))
        idle = 100 * (server.cost.cpu() - spent) / (time.monotonic() - began)
        warm(here)
        found = one_at_a_time(here, sizes.crowd_events, sizes.seconds * 2)
    say(
        f"{sizes.crowd} connections: {server.name:<12} {transport:<10} {memory:5.1f} KB each, "
        f"idle {idle:4.1f} % CPU, {found['cpu_us']:6.2f} µs a delivery, "
        f"p99 {found['p99_ms']:.0f} ms"
    )
    return found | {
        "memory_kb": round(memory, 2),
        "idle_cpu_percent": round(idle, 2),
        "opened_seconds": round(opened, 2),
        "threads": server.cost.threads(),
    }
