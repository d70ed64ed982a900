"""What it costs to come, and to come back: CPU of a connect, queries of a storm of reconnects."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from bench.fanout.measuring import PATIENCE
from bench.fanout.progress import say
from bench.fanout.site import Site, site
from bench.fanout.sizes import Sizes
from bench.load.crew import Crew, crew

#: Opened before what is measured, so that threads and database connections are there.
FIRST = 40
#: Events that are published while nobody is connected.
MISSED = 5
#: How long the server does nothing, to see what its ticks ask.
QUIET_SECONDS = 5.0
#: How often one asks whether the server has come to rest.
LOOK_SECONDS = 0.2
TOGETHER = 500
LATER_SECONDS = 8

CURSOR = re.compile(r'"cursor": ?"([^"]+)"')
TICKET = re.compile(r'"ticket": ?"([^"]+)"')


def connects(sizes: Sizes) -> dict[str, Any]:
    """CPU of an authenticated WebSocket connect, by the session alone and by a ticket."""
    found: dict[str, Any] = {"connections": sizes.connects}
    with site(sizes.connects) as ours:
        _warm(ours, sizes)
        found["session"], queries = _connect(ours, sizes, [])
        found["ticket"], _ = _connect(ours, sizes, queries) if queries else (None, [])
    say(f"connect: {found['session']} ms by session, {found['ticket']} ms by ticket")
    return found


def _connect(ours: Site, sizes: Sizes, queries: Sequence[str]) -> tuple[float, list[str]]:
    """CPU of one connect in ms, and the queries with a ticket for the next time."""
    # Who was here before is not to be said good-bye to meanwhile.
    _at_rest(ours)
    with crew(sizes.clients) as people:
        before = ours.cost.cpu()
        transport = ours.transports["websocket"]
        people.open(ours.address, transport, ours.cookies_for(sizes.connects), queries)
        spent = ours.cost.cpu() - before
        words = people.first_words()
    return round(1e3 * spent / sizes.connects, 3), _queries(words, cursor=False)


def reconnects(sizes: Sizes) -> dict[str, Any]:
    """Queries that a crowd makes which comes back with recent cursors and has missed a little.

    To the process that it was connected to, and to one that was started meanwhile and has nothing
    in its memory.
    """
    found: dict[str, Any] = {"connections": sizes.reconnects, "missed": MISSED}
    with site(sizes.reconnects) as ours:
        _warm(ours, sizes)
        has_tickets = any(TICKET.search(each) for each in _leave(ours, sizes, "websocket"))
        for transport in sizes.reconnect_ways:
            for name in ("session", "ticket") if has_tickets else ("session",):
                for restarted in (False, True):
                    key = f"{transport} by {name}" + (" after a restart" if restarted else "")
                    found[key] = _come_back(ours, sizes, transport, name == "ticket", restarted)
                    say(f"{sizes.reconnects} reconnects, {key}: {found[key]['queries']} queries")
    return found


def _leave(ours: Site, sizes: Sizes, transport: str) -> list[str]:
    """Let everybody come and go; what they were told."""
    with crew(sizes.clients) as people:
        cookies = ours.cookies_for(sizes.reconnects)
        people.open(ours.address, ours.transports[transport], cookies)
        return people.first_words()


def _come_back(
    ours: Site, sizes: Sizes, transport: str, ticket: bool, restarted: bool
) -> dict[str, Any]:
    queries = _queries(_leave(ours, sizes, transport), ticket=ticket)
    for _ in range(MISSED):
        ours.publish()
    if restarted:
        ours.stop()
        ours.start()
    _at_rest(ours)
    resting = _count(ours)
    time.sleep(QUIET_SECONDS)
    before, began = _count(ours), time.monotonic()
    with crew(sizes.clients) as people:
        cpu = ours.cost.cpu()
        way = ours.transports[transport]
        people.open(ours.address, way, ours.cookies_for(sizes.reconnects), queries, TOGETHER)
        got = _until_all_missed(people, sizes)
        cpu, took = ours.cost.cpu() - cpu, time.monotonic() - began
        after = _count(ours)
        later = _later(ours) if ticket and not restarted else {}
    in_all = sum(after.values()) - sum(before.values())
    ticks = (sum(before.values()) - sum(resting.values())) / QUIET_SECONDS * took
    return {
        "queries": max(round(in_all - ticks), 0),
        "queries_with_ticks": in_all,
        "by_thread": {name: after[name] - before.get(name, 0) for name in after},
        "seconds": round(took, 2),
        "cpu_ms": round(1e3 * cpu / sizes.reconnects, 3),
        "got": got,
        "lost": sizes.reconnects * MISSED - got,
        **later,
    }


def _later(ours: Site) -> dict[str, Any]:
    """What is asked while they stay: who came by a ticket is looked at once more."""
    before = _count(ours)
    time.sleep(LATER_SECONDS)
    asked = sum(_count(ours).values()) - sum(before.values())
    return {f"queries_with_ticks_in_the_next_{LATER_SECONDS}_s": asked}


def _until_all_missed(people: Crew, sizes: Sizes) -> int:
    return people.expect(people.shares(sizes.reconnects, MISSED), PATIENCE)


def _warm(ours: Site, sizes: Sizes) -> None:
    for _ in range(2):
        with crew(sizes.clients) as people:
            transport = ours.transports["websocket"]
            people.open(ours.address, transport, ours.cookies_for(FIRST))
            ours.publish()
            people.expect(people.shares(FIRST, 1), PATIENCE)


def _queries(words: Sequence[str], cursor: bool = True, ticket: bool = True) -> list[str]:
    """The query of each who comes back with what he was told; [] if nobody was told a ticket."""
    found = []
    for text in words:
        parts = {}
        if cursor and (match := CURSOR.search(text)):
            parts["after"] = match[1]
        if ticket and (match := TICKET.search(text)):
            parts["ticket"] = quote(match[1], safe="")
        found.append("&".join(f"{name}={value}" for name, value in parts.items()))
    return found if all(found) else []


def _count(ours: Site) -> dict[str, int]:
    with urllib.request.urlopen(f"http://{ours.address}/bench/queries/", timeout=30) as answer:
        return dict(json.load(answer))


def _at_rest(ours: Site) -> None:
    """Wait until the server has noticed that everybody has gone: its CPU is that of its ticks."""
    for _ in range(int(PATIENCE / LOOK_SECONDS)):
        before = ours.cost.cpu()
        time.sleep(LOOK_SECONDS)
        if ours.cost.cpu() - before < LOOK_SECONDS * 0.1:
            return
