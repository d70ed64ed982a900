"""The plots of docs/benchmarks.md, from bench/out/latest.json.

It runs in the environment of the peers, which has matplotlib:

    python plots.py LATEST FOLDER
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
# The same figures give the same file, and its words stay words.
mpl.rcParams.update({"svg.hashsalt": "noticeboard", "svg.fonttype": "none", "font.size": 10})

from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, NullFormatter  # noqa: E402

LABELS = {
    "noticeboard websocket": "Noticeboard, WebSocket",
    "noticeboard sse": "Noticeboard, SSE",
    "nchan websocket": "nginx + nchan, WebSocket",
    "nchan sse": "nginx + nchan, SSE",
    "ws websocket": "Node ws",
    "socketio websocket": "Socket.IO on Node",
    "uvicorn websocket": "uvicorn",
}
OURS, OTHERS = "#1d4ed8", ("#b45309", "#047857", "#7c3aed", "#be123c", "#475569")
MARKERS = "os^Dv"

Points = list[dict[str, Any]]
Pairs = tuple[list[float], list[float]]


def by_connections(points: Points) -> Pairs:
    return [each["connections"] for each in points], [each["cpu_us"] for each in points]


def by_rate(points: Points) -> Pairs:
    return [each["rate"] for each in points], [each["p99_ms"] for each in points]


def by_size(points: Points) -> Pairs:
    return [each["size"] for each in points], [each["per_cpu_second"] for each in points]


PLOTS: tuple[tuple[str, Callable[[Points], Pairs], str, str], ...] = (
    ("connections", by_connections, "connections", "server CPU per delivery, µs"),
    ("rate", by_rate, "events a second to 1,000 connections", "p99 from publish to delivered, ms"),
    ("burst", by_size, "events published together", "deliveries per second of server CPU"),
)


def draw(curves: dict[str, Points], pairs: Callable[[Points], Pairs], x: str, y: str) -> Any:
    """One figure with a line for each server."""
    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    colours = iter(OTHERS)
    for place, (name, points) in enumerate(curves.items()):
        ours = name.startswith("noticeboard")
        axes.plot(
            *pairs(points),
            label=LABELS.get(name, name),
            color=OURS if ours else next(colours, "#000000"),
            linestyle="--" if name.endswith(" sse") else "-",
            linewidth=2.2 if ours else 1.3,
            marker=MARKERS[place % len(MARKERS)],
            markersize=5,
        )
    axes.set(xscale="log", yscale="log", xlabel=x, ylabel=y)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.grid(which="both", alpha=0.25)
    axes.legend(fontsize=8)
    return figure


def inbox(databases: dict[str, Any]) -> Any:
    """How the inbox grows, or does not."""
    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    for kind, colour in (("sqlite", OTHERS[0]), ("postgresql", OURS)):
        rows = [each for name, each in databases.get(kind, {}).items() if name != "plans"]
        for what, style in (("page_ms", "-"), ("unread_ms", "--"), ("mark_all_ms", ":")):
            sizes, times = [each["size"] for each in rows], [each[what] for each in rows]
            label = f"{kind}: {what.removesuffix('_ms').replace('_', ' ')}"
            axes.plot(sizes, times, label=label, color=colour, linestyle=style, marker="o")
    axes.set(xscale="log", xlabel="notifications", ylabel="median, ms", ylim=(0, None))
    axes.grid(which="both", alpha=0.25)
    axes.legend(fontsize=8)
    return figure


def main(latest: Path, folder: Path) -> None:
    """Write the plots that there are figures for."""
    raw = json.loads(latest.read_text())["raw"]
    for name, pairs, x, y in PLOTS:
        curves = raw.get("curves", {}).get(name)
        if curves:
            save(draw(curves, pairs, x, y), folder / f"bench-{name}.svg")
    if "inbox" in raw:
        save(inbox(raw["inbox"]["databases"]), folder / "bench-inbox.svg")


def save(figure: Any, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
    # matplotlib leaves blanks at the ends of lines.
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")
    print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
