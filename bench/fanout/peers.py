"""The peers, as servers that can be measured like ours."""

from __future__ import annotations

import getpass
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.fanout import installing
from bench.fanout.cost import Cost
from bench.fanout.installing import FOLDER, SOURCES
from bench.fanout.programs import running, wait_for_port
from bench.fanout.site import valkey
from bench.load.transport import Transport, event_stream, text_frame, web_socket
from tests.support.site import free_port

#: How long a peer may take to publish, in seconds.
PATIENCE = 60

SOCKET_IO = web_socket(
    "/socket.io/?EIO=4&transport=websocket", (b'"sid"', text_frame(b"40")), (b'40{"sid"', b"")
)


@dataclass(frozen=True)
class Peer:
    """How to start one: what is needed is installed by ``command``."""

    name: str
    transports: Mapping[str, Transport]
    command: Callable[[int], Sequence[str]]
    #: It fails with more, for the reason that is given.
    most: int = 100_000
    why: str = ""


@dataclass(frozen=True)
class Running:
    """A running peer: the same face as bench.fanout.site.Site."""

    name: str
    address: str
    cost: Cost
    transports: Mapping[str, Transport]
    payload: bytes

    def publish(self, count: int = 1) -> list[int]:
        """Publish so many at once, by as many requests over one connection; when each began."""
        began = time.time_ns()
        with socket.create_connection(self._place, PATIENCE) as connection:
            connection.sendall(self._request("keep-alive") * (count - 1) + self._request("close"))
            answers = b"".join(iter(lambda: connection.recv(65_536), b""))
        if answers.count(b"HTTP/1.1 2") != count:
            raise RuntimeError(f"{self.name} answers {answers[-200:]!r}")
        return [began] * count

    @property
    def _place(self) -> tuple[str, int]:
        host, port = self.address.split(":")
        return host, int(port)

    def _request(self, then: str) -> bytes:
        head = (
            f"POST /publish HTTP/1.1\r\nHost: {self.address}\r\nContent-Type: text/plain\r\n"
            f"Content-Length: {len(self.payload)}\r\nConnection: {then}\r\n\r\n"
        )
        return head.encode() + self.payload

    def cookies_for(self, count: int) -> list[str]:
        """They know nobody."""
        return [""] * count


def _python(name: str) -> Callable[[int], Sequence[str]]:
    return lambda port: [installing.python(), str(SOURCES / f"{name}.py"), str(port)]


def _own_python(name: str) -> Callable[[int], Sequence[str]]:
    return lambda port: [sys.executable, "-m", f"bench.peers.{name}", str(port)]


def _node(name: str) -> Callable[[int], Sequence[str]]:
    def command(port: int) -> Sequence[str]:
        program, packages = installing.node()
        os.environ["NODE_PATH"] = str(packages)
        return [program, str(SOURCES / f"{name}.js"), str(port)]

    return command


def _nchan(port: int) -> Sequence[str]:
    program, module = installing.nginx()
    folder = FOLDER / "nchan"
    folder.mkdir(parents=True, exist_ok=True)
    settings = (SOURCES / "nchan.conf").read_text().format(
        module=f"load_module {module};", user=getpass.getuser(), folder=folder, port=port
    )  # fmt: skip
    Path(folder / "nginx.conf").write_text(settings)
    return [program, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


NCHAN = Peer("nchan", {"websocket": web_socket("/ws"), "sse": event_stream("/sse")}, _nchan)
WS = Peer("ws", {"websocket": web_socket("/ws")}, _node("ws"))
SOCKETIO = Peer("socketio", {"websocket": SOCKET_IO}, _node("socketio"))
TUTORIAL = Peer("tutorial", {"websocket": web_socket("/ws")}, _own_python("tutorial"))
EVENTSTREAM = Peer(
    "eventstream", {"sse": event_stream("/events/", (b"stream-open", b""))},
    _own_python("eventstream"), most=2_000, why="it has one thread of the system for each stream",
)  # fmt: skip
FLASK = Peer("flask", {"sse": event_stream("/sse", (b": open", b""))}, _python("flask_sse"))
PYTHON_SOCKETIO = Peer("python-socketio", {"websocket": SOCKET_IO}, _python("python_socketio"))
UVICORN = Peer("uvicorn", {"websocket": web_socket("/ws")}, _python("plain_asgi"))

PEERS = (NCHAN, WS, SOCKETIO, UVICORN, PYTHON_SOCKETIO, FLASK, EVENTSTREAM, TUTORIAL)


@contextmanager
def peer(which: Peer, payload: bytes) -> Iterator[Running]:
    """A running peer that publishes this; raises Missing and RuntimeError."""
    port = free_port()
    command = which.command(port)
    with valkey(which is FLASK) as redis_url:
        surroundings = os.environ | {"REDIS_URL": redis_url}
        with running(which.name, command, surroundings) as program:
            wait_for_port(port, program, which.name)
            yield Running(
                which.name, f"127.0.0.1:{port}", Cost(program.pid), which.transports, payload
            )
