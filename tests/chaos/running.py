"""Running rows: each on its site, in a loop of its own, with what it has come to as a result."""

from __future__ import annotations

import asyncio
import time
import traceback
from dataclasses import dataclass
from typing import Any

from tests.chaos.ground import Ground, missing
from tests.chaos.outcome import Outcome
from tests.chaos.place import Services
from tests.chaos.rows import Row

#: The longest row is the storm.
LONGEST_ROW = 300.0


@dataclass(frozen=True)
class Result:
    """One row on one database."""

    row: Row
    database: str
    outcome: Outcome
    seconds: float
    seed: int
    error: str | None = None

    @property
    def passed(self) -> bool:
        return self.error is None and self.outcome.passed

    @property
    def word(self) -> str:
        if self.outcome.skipped is not None:
            return "skipped"
        return "passed" if self.passed else "FAILED"

    @property
    def name(self) -> str:
        return self.row.name if len(self.row.databases) == 1 else f"{self.row.name} {self.database}"

    def as_json(self) -> dict[str, Any]:
        return {
            "row": self.row.name,
            "title": self.row.title,
            "database": self.database,
            **self.outcome.as_json(),
            "passed": self.passed,
            "error": self.error,
            "seconds": round(self.seconds, 1),
            "seed": self.seed,
        }


def run(row: Row, database: str, services: Services, seed: int, quick: bool = False) -> Result:
    """Run one row; a row that fails, or raises, leaves no site behind for the next."""
    began = time.monotonic()

    def result(outcome: Outcome, error: str | None = None) -> Result:
        return Result(row, database, outcome, time.monotonic() - began, seed, error)

    reason = missing(row.needs)
    if reason is not None:
        return result(Outcome(skipped=reason))
    plan = row.plan_for(database)
    whole = False
    try:
        place = services.place(plan)
        outcome = asyncio.run(_perform(row, Ground(row, place, seed, quick)))
        if not plan.fresh:
            place.mend()
        whole = outcome.passed and not plan.fresh
        return result(outcome)
    except Exception as error:
        return result(Outcome(), f"{error}\n{traceback.format_exc()}")
    finally:
        if not whole:
            services.drop(plan)


async def _perform(row: Row, ground: Ground) -> Outcome:
    try:
        async with asyncio.timeout(LONGEST_ROW):
            return await row.run(ground)
    finally:
        await ground.close()
