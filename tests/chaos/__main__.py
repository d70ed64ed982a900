"""`python -m tests.chaos`: break everything in turn, and say what came of it."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from tests.chaos.place import Services
from tests.chaos.rows import Row, by_site, load, place_of
from tests.chaos.running import Result, run
from tests.chaos.table import line, table
from tests.support.site import ROOT

OUT = ROOT / "bench" / "out" / "chaos.json"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--only", help="rows by name, with commas: a3,storm")
    parser.add_argument("--seed", type=int, help="that of another run, to repeat it")
    parser.add_argument("--quick", action="store_true", help="the part that is in `make test`")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()


def chosen(only: str | None, quick: bool) -> list[Row]:
    rows = load()
    if only:
        names = [name.strip().lower() for name in only.split(",")]
        unknown = set(names) - {row.name for row in rows}
        if unknown:
            sys.exit(f"There is no row {', '.join(sorted(unknown))}.")
        return [row for row in rows if row.name in names]
    return [row for row in rows if row.quick or not quick]


def main() -> int:
    given = arguments()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10**6)
    say = sys.stderr if given.json else sys.stdout
    pairs = by_site(chosen(given.only, given.quick))
    print(f"{len(pairs)} rows, seed {seed}", file=say, flush=True)
    began = time.monotonic()
    results: list[Result] = []
    services = Services()
    try:
        for number, (row, database) in enumerate(pairs, 1):
            print(f"{number:>3}/{len(pairs)} {row.name:<12} {row.title} …", file=say, flush=True)
            results.append(run(row, database, services, seed, given.quick))
            print(f"        {line(results[-1])}", file=say, flush=True)
    finally:
        services.close()
    results.sort(key=lambda result: place_of(result.row))
    found = report(results, seed, time.monotonic() - began, given)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found, indent=2) if given.json else f"\n{table(results)}\n\n{given.out}")
    return 0 if all(result.passed or result.word == "skipped" for result in results) else 1


def report(
    results: list[Result], seed: int, seconds: float, given: argparse.Namespace
) -> dict[str, Any]:
    words = [result.word for result in results]
    return {
        "seed": seed,
        "quick": given.quick,
        "seconds": round(seconds, 1),
        **{word.lower(): words.count(word) for word in ("passed", "FAILED", "skipped")},
        "rows": {result.name: result.as_json() for result in results},
    }


if __name__ == "__main__":
    sys.exit(main())
