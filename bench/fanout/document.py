"""Write the tables and plots of docs/benchmarks.md from bench/out/latest.json.

    python -m bench.fanout.document

Only what stands between its two comments in the page is replaced.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench import support
from bench.fanout import results
from bench.fanout.goals import GOALS
from bench.fanout.installing import SOURCES, Missing, python

PAGE = support.ROOT / "docs" / "benchmarks.md"
PICTURES = support.ROOT / "docs" / "pictures"
BEGIN, END = "<!-- figures of bench.fanout -->", "<!-- end of figures -->"
NAMES = {
    "noticeboard": "**Noticeboard**",
    "nchan": "nginx + nchan",
    "ws": "Node `ws`",
    "socketio": "Socket.IO on Node",
    "uvicorn": "uvicorn, plain ASGI",
    "python-socketio": "python-socketio on uvicorn",
    "flask": "Flask + gevent + Redis",
    "eventstream": "django-eventstream's own view",
    "tutorial": "the Channels tutorial way",
}
WAYS = {"websocket": "WebSocket", "sse": "SSE"}
PLOTS = {
    "connections": "Cost of a delivery against connections",
    "rate": "Latency against rate",
    "burst": "Deliveries a second against the size of a burst",
    "inbox": "The inbox against the number of notifications",
}


def written(latest: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the page that are made of figures."""
    raw = latest["raw"]
    yield from _when(latest)
    yield from _goals(latest)
    for part, rows in (("fanout", _fanout), ("crowd", _crowd), ("inbox", _inbox)):
        if part in raw:
            yield from rows(raw[part])
    for name, title in PLOTS.items():
        if (PICTURES / f"bench-{name}.svg").exists():
            yield f"![{title}](pictures/bench-{name}.svg)\n"
    missing = latest["missing"]
    told = "; ".join(f"{NAMES.get(name, name)} ({why})" for name, why in missing.items())
    yield f"Missing peers: {told or 'none'}.\n"


def _when(latest: Mapping[str, Any]) -> Iterator[str]:
    machine, parts = latest["machine"], latest["raw"].values()
    days = sorted({part["taken_at"][:10] for part in parts})
    kinds = sorted({part["kind"] for part in parts})
    yield (
        f"Taken {' and '.join(days)} ({' and '.join(kinds)} run) on {machine['cores']} cores, "
        f"Python {machine['python']}, {machine['system']}; servers and clients share them.\n"
    )


def _goals(latest: Mapping[str, Any]) -> Iterator[str]:
    rows = []
    for goal in GOALS:
        each = latest["goals"].get(goal.key)
        value = "not measured" if each is None else f"{each['value']:.4g}"
        met = "" if each is None else "yes" if each["met"] else "**no**"
        rows.append((f"`{goal.key}`", goal.figure, value, goal.text, met))
    yield from _table(("key", "figure", "value", "goal", "met"), rows)


def _fanout(part: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"{part['connections']:,} connections, events of {part['payload_bytes']} bytes, "
        "the same for all. CPU is the server's, user and system.\n"
    )
    head = (
        "server", "way", "CPU of a delivery, µs", "p50 / p99, ms", "burst: deliveries per s of CPU",
        "first to last of the burst, ms", "KB a connection", "threads",
    )  # fmt: skip
    rows = []
    for name, title in NAMES.items():
        for place, (way, each) in enumerate(part["servers"].get(name, {}).items()):
            together = each["burst"]
            rate = f"{together['per_cpu_second']:,.0f}"
            rate += "" if together["size"] == 100 else f" ({together['size']:.0f} events)"
            times = f"{each['p50_ms']:.1f} / {each['p99_ms']:.1f}"
            rows.append((title, WAYS[way], f"{each['cpu_us']:.1f}", times, rate,
                         f"{together['first_to_last_ms']:.0f}", _memory(each, place),
                         str(each["threads"])))  # fmt: skip
    yield from _table(head, rows)


def _memory(each: Mapping[str, Any], place: int) -> str:
    # The second transport of a server is given what the first has left.
    return f"{each['memory_kb']:.1f}" if place == 0 else "–"


def _crowd(part: Mapping[str, Any]) -> Iterator[str]:
    yield f"{part['connections']:,} connections:\n"
    head = ("server", "way", "KB a connection", "CPU while idle, % of a core",
            "CPU of a delivery, µs", "p50 / p99, ms", "seconds to open all")  # fmt: skip
    rows = [
        (NAMES[name], WAYS[way], f"{each['memory_kb']:.1f}", f"{each['idle_cpu_percent']:.1f}",
         f"{each['cpu_us']:.1f}", f"{each['p50_ms']:.0f} / {each['event_p99_ms']:.0f}",
         f"{each['opened_seconds']:.1f}")
        for name, ways in part["servers"].items() for way, each in ways.items()
    ]  # fmt: skip
    yield from _table(head, rows)


def _inbox(part: Mapping[str, Any]) -> Iterator[str]:
    yield "The inbox at size, median ms of 60 readers:\n"
    names = ("page_ms", "second_page_ms", "unread_ms", "mark_all_ms")
    rows = [
        (kind, f"{each['size']:,}", *(f"{each[name]:.2f}" for name in names))
        for kind, sizes in part["databases"].items()
        for size, each in sizes.items() if size != "plans"
    ]  # fmt: skip
    head = ("database", "notifications", "first page", "a page far down", "unread", "mark all")
    yield from _table(head, rows)
    yield from _searches(part["databases"].get("postgresql", {}))


def _searches(sizes: Mapping[str, Any]) -> Iterator[str]:
    found = {size: each["search_ms"] for size, each in sizes.items() if "search_ms" in each}
    if not found:
        return
    yield "Searches on PostgreSQL, median ms of 20 readers:\n"
    names = [name.replace("_", " ") for each in list(found.values())[:1] for name in each]
    rows = [
        [f"{int(size):,}", *(f"{ms:.1f}" for ms in each.values())] for size, each in found.items()
    ]
    yield from _table(["notifications", *names], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def main() -> None:
    """Draw the plots and write the tables."""
    try:
        script = SOURCES.parent / "fanout" / "plots.py"
        subprocess.run([python(), str(script), str(results.LATEST), str(PICTURES)], check=True)
    except Missing as error:
        print(f"No plots: {error}")
    text = "\n".join(written(results.read()))
    page = PAGE.read_text()
    block = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    PAGE.write_text(block.sub(lambda _: f"{BEGIN}\n\n{text}\n{END}", page))
    print(PAGE)


if __name__ == "__main__":
    main()
