"""docs/capacity.md: its tables are computed from what docs/benchmarks.md says."""

import pytest

from bench.capacity import MEASURED, PAGE, Figures, events, measured, page


def test_the_tables_are_those_of_the_measured_figures() -> None:
    text = PAGE.read_text()
    again = "Run `python -m bench.capacity`"
    assert text == page(text, measured(MEASURED.read_text())), again


def test_fewer_writes_carry_more_events() -> None:
    figures = Figures(kilobytes=13, idle_percent=3, alone=10.0, p99=100, together=0.25, connect=0.5)
    # Half a core is five writes to 10,000 connections at 10 µs, and nothing else.
    assert events(figures, 5) == pytest.approx(5)
    # Four take 0.4 s; what is left is for 40 more events at 0.0025 s.
    assert events(figures, 4) == pytest.approx(4 + 40)
