"""What a server process holds, its side of a connection, and what its database says."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from typing import Any

import psutil
import psycopg

MB = 1_048_576


@dataclass(frozen=True)
class Held:
    """What one process, or several together, hold at a moment."""

    memory: float
    descriptors: int
    threads: int

    def __add__(self, other: Held) -> Held:
        return Held(
            self.memory + other.memory,
            self.descriptors + other.descriptors,
            self.threads + other.threads,
        )


def held(pid: int) -> Held:
    """Memory in MB (resident), open descriptors, threads."""
    process = psutil.Process(pid)
    with process.oneshot():
        memory = process.memory_info().rss / MB
        return Held(memory, process.num_fds(), process.num_threads())


def memory(pid: int) -> float:
    """Resident memory in MB."""
    return psutil.Process(pid).memory_info().rss / MB


def knows(pid: int, port: int) -> bool:
    """Whether a process still has its end of the connection from a client's port."""
    ends = psutil.Process(pid).net_connections("tcp")
    return any(end.raddr and end.raddr.port == port for end in ends)


def query(url: str, text: str) -> list[tuple[Any, ...]]:
    """The rows of a question to the database of a DATABASE_URL."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as light:
            return light.execute(text).fetchall()
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(text.encode()).fetchall()
