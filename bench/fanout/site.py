"""Our own server under test: `manage.py serve` as in production, and a publisher beside it.

The publisher is a process of its own. What it publishes goes through the database, the log, the
channel layer and the relay of the server to every connection.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from bench import support
from bench.fanout.cost import Cost
from bench.fanout.programs import running, wait_for_port
from bench.load.transport import Transport, event_stream, web_socket
from tests.support.services import new_valkey
from tests.support.site import free_port

TRANSPORTS: dict[str, Transport] = {
    "websocket": web_socket("/ws/", (b'"control":"ready"', b"")),
    "sse": event_stream("/events/", (b"event: stream-open", b""), (b"\n\n", b"")),
}
SETTINGS = "bench.fanout.site_settings"

Settings = Mapping[str, str]


class Publisher:
    """The process that publishes: one order a line, one answer a line."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program
        self._hear()

    def ask(self, order: str, **arguments: Any) -> Any:
        """The answer to an order of bench.fanout.publishing."""
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps([order, arguments]) + "\n")
        self._program.stdin.flush()
        return self._hear()

    def publish(self, count: int = 1) -> list[int]:
        """Publish so many in one transaction; when that began, once for each of them."""
        return [self.ask("publish", count=count)] * count

    def _hear(self) -> Any:
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        if not line:
            raise RuntimeError("the publisher has ended: see bench/out/logs/publisher.log")
        return json.loads(line)


class Site:
    """A running site: its address, its cost, who publishes, and the cookies of its readers."""

    name = "noticeboard"
    transports = TRANSPORTS

    def __init__(self, publisher: Publisher, cookies: Sequence[str], settings: Settings) -> None:
        self.publisher = publisher
        self._cookies = cookies
        self._settings = settings
        self._port = free_port()
        self._running = ExitStack()
        self.address = f"127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start the server."""
        command = [sys.executable, "manage.py", "serve", "--port", str(self._port)]
        program = self._running.enter_context(running(self.name, command, self._settings))
        wait_for_port(self._port, program, self.name)
        self.cost = Cost(program.pid)

    def stop(self) -> None:
        """End the server as an administrator does; it lets everybody go."""
        self._running.close()

    def publish(self, count: int = 1) -> list[int]:
        """Publish so many together; when each was published, in ns of the system's clock."""
        return self.publisher.publish(count)

    def cookies_for(self, count: int) -> list[str]:
        """The cookies of so many readers, each another user."""
        return list(self._cookies[:count])


@contextmanager
def valkey(wanted: bool = True) -> Iterator[str]:
    """The REDIS_URL of a Valkey of its own; "" if none is wanted."""
    if not wanted:
        yield ""
        return
    server = new_valkey()
    try:
        yield server.connection_url
    finally:
        server.stop()


@contextmanager
def site(readers: int, database: str = "postgresql", redis: bool = True) -> Iterator[Site]:
    """Our server with so many users who have a session; the publisher is another process."""
    with support.database(database) as url, valkey(redis) as redis_url:
        settings = support.environment(url, redis_url, DEBUG="0", DJANGO_SETTINGS_MODULE=SETTINGS)
        support.run("manage", "migrate", "--verbosity", "0", environment=settings)
        publish = [sys.executable, "-m", "bench.fanout.publishing"]
        with running("publisher", publish, settings, subprocess.PIPE) as writing:
            publisher = Publisher(writing)
            sessions = publisher.ask("readers", count=readers)
            made = Site(publisher, [f"sessionid={each}" for each in sessions], settings)
            try:
                yield made
            finally:
                made.stop()
