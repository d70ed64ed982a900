"""Everybody's turn once in a while, spread over the while."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any


class Rounds:
    """Members in ``parts`` parts of about the same size, one of which is asked for at a time.

    To look at ten thousand connections at once would keep all of them waiting meanwhile.
    """

    def __init__(self, parts: int) -> None:
        # A dict is a set that keeps its order: what happens can be repeated.
        self._parts: list[dict[Any, None]] = [{} for _ in range(parts)]
        self._places: dict[Any, int] = {}
        self._next_place = itertools.cycle(range(parts))
        self._next_turn = itertools.cycle(range(parts))

    def __len__(self) -> int:
        return len(self._places)

    def add(self, member: Any) -> None:
        """Take a member in; its turn comes within one round."""
        place = self._places[member] = next(self._next_place)
        self._parts[place][member] = None

    def discard(self, member: Any) -> None:
        """Forget a member; nothing happens if it is not here."""
        place = self._places.pop(member, None)
        if place is not None:
            del self._parts[place][member]

    def turn(self) -> Iterable[Any]:
        """Those whose turn it is now."""
        return list(self._parts[next(self._next_turn)])
