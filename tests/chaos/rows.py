"""The catalogue: each row is a coroutine that breaks something on a ground and gives a verdict."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.chaos import catalogue
from tests.chaos.outcome import Outcome
from tests.chaos.place import Plan

if TYPE_CHECKING:
    from tests.chaos.ground import Ground

Run = Callable[["Ground"], Awaitable[Outcome]]


@dataclass(frozen=True)
class Row:
    """One line of the catalogue. `title` is the first line of its docstring."""

    name: str
    run: Run
    title: str
    quick: bool
    needs: str | None
    databases: tuple[str, ...]
    plan: dict[str, Any] = field(default_factory=dict)

    def plan_for(self, database: str) -> Plan:
        return Plan(database=database, **self.plan)


rows: dict[str, Row] = {}


def row(
    name: str,
    *,
    quick: bool = False,
    needs: str | None = None,
    databases: tuple[str, ...] = ("postgresql",),
    **plan: Any,
) -> Callable[[Run], Run]:
    """Register a row.

    `quick`: it is a part of `make test` too, with `ground.quick` true. `needs`: "root" or "nginx";
    it is skipped, and counted as skipped, where that is missing. `plan`: what its site is like, the
    fields of `place.Plan`; rows of one plan share a site, so a row leaves it whole or says
    `fresh=True`.
    """

    def register(run: Run) -> Run:
        if name in rows:
            raise ValueError(f"There are two rows {name}.")
        title = (run.__doc__ or "").strip().splitlines()[0].rstrip(".")
        rows[name] = Row(name, run, title, quick, needs, databases, plan)
        return run

    return register


def load() -> list[Row]:
    """All rows, in the order of their names: a2 before a10, letters before words."""
    for module in pkgutil.iter_modules(catalogue.__path__):
        importlib.import_module(f"{catalogue.__name__}.{module.name}")
    return sorted(rows.values(), key=place_of)


def by_site(chosen: list[Row]) -> list[tuple[Row, str]]:
    """Rows that share a site after each other: it is started once."""
    pairs = [(row, database) for row in chosen for database in row.databases]
    firsts: dict[str, int] = {}
    for number, (row, database) in enumerate(pairs):
        firsts.setdefault(row.plan_for(database).key, number)
    return sorted(pairs, key=lambda pair: firsts[pair[0].plan_for(pair[1]).key])


def place_of(row: Row) -> tuple[bool, str, int, str]:
    """Where a row stands among the others."""
    numbered = re.fullmatch(r"([a-z])(\d+)", row.name)
    if numbered is None:
        return True, row.name, 0, row.name
    return False, numbered[1], int(numbered[2]), row.name
