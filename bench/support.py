"""What the benches share: arguments, temporary databases, programs of the project, a report."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.services import new_postgres_database

ROOT = Path(__file__).resolve().parents[1]
DATABASES = ("sqlite", "postgresql")


def arguments(about: str | None) -> argparse.ArgumentParser:
    """A parser that says what the bench is about and has `--json`."""
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, nothing else")
    return parser


def report(results: Mapping[str, Any], as_json: bool) -> None:
    """Print the results with the machine they are from: as JSON, or as lines to read."""
    told = {"machine": machine(), **results}
    if as_json:
        print(json.dumps(told, indent=2))
    else:
        print("\n".join(_lines(told)))


def machine() -> dict[str, Any]:
    """Where this was measured."""
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
    }


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which so many percent lie (nearest rank); NaN of nothing."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The DATABASE_URL of a new, empty database that is as durable as by default."""
    if kind == "postgresql":
        yield new_postgres_database(quick=False)
    else:
        with tempfile.TemporaryDirectory(prefix="noticeboard-bench-") as directory:
            yield f"sqlite:///{directory}/db.sqlite3"


def environment(database_url: str, redis_url: str = "", **more: str) -> dict[str, str]:
    """The environment of a program of the project that uses these."""
    ours = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "LOG_LEVEL": "warning",
        "PYTHONUNBUFFERED": "1",
    }
    return os.environ | ours | more


def run(module: str, *words: str, environment: Mapping[str, str]) -> str:
    """Run a Python module of the project to its end; what it printed. Raises if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def start(module: str, *words: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start a Python module of the project, with pipes for its input and output."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _lines(value: Any, indent: str = "") -> Iterator[str]:
    for name, each in value.items():
        if isinstance(each, Mapping):
            yield f"{indent}{name}"
            yield from _lines(each, indent + "  ")
        else:
            yield f"{indent}{name:<24} {each}"
