"""Requests over connections that stay: each sends its next one when it has been answered."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence

#: The end of an answer without a body.
END = b"\r\n\r\n"


def ask(address: str, requests: Sequence[bytes], seconds: float) -> int:
    """Answers of 304 over one connection for each request, repeated; raises RuntimeError."""
    host, port = address.split(":")
    poll = select.poll()
    sockets = {}
    for request in requests:
        connection = socket.create_connection((host, int(port)), 60)
        sockets[connection.fileno()] = (connection, request)
        poll.register(connection.fileno(), select.POLLIN)
        connection.sendall(request)
    answered, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for descriptor, _flags in poll.poll(1000):
            connection, request = sockets[descriptor]
            data = connection.recv(65_536)
            if not (data.startswith(b"HTTP/1.1 304") and data.endswith(END)):
                raise RuntimeError(f"not an answer of 304: {data[:300]!r}")
            answered += 1
            connection.sendall(request)
    for connection, _request in sockets.values():
        connection.close()
    return answered
