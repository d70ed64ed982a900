"""What a row stands on: a site, its people, a crowd, publishers, faults, and the verdict."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import shutil
import signal
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import httpx

from tests.chaos import crowd as crowds
from tests.chaos import verdict as verdicts
from tests.chaos.crowd import Crowd
from tests.chaos.outcome import Outcome, percentiles
from tests.chaos.place import Place
from tests.chaos.postgres import Postgres
from tests.chaos.publisher_client import Try, since
from tests.chaos.redis import Redis
from tests.chaos.rows import Row
from tests.support.site import DEADLINE, Site

#: How long a crowd may take to have everything after the last fault, before it is called lost.
SETTLE_SECONDS = 60.0
#: So short is what a quick row waits for, of what the catalogue says in seconds.
QUICK_SECONDS = 2.5
#: What a quick row holds a time against, whatever the whole row holds it against.
QUICK_BOUND = 30.0
#: In so many seconds a relay has looked at the log.
INTERVAL = 1.5
#: Posts over HTTP, of all that is published.
HTTP_SHARE = 0.25

numbers = itertools.count()


class Ground:
    """One row's. `scale` is 1 for the whole catalogue, less for its quick part."""

    def __init__(self, row: Row, place: Place, seed: int, quick: bool):
        self.row = row
        self.place = place
        self.seed = seed
        self.quick = quick
        self.scale = 0.2 if quick else 1.0
        self.random = random.Random(f"{seed} {row.name}")
        self.site: Site = place.site
        self.oracle = place.oracle
        self.began = time.monotonic()
        self.faults: list[verdicts.Fault] = []
        self.crowds: list[Crowd] = []
        self.expected_resets = False
        prefix = f"{row.name}x{next(numbers)}x{uuid.uuid4().hex[:5]}".replace("_", "-")
        self.people = SimpleNamespace(**self.site.do("people", prefix=prefix), prefix=prefix)
        self.people.session = {
            name: self.site.do("session", username=getattr(self.people, name))
            for name in ("alice", "bob", "charlie")
        }
        #: Where everybody begins.
        self.start = self.oracle.head()
        self._have_heard()
        self._log_sizes = {path: path.stat().st_size for path in place.logs()}

    def _have_heard(self) -> None:
        """Wait until every process knows of this row's people and rooms.

        Who comes to one that does not yet is reset when it does, and rightly.
        """
        if self.place.plan.serve:
            # Which of the workers takes a connection is nobody's to choose.
            time.sleep(INTERVAL)
            return
        for number in range(len(self.site.ports)):
            answer = httpx.get(
                f"http://{self.site.address(number)}/api/events/",
                params={"after": self.start},
                headers={"Cookie": f"sessionid={self.people.session['alice']}"},
                timeout=DEADLINE,
            )
            answer.raise_for_status()

    # -- what the site is made of

    @property
    def redis(self) -> Redis:
        assert self.place.redis is not None, "the plan of this row has no Redis"
        return self.place.redis

    @property
    def postgres(self) -> Postgres:
        assert self.place.postgres is not None, "the plan of this row has no PostgreSQL"
        return self.place.postgres

    def seconds(self, whole: float) -> float:
        """What the catalogue says, or the little that a quick row waits."""
        return min(whole, QUICK_SECONDS) if self.quick else whole

    def bound(self, seconds: float) -> float:
        """What a time may be at most; a quick row may share its machine with anything."""
        return QUICK_BOUND if self.quick else seconds

    def count(self, whole: int, least: int = 1) -> int:
        """So many, or the share of them that a quick row takes."""
        return max(least, round(whole * self.scale))

    @property
    def topics(self) -> list[str]:
        """To whom this row publishes: everybody, some, one."""
        people = self.people
        own = [people.alice_topic, people.bob_topic, people.charlie_topic]
        return ["all", people.team, people.team, f"room.{people.lobby}", *own]

    # -- subscribers

    async def crowd(self, count: int = 20, **kinds: Any) -> Crowd:
        """Connect so many subscribers, of all transports and people; `kinds` as `crowd.make`."""
        patience = kinds.pop("patience", crowds.PATIENCE)
        crowd = crowds.make(self.site, self.people, count, self.start, **kinds)
        self.crowds.append(crowd)
        await crowd.gather(patience)
        return crowd

    # -- publishing

    @contextlib.asynccontextmanager
    async def publishing(self, rate: float = 12, body: int = 0) -> AsyncIterator[None]:
        """Publish so many a second from two other processes while the block lasts.

        Three of four by `notify()` to one of `topics`, the others as posts over HTTP.
        """
        common = {"topics": self.topics, "title": self.people.prefix, "body": body}
        seed = self.random.randrange(2**31)
        rooms = {
            "rooms": [self.people.lobby, self.people.den],
            "addresses": [self.site.address(each) for each in range(len(self.site.ports))],
            "session": self.people.session["bob"],
        }
        publishers = [self.place.publisher(each) for each in (0, 1)]
        for publisher in publishers:
            await asyncio.to_thread(publisher.wait)
        publishers[0].begin(rate=rate * (1 - HTTP_SHARE), seed=seed, **common)
        publishers[1].begin(rate=rate * HTTP_SHARE, seed=seed + 1, **common, **rooms)
        try:
            yield
        finally:
            for publisher in publishers:
                await asyncio.to_thread(publisher.end)

    def tries(self) -> list[Try]:
        """What the publishers of this row have tried so far."""
        return [
            each
            for publisher in self.place.publishers
            for each in since(publisher.tries(), self.began)
        ]

    async def published(self, more: int) -> None:
        """Wait until so many more are acknowledged than now."""

        def acknowledged() -> int:
            return sum(each.id is not None for each in self.tries())

        goal = acknowledged() + more
        await self.until(lambda: acknowledged() >= goal, f"{more} more are published")

    async def do(self, name: str, **arguments: Any) -> Any:
        """Ask the writer process, see `tests.support.writer`."""
        return await asyncio.to_thread(self.site.do, name, **arguments)

    async def wait(self, seconds: float) -> None:
        """Let time pass under a fault: as long as the catalogue says, or little in a quick row."""
        await asyncio.sleep(self.seconds(seconds))

    async def until(
        self, condition: Callable[[], Any], what: str, seconds: float = DEADLINE
    ) -> None:
        """Wait for a condition; AssertionError with `what` after `seconds`."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{what}: not within {seconds:.0f} s")
            await asyncio.sleep(0.05)

    # -- faults

    @contextlib.asynccontextmanager
    async def fault(self, name: str) -> AsyncIterator[verdicts.Fault]:
        """Break something and mend it in the block; recovery counts from its end.

        Where the part is back before the block ends, set `fault.back = time.monotonic()` then.
        """
        fault = verdicts.Fault(name, time.monotonic())
        self.faults.append(fault)
        yield fault
        if fault.back is None:
            fault.back = time.monotonic()

    def kill(self, number: int) -> None:
        """kill -9 one server process."""
        self.site.kill(number)

    def stop_server(self, number: int) -> int:
        """SIGTERM one server process, and its exit code; blocks until it has ended."""
        server = self.site.servers[number]
        assert server is not None
        return server.terminate()

    def signal_server(self, number: int, server: int = 0) -> None:
        os.kill(self.server_pid(server), number)

    async def start_server(self, number: int) -> None:
        """Start it again; returns when it answers."""
        await asyncio.to_thread(self.site.restart, number)

    async def started(self, number: int) -> None:
        """Wait until a server process that was launched answers."""
        await asyncio.to_thread(self.site.wait, number)

    def freeze(self, number: int) -> None:
        """SIGSTOP one server process."""
        server = self.site.servers[number]
        assert server is not None
        server.process.send_signal(signal.SIGSTOP)
        self.place.frozen.add(number)

    def thaw(self, number: int) -> None:
        self.place.thaw(number)

    def server_pid(self, number: int = 0) -> int:
        server = self.site.servers[number]
        assert server is not None
        return server.process.pid

    # -- the end

    async def settle(self, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until everybody has everything, or the time is over: then the verdict counts."""
        await asyncio.to_thread(self.oracle.head)
        told = await asyncio.to_thread(self.oracle.after, self.start)
        last: dict[str | None, str | None] = {}
        for username, topics in (await self._topics()).items():
            mine = [each.cursor for each in told if each.topics & topics]
            last[username] = mine[-1] if mine else None

        def behind(member: crowds.Subscriber) -> bool:
            wanted = last[member.username]
            return wanted is not None and wanted not in member.reader.cursors[-50:]

        def all_have() -> bool:
            return not any(behind(member) for crowd in self.crowds for member in crowd.members)

        with contextlib.suppress(AssertionError):
            await self.until(all_have, "everybody has everything", seconds)
        # What comes after the last would be a duplicate: give it the time of a tick.
        await asyncio.sleep(0.3)

    async def verdict(self) -> Outcome:
        """Compare what the tables say with what everybody was told."""
        outcome = Outcome()
        told = await asyncio.to_thread(self.oracle.after, self.start)
        topics = await self._topics()
        members = [member for crowd in self.crowds for member in crowd.members]
        for member in members:
            verdicts.judge(outcome, member, told, topics[member.username])
        tries = self.tries()
        verdicts.judge_acknowledged(outcome, told, tries)
        outcome.recovery = verdicts.recovery(members, told, topics, tries, self.faults)
        delays = verdicts.latencies(members, told, verdicts.acknowledged(tries))
        p50, p99 = percentiles(delays, 50, 99)
        resets = sum(crowd.resets for crowd in self.crowds)
        outcome.figures = {
            "subscribers": len(members),
            "events": len(told),
            "deliveries": sum(len(member.reader.events) for member in members),
            "delivery_p50": round(p50, 3),
            "delivery_p99": round(p99, 3),
            "publish_p99": round(self.publish_p99(), 3),
            "publish_failures": sum(each.error is not None for each in tries),
            "resets": resets,
        }
        outcome.most("holes in the log", await asyncio.to_thread(self.oracle.holes), 0)
        if not self.expected_resets:
            outcome.most("resets", resets, 0)
            outcome.notes += verdicts.resets(members)
        return outcome

    async def recovery_by_fault(self) -> dict[str, Any]:
        """Recovery from each fault alone."""
        told = await asyncio.to_thread(self.oracle.after, self.start)
        topics = await self._topics()
        members = [member for crowd in self.crowds for member in crowd.members]
        found = {
            fault.name: verdicts.recovery(members, told, topics, self.tries(), [fault])
            for fault in self.faults
        }
        return {name: asdict(times) for name, times in found.items() if times is not None}

    async def _topics(self) -> dict[str | None, frozenset[str]]:
        names = {member.username for crowd in self.crowds for member in crowd.members}
        return {name: await asyncio.to_thread(self.oracle.topics, name) for name in names}

    def publish_p99(self, fault: verdicts.Fault | None = None) -> float:
        """Of all tries of the row, or of those that began during a fault; failures count too."""
        return percentiles([each.took for each in self._during(fault)], 99)[0]

    def publish_count(self, fault: verdicts.Fault | None = None) -> int:
        return sum(each.error is None for each in self._during(fault))

    def publish_failures(self, fault: verdicts.Fault | None = None) -> int:
        return sum(each.error is not None for each in self._during(fault))

    def _during(self, fault: verdicts.Fault | None) -> list[Try]:
        if fault is None:
            return self.tries()
        back = fault.back or time.monotonic()
        return [each for each in self.tries() if fault.began <= each.began <= back]

    def server_logs(self) -> str:
        """What the server processes have logged since the row began."""
        texts = []
        for path in self.place.logs():
            with path.open("rb") as file:
                file.seek(self._log_sizes.get(path, 0))
                texts.append(file.read().decode(errors="replace"))
        return "\n".join(texts)

    def tracebacks(self) -> int:
        return self.server_logs().count("Traceback (most recent call last)")

    async def close(self) -> None:
        for crowd in self.crowds:
            await crowd.leave()


def missing(needs: str | None) -> str | None:
    """Why a row cannot be tried here, or None."""
    if needs == "root" and os.geteuid() != 0:
        return "needs root"
    if needs == "nginx" and not shutil.which(os.environ.get("NGINX", "nginx")):
        return "needs nginx"
    return None
