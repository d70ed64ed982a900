"""The figures that are asked for, each with its goal, taken from what was measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.fanout.light import PUSHED

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Goal:
    """One figure: where it comes from, and what it should be at most (or at least)."""

    key: str
    figure: str
    limit: float
    of: Callable[[Raw], float]
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether a value is as good as it should be."""
        return value >= self.limit if self.at_least else value <= self.limit

    @property
    def text(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


def _cpu(transport: str, name: str) -> Callable[[Raw], float]:
    def ratio(raw: Raw) -> float:
        servers = raw["fanout"]["servers"]
        ours, other = servers["noticeboard"][transport], servers[name][transport]
        return float(ours["cpu_us"] / other["cpu_us"])

    return ratio


def _burst(raw: Raw) -> float:
    servers = raw["fanout"]["servers"]
    rates = [servers[name]["websocket"]["burst"]["per_cpu_second"] for name in PAIR]
    return float(rates[0] / rates[1])


def _crowd(transport: str, name: str) -> Callable[[Raw], float]:
    return lambda raw: float(raw["crowd"]["servers"]["noticeboard"][transport][name])


def _crowd_p99(raw: Raw) -> float:
    servers = raw["crowd"]["servers"]
    ours, nchan = (servers[name] for name in PAIR)
    ways = ("websocket", "sse")
    return max(float(ours[way]["event_p99_ms"] / nchan[way]["event_p99_ms"]) for way in ways)


def _idle(raw: Raw) -> float:
    return max(_crowd(way, "idle_cpu_percent")(raw) for way in ("websocket", "sse"))


def _connect(raw: Raw) -> float:
    found = raw["connects"]
    return float(found["session"] if found["ticket"] is None else found["ticket"])


def _poll(raw: Raw) -> float:
    rates = raw["polls"]["per_cpu_second"]
    return float(rates.get("poll_with_ticket", rates["poll"]) / rates["view"])


def _reconnect(raw: Raw) -> float:
    found = [each for each in raw["reconnects"].values() if isinstance(each, dict)]
    return float(max(each["queries"] for each in found))


def _latency(name: str) -> Callable[[Raw], float]:
    return lambda raw: float(max(raw["latency"][name][way]["p99_ms"] for way in PUSHED))


def _growth(name: str) -> Callable[[Raw], float]:
    def ratio(raw: Raw) -> float:
        databases = raw["inbox"]["databases"].values()
        return float(max(each["1000000"][name] / each["10000"][name] for each in databases))

    return ratio


def _searches(raw: Raw) -> float:
    """The search that grows most from 10⁵ to 10⁶; on PostgreSQL, which has the index."""
    sizes = raw["inbox"]["databases"]["postgresql"]
    small, large = sizes["100000"]["search_ms"], sizes["1000000"]["search_ms"]
    return float(max(large[name] / small[name] for name in large))


PAIR = ("noticeboard", "nchan")
GOALS = (
    Goal("ws_cpu_vs_nchan", "CPU a delivery, WebSocket / nchan", 1.6, _cpu("websocket", "nchan")),
    Goal("sse_cpu_vs_nchan", "CPU a delivery, SSE / nchan", 1.6, _cpu("sse", "nchan")),
    Goal(
        "ws_cpu_vs_socketio", "CPU a delivery, WebSocket / Socket.IO on Node", 1.0,
        _cpu("websocket", "socketio"),
    ),
    Goal(
        "ws_cpu_vs_tutorial", "CPU a delivery, WebSocket / the Channels tutorial way", 0.04,
        _cpu("websocket", "tutorial"),
    ),
    Goal("burst_vs_nchan", "deliveries/s in a burst of 100 / nchan", 20, _burst, at_least=True),
    Goal("p99_10k_vs_nchan", "p99 at 10,000 connections / nchan", 1.5, _crowd_p99),
    Goal("ws_kb", "KB a WebSocket at 10,000", 24, _crowd("websocket", "memory_kb")),
    Goal("sse_kb", "KB an SSE stream at 10,000", 16, _crowd("sse", "memory_kb")),
    Goal("connect_cpu_ms", "CPU of an authenticated connect, ms", 0.7, _connect),
    Goal("poll_vs_view", "up-to-date polls a second / a Django view", 12, _poll, at_least=True),
    Goal("reconnect_queries", "queries of 1,000 reconnects", 20, _reconnect),
    Goal("idle_cpu_percent", "CPU of 10,000 idle connections, %", 3, _idle),
    Goal("publish_p99_ms_one", "publish to delivered, one process, p99 ms", 15, _latency("one")),
    Goal("publish_p99_ms_two", "publish to delivered, two processes, p99 ms", 25, _latency("two")),
    Goal("inbox_page_1e6_vs_1e4", "inbox page at 10⁶ / at 10⁴", 1.3, _growth("page_ms")),
    Goal("unread_1e6_vs_1e4", "unread count at 10⁶ / at 10⁴", 1.3, _growth("unread_ms")),
    Goal("search_1e6_vs_1e5", "slowest growing search at 10⁶ / at 10⁵", 1.5, _searches),
)  # fmt: skip


def figures(raw: Raw) -> dict[str, dict[str, Any]]:
    """Each figure that was measured: value, goal, met."""
    found = {}
    for goal in GOALS:
        try:
            value = goal.of(raw)
        except (KeyError, ZeroDivisionError):
            continue
        found[goal.key] = {
            "value": round(value, 4), "goal": goal.text, "met": goal.met(value),
            "figure": goal.figure,
        }  # fmt: skip
    return found
