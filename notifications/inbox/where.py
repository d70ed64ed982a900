"""Conditions on the notifications of an inbox, as SQL with its parameters."""

from typing import Any, NamedTuple


class Where(NamedTuple):
    """A condition on ``n``, the notification; in `queries.kept` on ``r`` too, the receipt.

    ``seek`` is a part of it, as SQL and parameters, by which an index finds the notifications.
    """

    sql: str
    params: tuple[Any, ...] = ()
    seek: tuple[str, tuple[Any, ...]] | None = None

    def __and__(self, other: "Where") -> "Where":
        both = f"{self.sql} AND {other.sql}"
        return Where(both, (*self.params, *other.params), self.seek or other.seek)

    def __invert__(self) -> "Where":
        return Where(f"NOT ({self.sql})", self.params)


EVERYTHING = Where("n.retracted_at IS NULL")
NOTHING = Where("1 = 0")
