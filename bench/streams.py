"""What 1,000 open SSE streams cost a server beyond 10: threads and database connections.

Both must be the same with 1,000 streams as with 10, each of a user of its own, after every stream
has been sent an event. "first" are 1,000 on a server that had served nobody before ("fresh").
Memory and file descriptors are told besides. On PostgreSQL the database counts its connections; on
SQLite they are the server's open descriptors of the database file.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from bench import support
from bench.latency import serving
from bench.readers import DEADLINE

FEW = 10
MANY = 1000
#: Descriptors that a process needs besides those of its streams.
SPARE_DESCRIPTORS = 500
OPENED_TOGETHER = 50


class Stream:
    """One raw SSE stream: a thousand HTTP client objects would be what is measured."""

    def __init__(self, address: str, session: str) -> None:
        self._address = address
        self._session = session
        self.received = b""

    async def open(self) -> None:
        """Connect and wait for the first block."""
        host, port = self._address.split(":")
        self._reader, self._writer = await asyncio.open_connection(host, int(port))
        head = f"GET /events/ HTTP/1.1\r\nHost: {self._address}\r\n"
        self._writer.write(f"{head}Cookie: sessionid={self._session}\r\n\r\n".encode())
        await self.until(b"stream-open")

    async def until(self, text: bytes) -> None:
        """Read until the server has sent this."""
        async with asyncio.timeout(DEADLINE * 2):
            while text not in self.received:
                piece = await self._reader.read(65_536)
                if not piece:
                    raise ConnectionError(self.received[-500:])
                self.received += piece

    def close(self) -> None:
        self._writer.close()


async def with_streams(
    count: int, address: str, sessions: list[str], server: subprocess.Popen[str], url: str
) -> dict[str, Any]:
    """Open so many streams, send each an event, and count what the server has."""
    streams = [Stream(address, session) for session in sessions[:count]]
    for start in range(0, count, OPENED_TOGETHER):
        together = streams[start : start + OPENED_TOGETHER]
        await asyncio.gather(*(each.open() for each in together))
    assert server.stdin is not None
    server.stdin.write("\n")
    server.stdin.flush()
    await asyncio.gather(*(each.until(b"notification.created") for each in streams))
    counted = {"streams": count, **counts(server.pid, url)}
    for each in streams:
        each.close()
    return counted


def counts(pid: int, url: str) -> dict[str, int]:
    """Threads, database connections, descriptors and memory of a process."""
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    return {
        "threads": int(status["Threads"]),
        "database_connections": connections(pid, url),
        "descriptors": len(list(Path(f"/proc/{pid}/fd").iterdir())),
        "memory_kb": int(status["VmRSS"].split()[0]),
    }


def connections(pid: int, url: str) -> int:
    """How many connections to its database a server has open."""
    if url.startswith("sqlite"):
        database = urlsplit(url).path.lstrip("/")
        opened = [each.resolve() for each in Path(f"/proc/{pid}/fd").iterdir()]
        return sum(str(each).lstrip("/") == database for each in opened)
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


def main() -> None:
    """Measure on both databases."""
    parser = support.arguments(__doc__)
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    wanted = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    enough = wanted.many + SPARE_DESCRIPTORS
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(enough, hard) if hard > 0 else enough, hard))
    results: dict[str, Any] = {}
    for kind in support.DATABASES:
        with support.database(kind) as url, serving(url, readers=wanted.many) as running:
            server, address, sessions = running
            fresh = {"streams": 0, **counts(server.pid, url)}
            # A pool grows to its bound when it is first used by many at once, and stays so.
            first, few, many = (
                asyncio.run(with_streams(count, address, sessions, server, url))
                for count in (wanted.many, wanted.few, wanted.many)
            )
            same = all(few[name] == many[name] for name in ("threads", "database_connections"))
            per_stream = (first["memory_kb"] - fresh["memory_kb"]) / wanted.many
            results[kind] = {
                "fresh": fresh,
                "first": first,
                "few": few,
                "many": many,
                "same": same,
                "memory_kb_per_stream": round(per_stream, 1),
            }
    support.report(results, wanted.json)


if __name__ == "__main__":
    main()
