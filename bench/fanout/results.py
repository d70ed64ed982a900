"""bench/out/latest.json: the figures by their keys, their goals, and all that they are from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bench import support
from bench.fanout.goals import GOALS, figures
from bench.fanout.programs import OUT

LATEST = OUT / "latest.json"


def read() -> dict[str, Any]:
    """What the last runs have left; empty if there was none."""
    return dict(json.loads(LATEST.read_text())) if LATEST.exists() else {}


def keep(part: str, found: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Put a part's results in the place of those it had, and say what is known now."""
    raw = read().get("raw", {})
    taken = {"taken_at": datetime.now(UTC).isoformat(timespec="seconds"), "kind": kind}
    raw[part] = {**found, **taken}
    goals = figures(raw)
    latest = {
        **{key: each["value"] for key, each in goals.items()},
        "goals": goals,
        "missing": missing(raw),
        "machine": support.machine(),
        "raw": raw,
    }
    OUT.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps(latest, indent=1, ensure_ascii=False))
    return latest


def missing(raw: Mapping[str, Any]) -> dict[str, str]:
    """The peers that could not be measured, and why."""
    return {name: why for part in raw.values() for name, why in part.get("missing", {}).items()}


def table(latest: Mapping[str, Any]) -> Iterator[str]:
    """The figures as lines to read."""
    goals = latest.get("goals", {})
    yield f"{'key':<22} {'value':>10}  {'goal':<8} {'':<4} figure"
    for goal in GOALS:
        each = goals.get(goal.key)
        if each is None:
            yield f"{goal.key:<22} {'–':>10}  {goal.text:<8} {'':<4} {goal.figure} (not measured)"
        else:
            met = "met" if each["met"] else "MISS"
            yield f"{goal.key:<22} {each['value']:>10g}  {goal.text:<8} {met:<4} {goal.figure}"
    for name, why in latest.get("missing", {}).items():
        yield f"missing: {name}: {why}"
