"""From the call of notify() to a reader's hands, where there is little to do."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from bench.fanout.progress import say
from bench.fanout.sizes import Sizes
from bench.latency import measure, one_process, two_processes

#: Seconds between two events, at most.
PAUSE = 0.06
PUSHED = ("websocket", "sse", "long-polling")


def latency(sizes: Sizes) -> dict[str, Any]:
    """p50 and p99 of each transport in one process, and in two over Redis."""
    os.environ["DEBUG"] = "0"
    found: dict[str, Any] = {}
    for name, board in (("one", one_process), ("two", two_processes)):
        with board() as running:
            found[name] = asyncio.run(measure(running, sizes.latency_events, PAUSE))
        worst = max(found[name][transport]["p99_ms"] for transport in PUSHED)
        say(f"publish to delivered, {name} process(es): p99 {worst} ms")
    return found
