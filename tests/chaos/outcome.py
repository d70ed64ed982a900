"""What a row has come to: the four numbers that must be nought, recovery, figures and bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Check:
    """A figure with a bound that decides as well."""

    name: str
    value: float
    bound: float
    least: bool = False

    @property
    def kept(self) -> bool:
        return self.value >= self.bound if self.least else self.value <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.least else "≤"
        return f"{self.name} {self.value:g} {sign if self.kept else 'NOT ' + sign} {self.bound:g}"


@dataclass(frozen=True)
class Times:
    """Seconds: the middle one, the 95th of a hundred, the longest."""

    p50: float
    p95: float
    max: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times | None:
        if not seconds:
            return None
        return cls(*(round(each, 3) for each in (*percentiles(seconds, 50, 95), max(seconds))))


def percentiles(values: Sequence[float], *wanted: float) -> list[float]:
    """The nearest values at these percentages; nought where there is none."""
    ordered = sorted(values) or [0.0]
    return [ordered[min(len(ordered) - 1, int(len(ordered) * each / 100))] for each in wanted]


@dataclass
class Outcome:
    """`skipped` says why it could not be tried; `notes` what the first faults were."""

    lost: int = 0
    duplicated: int = 0
    out_of_order: int = 0
    unexpected: int = 0
    recovery: Times | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: str | None = None

    def most(self, name: str, value: float, bound: float) -> Outcome:
        """The row fails where `value` is above `bound`."""
        self.checks.append(Check(name, round(value, 3), bound))
        return self

    def least(self, name: str, value: float, bound: float) -> Outcome:
        """The row fails where `value` is below `bound`."""
        self.checks.append(Check(name, round(value, 3), bound, least=True))
        return self

    @property
    def exact(self) -> bool:
        return not (self.lost or self.duplicated or self.out_of_order or self.unexpected)

    @property
    def passed(self) -> bool:
        return self.skipped is None and self.exact and all(check.kept for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        found = asdict(self)
        found["checks"] = [
            {**asdict(check), "kept": check.kept, "value": check.value} for check in self.checks
        ]
        return {**found, "passed": self.passed}
