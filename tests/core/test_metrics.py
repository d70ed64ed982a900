"""Figures of several processes: added up, and kept when one of them has ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from notifications import metrics

COUNT = """
import os
from notifications import metrics
metrics.PUBLISHED.inc(3)
metrics.DENIED.labels("csrf").inc()
metrics.STAMP_LAG.observe(0.02)
metrics.LOG_HEAD.set(5)
print(os.getpid())
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(metrics.FOLDER, str(tmp_path))
    return str(tmp_path)


def process() -> int:
    """A process that counts and ends; its pid."""
    done = subprocess.run(
        [sys.executable, "-c", COUNT], env=dict(os.environ), check=True, capture_output=True
    )
    return int(done.stdout)


def values() -> dict[tuple[str, ...], float]:
    _kind, text = metrics.exposed("")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
        if sample.value
    }


def test_counts_of_processes_are_added_and_their_gauges_stand_side_by_side(folder: str) -> None:
    first, second = process(), process()
    found = values()
    assert found[("noticeboard_publish_total",)] == 6
    assert found[("noticeboard_stamp_lag_seconds_count",)] == 2
    assert found[("noticeboard_log_head", str(first))] == 5
    assert found[("noticeboard_log_head", str(second))] == 5


def test_what_the_dead_have_counted_stays_and_their_files_do_not(folder: str) -> None:
    dead = [process() for _ in range(3)]
    alive = process()
    before = values()
    for pid in dead:
        metrics.bury(pid, folder)
    after = values()
    gauges = {key for key in before if key[0] == "noticeboard_log_head"}
    assert {key: value for key, value in before.items() if key not in gauges} == {
        key: value for key, value in after.items() if key not in gauges
    }
    assert gauges & set(after) == {("noticeboard_log_head", str(alive))}
    assert {path.stem for path in Path(folder).glob("counter_*")} == {
        "counter_ended",
        f"counter_{alive}",
    }


def test_a_process_that_has_counted_nothing_is_buried_too(folder: str) -> None:
    metrics.bury(1, folder)
    assert values() == {}


@pytest.mark.parametrize(
    "accept", ["text/plain;version=x.y", "application/openmetrics-text; version=abc", "\x00"]
)
def test_who_asks_for_no_known_format_gets_the_plain_one(accept: str) -> None:
    kind, text = metrics.exposed(accept)
    assert kind.startswith("text/plain")
    assert b"noticeboard_" in text


def test_a_file_that_is_damaged_is_left_out_and_goes(folder: str) -> None:
    damaged = Path(folder, "counter_4711.db")
    damaged.write_bytes(b"\xff\xff\x00\x00" + b"damaged " * 8)
    with pytest.raises(RuntimeError):
        metrics.bury(4711, folder)
    assert not damaged.exists()
