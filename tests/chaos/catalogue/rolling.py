"""The rolling restart: `serve --workers 2` renews its processes under 500 connections."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from tests.chaos.catalogue.a_processes import RECOVERY
from tests.chaos.catalogue.a_restarts import SPREAD, watched
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome, Times
from tests.chaos.rows import row

CONNECTIONS = 500
RATE = 3.0
#: Seconds between two polls: what 100 pollers ask for would be most of the load.
POLL = 5.0
WORKERS = 2
#: Most are streams, as they are where people are; what asks again for each event is a fifth.
TRANSPORTS = ("websocket",) * 4 + ("sse",) * 3 + ("long-polling", "polling", "switching")
#: The longest that the new processes may take in all.
RENEWED = 150.0
#: Of those who come back most come within the time that they were told to wait.
PEAK_SHARE = 0.75


def children(pid: int) -> set[int]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return {int(each) for each in listed.read_text().split()}


@row("rolling", serve=WORKERS)
async def rolling(ground: Ground) -> Outcome:
    """SIGHUP to `serve --workers 2` under 500 connections: one process after the other is new."""
    crowd = await ground.crowd(ground.count(CONNECTIONS), poll_pause=POLL, transports=TRANSPORTS)
    supervisor = ground.server_pid()
    old = children(supervisor)
    async with watched(ground) as looks, ground.publishing(RATE):
        await ground.published(10)
        async with ground.fault("the processes are renewed") as fault:
            ground.signal_server(signal.SIGHUP)

            def renewed() -> bool:
                now = children(supervisor)
                return not now & old and len(now) == WORKERS

            await ground.until(renewed, "both processes are new", RENEWED)
        await ground.published(10)
    await ground.settle()
    outcome = await ground.verdict()
    streams = [member.reader for member in crowd.of("websocket", "sse")]
    came = [each for reader in streams for each in reader.connect_times if each > fault.began]
    seconds = Counter(int(each - fault.began) for each in came)
    peak = max(seconds.values(), default=0)
    outcome.figures |= {
        "renewed_in": round((fault.back or time.monotonic()) - fault.began, 1),
        "reconnects": len(came),
        "reconnects_per_second_peak": peak,
        "reconnects_by_second": [seconds[each] for each in range(max(seconds, default=0) + 1)],
        "cut_without_a_word": sum(reader.codes.count(1006) for reader in streams),
    }
    # Nothing is away: what counts is for how long each of them was without a connection.
    absences = Times.of([each for reader in streams for each in reader.absences])
    assert absences is not None, "nobody has had to come back"
    outcome.figures["absence"] = asdict(absences)
    outcome.most("absence p95", absences.p95, SPREAD + ground.bound(RECOVERY))
    outcome.least("reconnects", len(came), len(streams))
    outcome.most("peak of reconnects per second", peak, PEAK_SHARE * len(streams))
    outcome.most("longest time that nobody was ready", looks.longest_unready, 0)
    return outcome.most("error responses", looks.errors, 0)
