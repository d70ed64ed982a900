"""Connections of clients that misbehave: plain sockets, with buffers as small as one likes."""

from __future__ import annotations

import base64
import os
import select
import socket
import struct
from collections.abc import Callable, Mapping

#: How long a server may take to answer a handshake.
SECONDS = 30.0
#: What the kernel takes for a reader that does not read.
SMALL = 4096

Connect = Callable[[str, int], socket.socket]


def connect(host: str, port: int) -> socket.socket:
    """A connection with the system's buffers."""
    return socket.create_connection((host, port), SECONDS)


def connect_small(host: str, port: int) -> socket.socket:
    """A connection whose kernel keeps almost nothing for it."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    made.settimeout(SECONDS)
    made.connect((host, port))
    return made


class Raw:
    """One connection after its handshake. It reads only when it is told to."""

    def __init__(
        self,
        transport: str,
        address: str,
        session: str | None = None,
        after: str | None = None,
        connect: Connect = connect,
    ):
        host, port = address.split(":")
        self.transport = transport
        self.socket = connect(host, int(port))
        self.socket.sendall(request(transport, address, session, after))
        self.first = self._until(b"ready" if transport == "websocket" else b"stream-open")
        self.socket.setblocking(False)

    def _until(self, mark: bytes) -> bytes:
        got = b""
        while mark not in got:
            data = self.socket.recv(SMALL)
            if not data:
                raise ConnectionError(f"closed in its handshake: {got[:300]!r}")
            got += data
        return got

    def send(self, text: str, times: int = 1) -> bool:
        """Send a frame so often; False where the socket takes no more, or is gone."""
        data = frame(text) * times
        try:
            return self.socket.send(data) == len(data)
        except OSError:
            return False

    def read(self) -> bytes:
        """What has come meanwhile."""
        try:
            return self.socket.recv(1_048_576)
        except OSError:
            return b""

    @property
    def cut(self) -> bool:
        """Whether the server has dropped the connection, seen without reading."""
        poll = select.poll()
        poll.register(self.socket, select.POLLRDHUP)
        return bool(poll.poll(0))

    @property
    def port(self) -> int:
        """The client's own."""
        return int(self.socket.getsockname()[1])

    def close(self) -> None:
        # By reset: what was not read is not waited for.
        with_reset(self.socket)


def with_reset(connection: socket.socket) -> None:
    """Close without a farewell; no port waits for one."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    finally:
        connection.close()


def request(transport: str, address: str, session: str | None, after: str | None) -> bytes:
    """The handshake, as a browser sends it."""
    path = "/ws/" if transport == "websocket" else "/events/"
    headers = {"Host": address, "Origin": f"http://{address}"}
    if session:
        headers["Cookie"] = f"sessionid={session}"
    if transport == "websocket":
        headers |= {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        }
    query = f"?after={after}" if after else ""
    return head(f"GET {path}{query} HTTP/1.1", headers)


def head(first: str, headers: Mapping[str, str]) -> bytes:
    """The lines of a request before its body."""
    return "\r\n".join(
        [first, *(f"{name}: {text}" for name, text in headers.items()), "", ""]
    ).encode()


def frame(text: str) -> bytes:
    """A text frame as clients send it; the mask is zero."""
    data = text.encode()
    if len(data) < 126:
        return b"\x81" + bytes([0x80 | len(data)]) + b"\0\0\0\0" + data
    return b"\x81\xfe" + struct.pack("!H", len(data)) + b"\0\0\0\0" + data
