"""The inbox at size: page, unread count and mark-all with 10⁴, 10⁵ and 10⁶ notifications.

10,000 users, 200 rooms with 250 members each, on both databases. One database grows; at each size
the same users are asked, and the median of what they waited is kept. The results go to
bench/out/latest.json besides, with the plans of the queries at the last size.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bench import support
from bench.fanout import results
from bench.fanout.programs import running
from bench.fanout.progress import say

SIZES = (10_000, 100_000, 1_000_000)


def measure(kind: str, sizes: list[int]) -> dict[str, Any]:
    """One database, grown to each size in turn."""
    found: dict[str, Any] = {}
    with support.database(kind) as url:
        surroundings = support.environment(url, DEBUG="0")
        support.run("manage", "migrate", "--verbosity", "0", environment=surroundings)
        words = [sys.executable, "-m", "bench.inboxes", *map(str, sizes)]
        with running(f"inbox-{kind}", words, surroundings, subprocess.PIPE) as program:
            assert program.stdout is not None
            for line in program.stdout:
                told = json.loads(line)
                if "size" in told:
                    found[str(told["size"])] = told
                    say(f"{kind}: {_line(told)}")
                else:
                    found.setdefault("plans", {}).update(told["plans"])
        if program.wait():
            raise RuntimeError(f"see bench/out/logs/inbox-{kind}.log")
    return found


def _line(told: dict[str, Any]) -> str:
    names = ("page_ms", "unread_ms", "mark_all_ms")
    return f"{told['size']:>9,} " + ", ".join(f"{name} {told[name]}" for name in names)


def main() -> None:
    """Measure on both databases."""
    parser = support.arguments(__doc__)
    parser.add_argument("--database", choices=support.DATABASES, action="append")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="by commas")
    wanted = parser.parse_args()
    sizes = [int(each) for each in wanted.sizes.split(",")]
    found: dict[str, Any] = results.read().get("raw", {}).get("inbox", {}).get("databases", {})
    for kind in wanted.database or support.DATABASES:
        found[kind] = measure(kind, sizes)
        latest = results.keep("inbox", {"databases": found}, "full")
    if wanted.json:
        support.report({"databases": found}, wanted.json)
    else:
        print("\n".join(results.table(latest)))


if __name__ == "__main__":
    main()
