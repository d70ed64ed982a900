"""Many writers at once: is every committed notification in the log once, in a causal order?

Five processes with ten writers each publish to two topics, every transaction with a random delay
before its end, three in ten of them rolled back, on SQLite and on PostgreSQL. Then the log is read:

  holes       numbers that are missing in the log
  inversions  B began after A had committed, and has the lower seq
  lost        committed, but not in the log
  ghosts      in the log, but not committed (or twice)
  failed      transactions that ended with an error of the database
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from bench.support import (
    DATABASES,
    arguments,
    database,
    environment,
    percentile,
    report,
    run,
    start,
)

Row = dict[str, Any]


def measure(kind: str, processes: int, writers: int, turns: int) -> dict[str, Any]:
    """The findings and figures of one run on one kind of database."""
    with database(kind) as url:
        surroundings = environment(url, DATABASE_POOL=str(max(2, writers)))
        run("bench.writing", "prepare", environment=surroundings)
        rows = _write(processes, writers, turns, surroundings)
        log = json.loads(run("bench.writing", "read", environment=surroundings))
    return judge(rows, log) | figures(rows) | {"left_to_the_tick": log["left_to_the_tick"]}


def _write(processes: int, writers: int, turns: int, surroundings: dict[str, str]) -> list[Row]:
    started = [
        start(
            "bench.writing", "write", str(number * writers), str(writers), str(turns),
            environment=surroundings,
        )
        for number in range(processes)
    ]  # fmt: skip
    for each in started:
        assert each.stdout
        each.stdout.readline()
    for each in started:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    return [row for each in started for row in json.loads(each.communicate()[0])]


def judge(rows: list[Row], log: dict[str, Any]) -> dict[str, int]:
    """Count what must not be: all zero in a log that keeps its promises."""
    committed = {row["title"]: row for row in rows if row["outcome"] == "committed"}
    seqs = {each["seq"] for each in log["told"]}
    told = Counter(each["title"] for each in log["told"] if each["title"])
    expected = Counter(dict.fromkeys(committed, 1))
    return {
        "holes": len(set(range(1, log["head"] + 1)) ^ seqs),
        "inversions": inversions(
            [
                (committed[each["title"]]["began"], committed[each["title"]]["committed"])
                for each in sorted(log["told"], key=lambda each: each["seq"])
                if each["title"] in committed
            ]
        ),
        "lost": (expected - told).total(),
        "ghosts": (told - expected).total(),
        "failed": sum(row["outcome"] == "failed" for row in rows),
    }


def inversions(times: list[tuple[float, float]]) -> int:
    """How many, in the order of the log, began after one behind them had committed."""
    found, earliest_commit_behind = 0, float("inf")
    for began, committed in reversed(times):
        found += earliest_commit_behind < began
        earliest_commit_behind = min(earliest_commit_behind, committed)
    return found


def figures(rows: list[Row]) -> dict[str, Any]:
    """How fast it was, as the writers saw it."""
    committed = [row for row in rows if row["outcome"] == "committed"]
    took = max(row["returned"] for row in rows) - min(row["began"] for row in rows)
    waits = [1_000 * (row["returned"] - row["began"]) for row in committed]
    return {
        "committed": len(committed),
        "rolled_back": sum(row["outcome"] == "rolled back" for row in rows),
        "publishes_per_second": round(len(committed) / took, 1),
        "publish_p50_ms": round(percentile(waits, 50), 1),
        "publish_p99_ms": round(percentile(waits, 99), 1),
    }


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--database", choices=DATABASES, action="append", help="only this one")
    parser.add_argument("--processes", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--writers", type=int, default=10, help="per process (%(default)s)")
    parser.add_argument("--turns", type=int, default=10, help="transactions each (%(default)s)")
    chosen = parser.parse_args()
    shape = (chosen.processes, chosen.writers, chosen.turns)
    results = {kind: measure(kind, *shape) for kind in chosen.database or DATABASES}
    report({"writers": chosen.processes * chosen.writers, **results}, chosen.json)


if __name__ == "__main__":
    main()
