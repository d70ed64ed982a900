"""Python's search for circular garbage, set for a process with many objects that stay.

A search stops everything. With Python's own settings one through all objects begins whenever a
quarter more of them have been made: while ten thousand clients connect there are about ten, a
quarter of what connecting costs, and the last of them takes half a second; later each round of
renewals brings one. Here a connection leaves no circle behind (``untie``), so there is little to be
found: young objects are looked at after 10,000 new ones and not after 700, and all objects only
when two million more have been made than were given back.
"""

from __future__ import annotations

import gc
from typing import Any

from daphne.http_protocol import WebRequest

from notifications.transports.protocol import SocketProtocol

#: New objects before the young are looked at; how often that, before those are that have survived
#: once; how often that, before all are.
THRESHOLDS = (10_000, 10, 20)


def collect_seldom() -> None:
    """Set the process up, once what it has imported is there: that is never looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


def untie(protocol: Any) -> None:
    """Undo the circle that a request which became a WebSocket, or one that has ended, is in."""
    if isinstance(protocol, SocketProtocol):
        # Autobahn's promise of its end has been kept; what it promised is the protocol itself.
        protocol.is_closed = None
    elif isinstance(protocol, WebRequest) and protocol.transport is None:
        protocol.channel.requests.clear()
