"""Conditions on the notifications of an inbox, as SQL with its parameters."""

from typing import Any, NamedTuple

Seek = tuple[str, tuple[Any, ...]]


class Where(NamedTuple):
    """A condition on ``n``, the notification; in `queries.kept` on ``r`` too, the receipt.

    ``seek`` is a part of it, as SQL and parameters, by which an index finds the notifications.
    """

    sql: str
    params: tuple[Any, ...] = ()
    seek: Seek | None = None

    def __and__(self, other: "Where") -> "Where":
        both = f"{self.sql} AND {other.sql}"
        return Where(both, (*self.params, *other.params), _together(self.seek, other.seek))

    def __invert__(self) -> "Where":
        return Where(f"NOT ({self.sql})", self.params)


def _together(one: Seek | None, other: Seek | None) -> Seek | None:
    if one is None or other is None:
        return one or other
    return f"{one[0]} AND {other[0]}", (*one[1], *other[1])


EVERYTHING = Where("n.retracted_at IS NULL")
NOTHING = Where("1 = 0")
