"""What is counted, for Prometheus: docs/operating.md explains each, and the alert to set on it.

With PROMETHEUS_MULTIPROC_DIR in its environment, as ``serve --workers`` starts its workers, each
process keeps its figures in files of that folder, and any of them answers for all: counters and
histograms are summed, gauges carry the process's ``pid``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import locks
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, multiprocess
from prometheus_client.exposition import choose_encoder
from prometheus_client.mmap_dict import MmapedDict

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
#: Stands for the pid of all processes that have ended.
ENDED = "ended"
#: As readers see them; events are also counted for short polls, which are no connection.
TRANSPORTS = ("websocket", "sse", "longpoll", "poll")
#: Those whose encoding has their name, and which are written to until they end.
STREAMS = ("websocket", "sse")

#: From what memory answers to what only the look every second finds, and an outage.
LAG = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


def _gauge(name: str, text: str, labels: tuple[str, ...] = ()) -> Gauge:
    return Gauge(name, text, labels, multiprocess_mode="liveall")


CONNECTIONS = _gauge("noticeboard_connections", "Open connections.", ("transport",))
HELD = _gauge("noticeboard_held_connections", "Connections over their bound of waiting bytes.")
QUEUE_BYTES = _gauge("noticeboard_queue_bytes", "Bytes that clients have not taken yet.")
LOG_HEAD = _gauge("noticeboard_log_head", "Number of the newest event that this process has read.")
READS = _gauge("noticeboard_log_readable", "1 while the database lets the log be read, else 0.")
RESIDENT_BYTES = _gauge("noticeboard_resident_bytes", "Memory of the process.")

DELIVERIES = Counter(
    "noticeboard_deliveries_total", "Events written to connections.", ("transport",)
)
DELIVERED_BYTES = Counter("noticeboard_delivered_bytes_total", "Bytes of these events.")
PUBLISHED = Counter("noticeboard_publish_total", "Events stamped by server processes.")
BACKLOG_READS = Counter("noticeboard_backlog_reads_total", "Pages of the log read for replays.")
RECONCILE_HITS = Counter(
    "noticeboard_reconcile_hits_total", "Looks at the log that found what no hint had brought."
)
GAPS_REFILLED = Counter(
    "noticeboard_gaps_refilled_total", "Reads of the log after a hint that did not fit."
)
RESETS = Counter("noticeboard_resets_total", "Cursors that could not be continued.", ("reason",))
SLOW_CLOSES = Counter("noticeboard_slow_closes_total", "Connections given up as too slow.")
DENIED = Counter("noticeboard_denied_total", "Requests and frames that were refused.", ("code",))
CANARY_MISSES = Counter("noticeboard_canary_misses_total", "Canaries that did not come back.")

STAMP_LAG = Histogram(
    "noticeboard_stamp_lag_seconds",
    "From the writing of the oldest event of a stamp to its number.",
    buckets=LAG,
)
RELAY_LAG = Histogram(
    "noticeboard_relay_lag_seconds",
    "From the writing of the oldest event of a pass until all readers here have been sent it.",
    buckets=LAG,
)
LOOP_LAG = Histogram(
    "noticeboard_loop_lag_seconds", "How late the event loop is, once a second.", buckets=LAG
)
CANARY_SECONDS = Histogram(
    "noticeboard_canary_seconds", "From publishing a canary to its coming back.", buckets=LAG
)


class Tally:
    """A counter of the event loop's busiest paths: an addition now, Prometheus at ``settle``.

    A count in a file shared among processes costs five microseconds, as much as a write to a
    socket. Used on the loop only.
    """

    __slots__ = ("_counter", "waiting")

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self.waiting = 0

    def add(self, amount: int = 1) -> None:
        """Count; seen outside after the next ``settle``."""
        self.waiting += amount

    def settle(self) -> None:
        """Hand over what has been counted."""
        amount, self.waiting = self.waiting, 0
        if amount:
            self._counter.inc(amount)


deliveries = {name: Tally(DELIVERIES.labels(name)) for name in TRANSPORTS}
delivered_bytes = Tally(DELIVERED_BYTES)
backlog_reads = Tally(BACKLOG_READS)


def delivered(transport: str, events: int, size: int) -> None:
    """Count events that were written to connections of a transport."""
    deliveries[transport].add(events)
    delivered_bytes.add(size)


def settle() -> None:
    """Hand over what the tallies have; every second, and before the figures are told."""
    for tally in (*deliveries.values(), delivered_bytes, backlog_reads):
        tally.settle()


def exposed(accept: str) -> tuple[str, bytes]:
    """Content type and text of all figures, of all processes; reads files where there are several.

    ``accept`` is the header of that name: Prometheus asks for one of two formats.
    """
    try:
        encode, content_type = choose_encoder(accept)
    except (TypeError, ValueError):
        # A version that is no number.
        encode, content_type = choose_encoder("")
    folder = os.environ.get(FOLDER)
    if not folder:
        return content_type, encode(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    with _locked(folder, locks.LOCK_SH):
        return content_type, encode(registry)


def bury(pid: int, folder: str) -> None:
    """Forget the gauges of a process that has ended, and add what it has counted to that of all
    who have: else each restart would leave files that are read at every look for ever."""
    with _locked(folder, locks.LOCK_EX):
        multiprocess.mark_process_dead(pid, folder)
        for kind in ("counter", "histogram"):
            dead = Path(folder, f"{kind}_{pid}.db")
            try:
                # One that was killed at once may leave an empty file.
                if dead.exists() and dead.stat().st_size:
                    _add(dead, Path(folder, f"{kind}_{ENDED}.db"))
            finally:
                dead.unlink(missing_ok=True)


def _add(dead: Path, ended: Path) -> None:
    total = MmapedDict(str(ended))
    try:
        for key, value, _timestamp, _place in MmapedDict.read_all_values_from_file(str(dead)):
            total.write_value(key, total.read_value(key)[0] + value, 0.0)
    finally:
        total.close()


@contextmanager
def _locked(folder: str, how: int) -> Iterator[None]:
    """Nobody adds up the files while the count of one moves into another."""
    with Path(folder, "lock").open("w") as file:
        locks.lock(file, how)
        yield


def resident_bytes() -> int:
    """Memory of this process; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
