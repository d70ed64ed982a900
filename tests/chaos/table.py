"""Results for people: a line as each row ends, and the table at the end."""

from __future__ import annotations

from collections.abc import Iterable

from tests.chaos.outcome import Outcome
from tests.chaos.running import Result

HEADINGS = ("row", "", "lost", "dup.", "order", "unexp.", "recovery p50/p95/max", "s", "bounds")


def line(result: Result) -> str:
    """What one row has come to."""
    if result.outcome.skipped is not None:
        return f"skipped: {result.outcome.skipped}"
    if result.error is not None:
        return f"FAILED: {result.error}"
    parts = [
        result.word,
        four(result.outcome),
        f"recovery {recovery(result.outcome)}",
        *(str(check) for check in result.outcome.checks),
        f"{result.seconds:.0f} s",
        *result.outcome.notes,
        "" if result.passed else str(result.outcome.figures),
    ]
    return ", ".join(filter(None, parts))


def four(outcome: Outcome) -> str:
    numbers = (outcome.lost, outcome.duplicated, outcome.out_of_order, outcome.unexpected)
    return "/".join(map(str, numbers))


def recovery(outcome: Outcome) -> str:
    times = outcome.recovery
    return "–" if times is None else f"{times.p50:.2f}/{times.p95:.2f}/{times.max:.2f}"


def table(results: Iterable[Result]) -> str:
    """All rows, as one can paste them into a page."""
    lines = [HEADINGS, tuple("---" for _ in HEADINGS)]
    for result in results:
        outcome = result.outcome
        bounds = "; ".join(str(check) for check in outcome.checks)
        said = outcome.skipped or (result.error or "").splitlines()[:1] or bounds
        lines.append(
            (
                result.name,
                result.word,
                str(outcome.lost),
                str(outcome.duplicated),
                str(outcome.out_of_order),
                str(outcome.unexpected),
                recovery(outcome),
                f"{result.seconds:.0f}",
                said if isinstance(said, str) else said[0],
            )
        )
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
