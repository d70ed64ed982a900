"""How much is measured: in about fifteen minutes, or in about three."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Numbers of connections, events and seconds of one run."""

    name: str
    clients: int
    connections: int
    crowd: int
    rounds: int
    events: int
    seconds: float
    burst: int
    bursts: int
    peers: tuple[str, ...]
    curve_connections: tuple[int, ...]
    curve_rates: tuple[float, ...]
    curve_bursts: tuple[int, ...]
    crowd_events: int
    idle_seconds: float
    connects: int
    poll_connections: int
    poll_seconds: float
    reconnects: int
    reconnect_ways: tuple[str, ...]
    latency_events: int


FULL = Sizes(
    name="full",
    clients=2,
    connections=1_000,
    crowd=10_000,
    rounds=3,
    events=100,
    seconds=4.0,
    burst=100,
    bursts=5,
    peers=(
        "nchan", "ws", "socketio", "uvicorn", "python-socketio", "flask", "eventstream", "tutorial",
    ),
    curve_connections=(100, 300, 1_000, 3_000),
    curve_rates=(2, 5, 10, 20, 40),
    curve_bursts=(1, 3, 10, 30, 100, 300),
    crowd_events=20,
    idle_seconds=120.0,
    connects=2_000,
    poll_connections=20,
    poll_seconds=5.0,
    reconnects=1_000,
    reconnect_ways=("websocket", "sse"),
    latency_events=200,
)  # fmt: skip

QUICK = Sizes(
    name="quick",
    clients=2,
    connections=1_000,
    crowd=2_000,
    rounds=1,
    events=50,
    seconds=2.5,
    burst=100,
    bursts=3,
    peers=("nchan", "socketio", "tutorial"),
    curve_connections=(),
    curve_rates=(),
    curve_bursts=(),
    crowd_events=8,
    idle_seconds=15.0,
    connects=500,
    poll_connections=10,
    poll_seconds=2.0,
    reconnects=1_000,
    reconnect_ways=("websocket",),
    latency_events=60,
)
