"""`python -m tests.chaos.soak MINUTES`: faults at random for as long, and what the servers grow by.

Each round has a crowd, publishing and one fault or two, and is judged as the rows are. Between two
rounds the server processes are looked at; at the end: what each figure changes by in an hour.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.catalogue.c_slow import open_slow
from tests.chaos.catalogue.f_lasting import connections, tasks
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.place import Place, Plan, Services
from tests.chaos.rows import Row
from tests.chaos.table import four, recovery
from tests.chaos.watching import held
from tests.support.site import ROOT, wait_until

OUT = ROOT / "bench" / "out" / "soak.json"
FAULT_SECONDS = 4.0
RATE = 10
#: Before this share of the time the processes are still growing into their work.
WARM_UP = 0.25
UNITS = {"memory": "MB"}

Fault = Callable[[Ground], Awaitable[None]]


async def redis_restarted(ground: Ground) -> None:
    await asyncio.to_thread(ground.redis.stop)
    await asyncio.sleep(FAULT_SECONDS)
    await asyncio.to_thread(ground.redis.start)


async def frozen(ground: Ground) -> None:
    number = ground.random.randrange(len(ground.site.servers))
    ground.freeze(number)
    await asyncio.sleep(FAULT_SECONDS)
    ground.thaw(number)


async def database_restarted(ground: Ground) -> None:
    await asyncio.to_thread(ground.postgres.stop, ground.random.choice(("fast", "immediate")))
    await asyncio.sleep(FAULT_SECONDS)
    await asyncio.to_thread(ground.postgres.start)


async def cut_off(ground: Ground) -> None:
    for _kick in range(5):
        for crowd in ground.crowds:
            for reader in crowd.readers:
                reader.cut_off()
        await asyncio.sleep(FAULT_SECONDS / 5)


async def slow_readers(ground: Ground) -> None:
    stuck = await asyncio.to_thread(open_slow, ground, 10, "websocket")
    stuck += await asyncio.to_thread(open_slow, ground, 10, "sse")
    await asyncio.sleep(FAULT_SECONDS)
    for each in stuck:
        each.close()


async def rollbacks(ground: Ground) -> None:
    shape = {"writers": 8, "each": 10, "rollback": 0.3, "pause": 0.05}
    to, title = [ground.people.team], ground.people.prefix
    await ground.do("storm", **shape, to=to, title=title, seed=ground.seed)


FAULTS: tuple[Fault, ...] = (
    redis_restarted,
    frozen,
    database_restarted,
    cut_off,
    slow_readers,
    rollbacks,
)


@dataclass
class Soak:
    """What was seen: for each server process, figures over time."""

    place: Place
    seed: int
    began: float = field(default_factory=time.monotonic)
    times: list[float] = field(default_factory=list)
    seen: dict[str, list[float]] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)

    def round(self) -> str:
        """One crowd, one or two faults, a verdict, and a look; the line that tells of it."""
        number = len(self.outcomes)
        chance = random.Random(f"{self.seed} {number}")
        faults = chance.sample(FAULTS, chance.choice((1, 2)))
        wait_until(self._writes, "the writer has a connection again")
        row = Row("soak", _nothing, "Soak", False, None, ("postgresql",))
        ground = Ground(row, self.place, self.seed + number, quick=False)
        outcome = asyncio.run(perform(ground, faults))
        self.outcomes.append(outcome)
        self.place.mend()
        self._look(ground)
        names = ", ".join(each.__name__.replace("_", " ") for each in faults)
        latest = " ".join(f"{name} {values[-1]:g}" for name, values in self.seen.items())
        minute = (time.monotonic() - self.began) / 60
        return f"{minute:5.1f} min  {four(outcome)}  {recovery(outcome)}  {latest}  ({names})"

    def _writes(self) -> bool:
        # A connection that a restart has ended is noticed by whoever uses it next.
        with contextlib.suppress(AssertionError):
            return bool(self.place.site.do("head"))
        return False

    def _look(self, ground: Ground) -> None:
        self.times.append(time.monotonic() - self.began)
        for number in range(len(ground.site.servers)):
            found = held(ground.server_pid(number))
            figures = {
                "memory": round(found.memory, 1),
                "descriptors": found.descriptors,
                "threads": found.threads,
                "tasks": tasks(ground.site.address(number)),
            }
            for name, value in figures.items():
                self.seen.setdefault(f"{name}.{number}", []).append(value)
        self.seen.setdefault("connections", []).append(connections(ground))

    def report(self) -> dict[str, Any]:
        """Slopes per hour, and the four numbers over all rounds."""
        first = next((n for n, at in enumerate(self.times) if at >= WARM_UP * self.times[-1]), 0)
        slopes = {
            name: round(3600 * slope(self.times[first:], values[first:]), 2)
            for name, values in self.seen.items()
        }
        kinds = ("lost", "duplicated", "out_of_order", "unexpected")
        return {
            "seed": self.seed,
            "minutes": round(self.times[-1] / 60, 1),
            "rounds": len(self.outcomes),
            **{kind: sum(getattr(each, kind) for each in self.outcomes) for kind in kinds},
            "slopes_an_hour": slopes,
            "first": {name: values[first] for name, values in self.seen.items()},
            "last": {name: values[-1] for name, values in self.seen.items()},
            "seen": self.seen,
        }


async def _nothing(ground: Ground) -> Outcome:
    raise NotImplementedError("a soak has no row of its own")


async def perform(ground: Ground, faults: Sequence[Fault]) -> Outcome:
    """One round."""
    try:
        await ground.crowd(20)
        async with ground.publishing(RATE):
            await ground.published(10)
            for fault in faults:
                async with ground.fault(fault.__name__):
                    await fault(ground)
            await ground.published(10)
        await ground.settle()
        return await ground.verdict()
    finally:
        await ground.close()


def slope(times: Sequence[float], values: Sequence[float]) -> float:
    """By how much a figure grows in a second: the line of least squares."""
    if len(times) < 2:
        return 0.0
    middle, mean = sum(times) / len(times), sum(values) / len(values)
    over = sum((at - middle) ** 2 for at in times)
    pairs = zip(times, values, strict=True)
    return sum((at - middle) * (value - mean) for at, value in pairs) / over


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=60.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    services = Services()
    print(f"{given.minutes:g} minutes, seed {given.seed}", flush=True)
    try:
        soak = Soak(services.place(Plan()), given.seed)
        while time.monotonic() - soak.began < 60 * given.minutes or not soak.outcomes:
            print(soak.round(), flush=True)
        found = soak.report()
    finally:
        services.close()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=2) + "\n")
    told = [found[kind] for kind in ("lost", "duplicated", "out_of_order", "unexpected")]
    print(
        f"\n{found['rounds']} rounds: {'/'.join(map(str, told))} lost/duplicated/order/unexpected"
    )
    print("what grew, by the hour:")
    for name, value in found["slopes_an_hour"].items():
        unit = UNITS.get(name.partition(".")[0], "")
        span = f"{found['first'][name]:g} to {found['last'][name]:g}"
        print(f"  {name:<14} {value:+9.2f} {unit:<3} ({span})")
    print(OUT)
    return 1 if any(told) else 0


if __name__ == "__main__":
    sys.exit(main())
