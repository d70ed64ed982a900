"""One process of the load client: raw sockets, one epoll, no work for a delivery but to count it.

When a delivery came is the kernel's own note on it (SO_TIMESTAMPNS), not the time at which we get
around to reading it: a client that is behind does not make a server look slow.
"""

from __future__ import annotations

import errno
import gc
import resource
import select
import struct
import sys
import time
from array import array
from collections import deque
from multiprocessing.connection import Connection as Pipe
from typing import Any

from bench.load.connection import Connection
from bench.load.transport import Steps, pong_frame

TIMESPEC = struct.Struct("qq")
ANCILLARY = 64
READ_BYTES = 262_144
PING = 0x89


class Process:
    """Obeys what comes through the pipe: each method without underscore is an order."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._epoll = select.epoll()
        self._epoll.register(pipe.fileno(), select.EPOLLIN)
        self._connections: dict[int, Connection] = {}
        self._buffer = bytearray(READ_BYTES)
        self._deliveries = 0
        self._expected: int | None = None
        self._lost: list[str] = []
        self._cpu = 0.0
        self._events, self._times = array("q"), array("q")
        # What is being opened
        self._waiting: deque[Connection] = deque()
        self._opening = 0
        self._steps: Steps = ()
        self._address = ("", 0)
        self._took: list[float] = []

    def run(self) -> None:
        """Serve orders until the pipe is closed."""
        orders = self._pipe.fileno()
        while True:
            for descriptor, flags in self._epoll.poll():
                connection = self._connections.get(descriptor)
                if connection is not None:
                    self._work(connection, flags)
                elif descriptor == orders and not self._obey():
                    return

    def _obey(self) -> bool:
        try:
            name, arguments = self._pipe.recv()
        except (EOFError, ConnectionError):
            return False
        answer = getattr(self, name)(*arguments)
        if answer is not None:
            self._pipe.send(answer)
        return True

    # Orders

    def open(
        self, address: tuple[str, int], requests: list[bytes], steps: Steps, together: int
    ) -> None:
        """Open a connection for each request, at most so many at a time; answered when all are."""
        self._address, self._steps, self._took = address, steps, []
        self._waiting.extend(Connection(place, each) for place, each in enumerate(requests))
        self._opening = len(requests)
        for _ in range(min(together, len(requests))):
            self._connect()

    def expect(self, deliveries: int) -> None:
        """Answer as soon as so many events have come, all connections together."""
        self._expected = deliveries
        self._look()

    def now(self) -> dict[str, Any]:
        """Answer at once how many have come; nothing is expected any more."""
        self._expected = None
        return {"deliveries": self._deliveries, "asked": True}

    def begin(self) -> dict[str, Any]:
        """Count from nought."""
        for each in self._connections.values():
            each.count = 0
        self._deliveries, self._expected = 0, None
        self._events, self._times = array("q"), array("q")
        self._cpu = time.process_time()
        return {}

    def results(self) -> dict[str, Any]:
        """What has come since ``begin``: (which, when) of every delivery, and counts."""
        counts = [each.count for each in self._connections.values()]
        return {
            "events": self._events.tobytes(),
            "times": self._times.tobytes(),
            "counts": counts,
            "lost": self._lost,
            "cpu": time.process_time() - self._cpu,
        }

    def first_words(self) -> list[str]:
        """What each connection was told while it was opened."""
        ordered = sorted(self._connections.values(), key=lambda each: each.number)
        return [each.seen.decode("latin-1") for each in ordered]

    def close(self) -> dict[str, Any]:
        """Close all connections."""
        for each in self._connections.values():
            each.socket.close()
        self._connections.clear()
        self._waiting.clear()
        self._lost.clear()
        return {}

    # Sockets

    def _connect(self) -> None:
        if not self._waiting:
            return
        connection = self._waiting.popleft()
        connection.began = time.time_ns()
        error = connection.socket.connect_ex(self._address)
        if error not in (0, errno.EINPROGRESS):
            raise OSError(error, f"connect to {self._address}")
        self._connections[connection.socket.fileno()] = connection
        self._epoll.register(connection.socket.fileno(), select.EPOLLOUT)

    def _work(self, connection: Connection, flags: int) -> None:
        try:
            if connection.request and flags & select.EPOLLOUT:
                connection.socket.send(connection.request)
                connection.request = b""
                return self._epoll.modify(connection.socket.fileno(), select.EPOLLIN)
            size, ancillary, _, _ = connection.socket.recvmsg_into([self._buffer], ANCILLARY)
        except OSError as error:
            return self._drop(connection, str(error))
        if not size:
            return self._drop(connection, "closed by the server")
        if connection.step < len(self._steps):
            return self._open(connection, bytes(self._buffer[:size]))
        count = connection.marks(self._buffer, size)
        if count:
            self._count(connection, count, ancillary)
        if self._buffer.find(PING, 0, size) >= 0:
            self._answer_ping(connection, size)
        return None

    def _count(self, connection: Connection, count: int, ancillary: list[Any]) -> None:
        had = connection.count
        connection.count = had + count
        seconds, nanoseconds = TIMESPEC.unpack(ancillary[0][2])
        when = seconds * 1_000_000_000 + nanoseconds
        for event in range(had, had + count):
            self._events.append(event)
            self._times.append(when)
        self._deliveries += count
        if self._expected is not None:
            self._look()

    def _look(self) -> None:
        if self._expected is not None and self._deliveries >= self._expected:
            self._pipe.send(self.now() | {"asked": False})

    def _open(self, connection: Connection, data: bytes) -> None:
        connection.seen += data
        while connection.step < len(self._steps):
            sign, then = self._steps[connection.step]
            if sign not in connection.seen:
                return
            connection.step += 1
            if then:
                connection.socket.send(then)
        # A replay may have come in one piece with the last sign.
        connection.count = connection.marks(bytearray(connection.seen), len(connection.seen))
        self._deliveries += connection.count
        self._took.append((time.time_ns() - connection.began) / 1e6)
        self._settle()

    def _settle(self) -> None:
        """One more is open, or never will be."""
        self._opening -= 1
        if self._opening:
            self._connect()
        else:
            self._pipe.send({"took_ms": self._took, "lost": self._lost, "open": len(self._took)})

    def _answer_ping(self, connection: Connection, size: int) -> None:
        # A ping comes alone or last; the same byte elsewhere is something else.
        for place in (0, self._buffer.rindex(PING, 0, size)):
            end = place + 2 + self._buffer[place + 1]
            if self._buffer[place] == PING and end == size:
                pong = pong_frame(bytes(self._buffer[place + 2 : end]))
                connection.socket.send(pong)
                return

    def _drop(self, connection: Connection, why: str) -> None:
        self._lost.append(f"{why}: {connection.seen[:300]!r}")
        del self._connections[connection.socket.fileno()]
        connection.socket.close()
        if connection.step < len(self._steps):
            self._settle()


def main(descriptor: int) -> None:
    """Be one process of the client, whose orders come through this descriptor."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gc.disable()
    Process(Pipe(descriptor)).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
