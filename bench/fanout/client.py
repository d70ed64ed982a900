"""Whether the load client is what is measured: the same with one, two and three processes of it.

A client that holds a server up would let it deliver later, and dearer, with fewer processes.
"""

from __future__ import annotations

from typing import Any

from bench.fanout.measuring import burst, crowd, one_at_a_time, warm
from bench.fanout.progress import say
from bench.fanout.site import site
from bench.fanout.sizes import Sizes

PROCESSES = (1, 2, 3)


def client(sizes: Sizes) -> dict[str, Any]:
    """Our WebSockets, one event at a time and in a burst, read by so many processes."""
    found: dict[str, Any] = {}
    with site(sizes.connections) as ours:
        for processes in PROCESSES:
            with crowd(processes, ours, "websocket", sizes.connections) as here:
                warm(here)
                told = one_at_a_time(here, sizes.events, sizes.seconds)
                together = burst(here, sizes.burst, sizes.bursts)
            found[str(processes)] = told | {"burst": together}
            say(
                f"{processes} client process(es): the server's CPU {told['cpu_us']} µs a delivery, "
                f"the client's {told['client_cpu_us']}, p50 {told['p50_ms']} ms"
            )
    return {"processes": found}
