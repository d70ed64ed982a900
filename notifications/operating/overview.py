"""What the rows of all processes say together: figures, and the connections somebody looks at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model

from notifications.models import Process
from notifications.models.clock import now
from notifications.operating.looking import MOST_LISTED
from notifications.operating.processes import GONE_SECONDS, LIVE_SECONDS

#: What is added up over all processes.
SUMMED = ("visitors", "catching_up", "in_doubt")
TRANSPORTS = ("websocket", "sse", "longpoll")


@dataclass(frozen=True, slots=True)
class Listing:
    """Connections of a look, the newest first, of `count` that there are.

    `complete`: every process that runs has answered the look.
    """

    count: int
    rows: list[dict[str, Any]]
    complete: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The processes at one moment of the database's clock, those too that have fallen silent."""

    at: datetime
    processes: list[Process]
    connections: Listing | None

    def silent(self, process: Process) -> bool:
        """Whether a process has said nothing for so long that it does not count any more."""
        return process.seen_at <= self.at - timedelta(seconds=LIVE_SECONDS)

    def seconds_ago(self, moment: datetime) -> float:
        """How long ago something was."""
        return max(0.0, (self.at - moment).total_seconds())

    @property
    def running(self) -> list[Process]:
        """The processes that count."""
        return [each for each in self.processes if not self.silent(each)]

    def totals(self) -> dict[str, Any]:
        """Sums over the processes that run; `users` counts one at two processes twice."""
        figures = [each.figures for each in self.running]
        transports: Counter[str] = Counter()
        for each in figures:
            transports.update(each.get("connections", {}))
        return {
            "processes": len(figures),
            "connections": {name: transports[name] for name in TRANSPORTS},
            "users": sum(each.get("users", 0) for each in figures),
            **{name: sum(each.get(name, 0) for each in figures) for name in SUMMED},
            # Each process knows all who are in rooms, where there is a layer that they share.
            "rooms": max((each.get("rooms", 0) for each in figures), default=0),
            # One log: who has read furthest knows best.
            "events": max((each.get("events", 0) for each in figures), default=0),
            "head": max((each.get("head", 0) for each in figures), default=0),
            "behind": max((each.get("behind", 0) for each in figures), default=0),
        }


def overview(look: str | None = None) -> Overview:
    """Read the rows; with a look (`looking`) the connections that were listed for it, too."""
    at = now()
    rows = Process.objects.filter(seen_at__gt=at - timedelta(seconds=GONE_SECONDS))
    if look is None:
        rows = rows.defer("connections")
    found = list(rows.order_by("started_at", "id"))
    seen = Overview(at, found, None)
    if look is None:
        return seen
    return Overview(at, found, _listing(seen.running, look))


def _listing(running: Iterable[Process], look: str) -> Listing:
    answers = [(each, each.connections.get(look)) for each in running]
    rows = [
        {**row, "process": process.pk, "host": process.name}
        for process, answer in answers
        if answer
        for row in answer["rows"]
    ]
    newest = sorted(rows, key=lambda row: row["seconds"])[:MOST_LISTED]
    _name_users(newest)
    return Listing(
        count=sum(answer["count"] for _, answer in answers if answer),
        rows=newest,
        complete=all(answer is not None for _, answer in answers),
    )


def _name_users(rows: list[dict[str, Any]]) -> None:
    """Add the name that each user signs in with: his display name need not be his alone."""
    people = get_user_model()._default_manager.in_bulk({row["user"] for row in rows if row["user"]})
    names = {str(pk): person.get_username() for pk, person in people.items()}
    for row in rows:
        row["username"] = names.get(row["user"], "")
