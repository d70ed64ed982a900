"""What each transport of each run has cost so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from notifications.lab.passage import Passage
from notifications.lab.plan import Plan

TRANSPORTS = ("websocket", "sse", "longpoll", "poll")
TOLD = (
    *("requests", "answers", "empty", "open", "cuts", "packed"),
    *("body", "sent", "wire_out", "wire_in"),
)


@dataclass(slots=True)
class Traffic:
    """One transport of one run; sizes in bytes.

    ``body`` is what was handed over for the page, ``sent`` the same as it was compressed; ``cuts``
    is how often a connection was cut on purpose, ``packed`` how many answers or sockets were
    compressed.
    """

    requests: int = 0
    answers: int = 0
    empty: int = 0
    body: int = 0
    sent: int = 0
    wire_out: int = 0
    wire_in: int = 0
    open: int = 0
    cuts: int = 0
    packed: int = 0
    peers: set[tuple[Any, ...]] = field(default_factory=set)

    def told(self) -> dict[str, int]:
        """As the page gets it; ``open`` is how many requests are being served now."""
        return {name: getattr(self, name) for name in TOLD} | {"connections": len(self.peers)}


@dataclass(slots=True)
class Account:
    """One run's: its plan, its traffic, and the passages that are open now."""

    plan: Plan
    traffic: dict[str, Traffic] = field(
        default_factory=lambda: {name: Traffic() for name in TRANSPORTS}
    )
    passages: set[Passage] = field(default_factory=set)
    #: Nothing is cut any more: what was sent shall arrive.
    calm: bool = False

    @property
    def working(self) -> int:
        """How many requests are being served, and how many of them hold something back."""
        late = sum(each.busy for each in tuple(self.passages))
        return late + sum(each.open for each in self.traffic.values())


#: Topic of a run → its account. Counts are of one process.
accounts: dict[str, Account] = {}


def open_account(topic: str, plan: Plan) -> Account:
    """Begin to count for a run."""
    return accounts.setdefault(topic, Account(plan))


def close_account(topic: str) -> None:
    """Count for this run no longer, and hold nothing back. From any thread."""
    account = accounts.pop(topic, None)
    if account is not None:
        account.calm = True
        for passage in tuple(account.passages):
            passage.hurry()
