"""Write the tables of docs/capacity.md from the figures that docs/benchmarks.md holds.

    python -m bench.capacity

Arithmetic, not a measurement: each line of the page says from which figure it is computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bench import support

MEASURED = support.ROOT / "docs" / "benchmarks.md"
PAGE = support.ROOT / "docs" / "capacity.md"
BEGIN, END = "<!-- tables of bench.capacity -->", "<!-- end of tables -->"

#: Connections of one process: the most that was measured.
OF_A_PROCESS = 10_000
#: Part of a core that the deliveries of a process may take: the rest is for bursts and reconnects.
SHARE = 0.5
#: Questions of an idle, full process in a second: the log's head, one batch about rights with four
#: queries, and its own row every five seconds.
QUERIES = 1 + 4 + 0.2
#: Events that a reader of the example gets in a day.
A_DAY = 50
SECONDS_OF_A_DAY = 86_400


@dataclass(frozen=True)
class Figures:
    """What was measured at 10,000 WebSockets; ``together`` at 1,000, in a burst of a hundred."""

    kilobytes: float
    idle_percent: float
    alone: float
    p99: float
    together: float
    connect: float


def measured(text: str) -> Figures:
    """The figures of the page: microseconds of CPU for a delivery, milliseconds for the rest."""
    crowd = _cells(text.split("\n10,000 connections:\n")[1])
    fanout = _cells(text.split("1,000 connections, events of")[1])
    (connect,) = re.findall(r"\| `connect_cpu_ms` \|[^|]*\| ([\d.]+) \|", text)
    return Figures(
        kilobytes=float(crowd[2]),
        idle_percent=float(crowd[3]),
        alone=float(crowd[4]),
        p99=float(crowd[5].split("/")[1]),
        together=1e6 / int(fanout[4].replace(",", "")),
        connect=float(connect),
    )


def _cells(text: str) -> list[str]:
    (line,) = re.findall(r"(?m)^\| \*\*Noticeboard\*\* \| WebSocket \|.*$", text)[:1]
    return [cell.strip() for cell in line.strip("|").split("|")]


def events(figures: Figures, passes: float) -> float:
    """Events a second to all connections of a full process that writes so often in a second."""
    first = passes * OF_A_PROCESS * figures.alone / 1e6
    return passes + (SHARE - first) / (OF_A_PROCESS * figures.together / 1e6)


def tables(figures: Figures) -> Iterator[str]:
    """The lines between the two comments of the page."""
    yield "| what goes in | figure |"
    yield "|---|---|"
    yield f"| CPU of a delivery that is alone | {figures.alone:.1f} µs |"
    yield f"| CPU of one in a burst of a hundred | {figures.together:.2f} µs |"
    yield f"| memory of a connection | {figures.kilobytes:.1f} KB |"
    yield f"| CPU of {OF_A_PROCESS:,} idle connections | {figures.idle_percent:.1f} % of a core |"
    yield f"| p99 of one event to {OF_A_PROCESS:,} | {figures.p99:.0f} ms |"
    yield f"| CPU of an authenticated connect | {figures.connect:.2f} ms |"
    yield ""
    yield from _one(figures)
    yield from _many(figures)


def _one(figures: Figures) -> Iterator[str]:
    yield f"One process with {OF_A_PROCESS:,} connections, events to all of them, half a core:"
    yield ""
    yield "| writes a second | an event waits at most | events a second | deliveries a second |"
    yield "|---|---|---|---|"
    for passes in (5, 4, 2, 1):
        rate = events(figures, passes)
        yield f"| {passes} | {1000 // passes} ms | {rate:.0f} | {_rounded(rate * OF_A_PROCESS)} |"
    yield ""


def _many(figures: Figures) -> Iterator[str]:
    sizes = [10**power for power in (4, 5, 6, 7)]
    rows = {
        "connections": [f"{size:,}" for size in sizes],
        f"processes of {OF_A_PROCESS:,}": [f"{_processes(size):,.0f}" for size in sizes],
        "memory of all, GB": [f"{size * figures.kilobytes / 1e6:,.1f}" for size in sizes],
        "idle, cores": [f"{_processes(size) * figures.idle_percent / 100:,.2f}" for size in sizes],
        "one event to all, CPU seconds": [f"{size * figures.alone / 1e6:,.2f}" for size in sizes],
        "of which in each process": [f"{OF_A_PROCESS * figures.alone / 1e6:.2f}"] * len(sizes),
        "all connect again, CPU seconds of each process": [
            f"{OF_A_PROCESS * figures.connect / 1e3:.1f}"
        ]
        * len(sizes),
        "idle queries a second": [f"{_processes(size) * QUERIES:,.0f}" for size in sizes],
        "copies of a hint": [f"{_processes(size):,.0f}" for size in sizes],
        f"events a second at {A_DAY} a day and reader": [
            f"{size * A_DAY / SECONDS_OF_A_DAY:,.0f}" for size in sizes
        ],
    }
    yield "All together:"
    yield ""
    for number, (name, cells) in enumerate(rows.items()):
        yield f"| {name} | {' | '.join(cells)} |"
        if number == 0:
            yield "|---|" + "---|" * len(sizes)


def _processes(connections: int) -> float:
    return connections / OF_A_PROCESS


def _rounded(number: float) -> str:
    return f"{round(number, -3):,.0f}"


def page(text: str, figures: Figures) -> str:
    """The page with its tables in place."""
    head, _, rest = text.partition(BEGIN)
    return "\n\n".join((head + BEGIN, "\n".join(tables(figures)), END + rest.partition(END)[2]))


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(), measured(MEASURED.read_text())))
