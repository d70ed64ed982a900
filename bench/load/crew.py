"""The processes of the load client, as one."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from typing import Any

from bench.load.transport import Transport

#: How long anything may take, in seconds.
PATIENCE = 60.0
#: What is being opened at a time, by each process.
TOGETHER = 50


@dataclass
class Deliveries:
    """What has come: for each event the times of its arrivals, in ns of the system's clock."""

    arrivals: dict[int, list[int]] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    client_cpu: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.counts)

    def latencies_ms(self, published: Sequence[int]) -> list[float]:
        """Of every delivery, given when each event was published."""
        return [
            (when - published[event]) / 1e6
            for event, times in self.arrivals.items()
            for when in times
            if event < len(published)
        ]

    def span(self) -> tuple[int, int]:
        """When the first and the last delivery came."""
        times = [when for each in self.arrivals.values() for when in (min(each), max(each))]
        return min(times), max(times)


class Crew:
    """So many processes that open, read and count together."""

    def __init__(self, processes: int) -> None:
        self._pipes: list[Pipe] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        for _ in range(processes):
            ours, theirs = multiprocessing.Pipe()
            words = [sys.executable, "-m", "bench.load.process", str(theirs.fileno())]
            self._processes.append(subprocess.Popen(words, pass_fds=[theirs.fileno()]))
            theirs.close()
            self._pipes.append(ours)

    def open(
        self,
        address: str,
        transport: Transport,
        cookies: Sequence[str],
        queries: Sequence[str] = (),
        together: int = TOGETHER,
    ) -> dict[str, Any]:
        """Open one connection for each cookie ("" sends none); all are open when it returns.

        Raises ConnectionError if one is not.
        """
        host, port = address.split(":")
        wanted = queries or [""] * len(cookies)
        requests = [
            transport.bytes_for(address, cookie, query)
            for cookie, query in zip(cookies, wanted, strict=True)
        ]
        parts = [requests[place :: len(self._pipes)] for place in range(len(self._pipes))]
        used = [pipe for pipe, part in zip(self._pipes, parts, strict=True) if part]
        for pipe, part in zip(self._pipes, parts, strict=True):
            if part:
                pipe.send(("open", ((host, int(port)), part, transport.steps, together)))
        answers = self._gather(used, PATIENCE * 2)
        lost = [each for answer in answers for each in answer["lost"]]
        if lost:
            raise ConnectionError(f"{len(lost)} of {len(requests)} not open: {lost[0]}")
        return {"took_ms": [each for answer in answers for each in answer["took_ms"]]}

    def begin(self) -> None:
        """Count from nought."""
        self._ask("begin")

    def expect(self, each: Sequence[int], seconds: float = PATIENCE) -> int:
        """Wait until every process has so many deliveries; how many there are then, in all."""
        for pipe, count in zip(self._pipes, each, strict=True):
            pipe.send(("expect", (count,)))
        end = time.monotonic() + seconds
        answers = []
        for pipe in self._pipes:
            late = not pipe.poll(max(0.0, end - time.monotonic()))
            if late:
                pipe.send(("now", ()))
            answers.append(pipe.recv())
            while late and not answers[-1]["asked"]:
                answers[-1] = pipe.recv()
        return sum(answer["deliveries"] for answer in answers)

    def shares(self, connections: int, events: int) -> list[int]:
        """What each process gets of so many events to so many connections."""
        count = len(self._pipes)
        return [len(range(place, connections, count)) * events for place in range(count)]

    def results(self) -> Deliveries:
        """What has come since ``begin``."""
        found = Deliveries()
        for answer in self._ask("results"):
            events, times = array("q"), array("q")
            events.frombytes(answer["events"])
            times.frombytes(answer["times"])
            for event, when in zip(events, times, strict=True):
                found.arrivals.setdefault(event, []).append(when)
            found.counts += answer["counts"]
            found.lost += answer["lost"]
            found.client_cpu += answer["cpu"]
        return found

    def first_words(self) -> list[str]:
        """What each connection was told while it was opened, in the order of the cookies."""
        parts = self._ask("first_words")
        words = [""] * sum(len(part) for part in parts)
        for place, part in enumerate(parts):
            words[place :: len(parts)] = part
        return words

    def close(self) -> None:
        """Close all connections."""
        self._ask("close")

    def end(self) -> None:
        """End the processes."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.wait(PATIENCE)

    def _ask(self, order: str) -> list[Any]:
        for pipe in self._pipes:
            pipe.send((order, ()))
        return self._gather(self._pipes, PATIENCE)

    def _gather(self, pipes: Sequence[Pipe], seconds: float) -> list[Any]:
        end = time.monotonic() + seconds
        answers = []
        for pipe in pipes:
            if not wait([pipe], max(0.0, end - time.monotonic())):
                raise TimeoutError(f"the load client has not answered within {seconds:.0f} s")
            answers.append(pipe.recv())
        return answers


@contextmanager
def crew(processes: int) -> Iterator[Crew]:
    """Processes that end with the block."""
    made = Crew(processes)
    try:
        yield made
    finally:
        made.end()
