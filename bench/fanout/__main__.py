"""Measure the fan-out beside its peers, and everything around it; results in bench/out/latest.json.

    python -m bench.fanout                      all of it, about fifteen minutes
    python -m bench.fanout --quick              with fewer connections and peers, about three
    python -m bench.fanout --only connects,polls
    python -m bench.fanout --peers nchan,ws --only fanout

What was measured before stays in the file until it is measured again; each part says when it was.
"""

from __future__ import annotations

import dataclasses
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from bench import support
from bench.fanout import results
from bench.fanout.client import client
from bench.fanout.connecting import connects, reconnects
from bench.fanout.crowds import crowds
from bench.fanout.light import latency
from bench.fanout.polls import polls
from bench.fanout.progress import say
from bench.fanout.side_by_side import curves, side_by_side
from bench.fanout.sizes import FULL, QUICK, Sizes

PARTS: dict[str, Callable[[Sizes], dict[str, Any]]] = {
    "fanout": side_by_side,
    "crowd": crowds,
    "connects": connects,
    "reconnects": reconnects,
    "polls": polls,
    "latency": latency,
    "curves": curves,
    "client": client,
}
#: What a quick run leaves out.
SLOW = {"curves", "client"}


def main() -> None:
    """Measure what is asked for, and print the figures with their goals."""
    parser = support.arguments(__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer connections and peers")
    parser.add_argument("--only", help=f"parts, by commas: {', '.join(PARTS)}")
    parser.add_argument("--peers", help="peers, by commas, instead of those of the run")
    parser.add_argument("--connections", type=int, help="instead of a thousand")
    wanted = parser.parse_args()
    sizes = QUICK if wanted.quick else FULL
    if wanted.peers is not None:
        sizes = dataclasses.replace(sizes, peers=tuple(wanted.peers.split(",")))
    if wanted.connections:
        sizes = dataclasses.replace(sizes, connections=wanted.connections)
    # The servers end with their blocks, also when somebody ends us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    chosen = wanted.only.split(",") if wanted.only else [
        name for name in PARTS if not (wanted.quick and name in SLOW)
    ]  # fmt: skip
    latest = results.read()
    for name in chosen:
        began = time.monotonic()
        say(f"{name}: begins")
        found = PARTS[name](sizes)
        latest = results.keep(
            name, found | {"seconds": round(time.monotonic() - began)}, sizes.name
        )
    if wanted.json:
        support.report(latest, as_json=True)
    else:
        print("\n".join(results.table(latest)))


if __name__ == "__main__":
    main()
