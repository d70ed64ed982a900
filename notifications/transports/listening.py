"""What listens: how many may wait there, and what its sockets are like."""

from __future__ import annotations

import socket
from typing import Any

from twisted.internet import unix

from notifications.transports.requests import bound
from notifications.transports.straight import StraightServer, StraightUnixServer

#: Connections that may wait to be accepted; with Daphne's 50 a thousand at once take 17 s.
BACKLOG = 4096
#: The kernel gives a connection up when sent bytes are not acknowledged for so long.
UNACKNOWLEDGED_MS = 30_000
#: What the kernel takes ahead of a slow reader; more would be memory that no bound of ours sees.
UNSENT_BYTES = 131_072


def with_backlog(endpoint: str) -> str:
    """The description of an endpoint, with room for many who connect at once."""
    if endpoint.startswith(("tcp:", "unix:")) and "backlog=" not in endpoint:
        return f"{endpoint}:backlog={BACKLOG}"
    return endpoint


def prepare(port: Any) -> None:
    """Make a port of Twisted's ours: what it accepts from now on is straight, and bounded."""
    bound(port.factory)
    if isinstance(port, unix.Port):
        port.transport = StraightUnixServer
    else:
        port.transport = StraightServer
        _bound(port.socket)


def _bound(listening: socket.socket) -> None:
    """Notice a peer that vanished, and one that does not read; accepted sockets inherit it."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
