"""Who has to have been told what: asked of the tables themselves, with no code of the product.

What was sent plays no part in it, nor what a publisher believes: only what is committed.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.support.site import wait_until

EVENTS = """
    SELECT e.seq, e.tag, e.topics, e.type, e.notification_id,
           EXISTS (SELECT 1 FROM notifications_eventtopic t WHERE t.seq = e.seq AND t.internal)
    FROM notifications_event e WHERE e.seq > {0} ORDER BY e.seq
"""
WAITING = "SELECT count(*) FROM notifications_event WHERE seq IS NULL"
HEAD = "SELECT head, tag, floor FROM notifications_counter"
PUBLIC = "SELECT slug FROM notifications_room WHERE is_public AND NOT is_closed"
USER = "SELECT id FROM auth_user WHERE username = {0}"
GROUPS = "SELECT group_id FROM auth_user_groups WHERE user_id = {0}"
ROOMS = """
    SELECT r.slug FROM notifications_membership m JOIN notifications_room r ON r.id = m.room_id
    WHERE m.user_id = {0}
"""


@dataclass(frozen=True)
class Told:
    """One committed event that clients are told of."""

    seq: int
    cursor: str
    topics: frozenset[str]
    type: str
    notification: int | None


class Oracle:
    """`url` is the site's DATABASE_URL. What was seen once is remembered, pruned or not."""

    def __init__(self, url: str):
        self.url = url
        self._seen: dict[int, Told] = {}

    def head(self) -> str:
        """The cursor of the newest event, once nothing waits for its stamp."""
        wait_until(lambda: self._ask(WAITING)[0][0] == 0, "every event is stamped")
        seq, tag, _floor = self._ask(HEAD)[0]
        return f"{seq}.{tag}"

    def after(self, cursor: str) -> list[Told]:
        """What the log has after a cursor, in order."""
        for seq, tag, topics, type, about, internal in self._ask(EVENTS, seq_of(cursor)):
            if not internal:
                self._seen[seq] = Told(seq, f"{seq}.{tag}", frozenset(topics.split()), type, about)
        return [told for seq, told in sorted(self._seen.items()) if seq > seq_of(cursor)]

    def holes(self) -> int:
        """How many of the numbers between the floor and the head the log does not have."""
        head, _tag, floor = self._ask(HEAD)[0]
        kept = self._ask("SELECT count(*) FROM notifications_event WHERE seq > {0}", floor)[0][0]
        return int(head - floor - kept)

    def topics(self, username: str | None) -> frozenset[str]:
        """What somebody may read without asking for it; None is a visitor."""
        if username is None:
            return frozenset(f"room.{slug}" for (slug,) in self._ask(PUBLIC))
        user = self._ask(USER, username)[0][0]
        return frozenset(
            [
                "all",
                f"user.{user}",
                *(f"group.{group}" for (group,) in self._ask(GROUPS, user)),
                *(f"room.{slug}" for (slug,) in self._ask(ROOMS, user)),
            ]
        )

    def _ask(self, query: str, *given: Any) -> Sequence[tuple[Any, ...]]:
        with self._connected() as (connection, mark):
            return list(connection.execute(query.format(*[mark] * len(given)), given).fetchall())

    @contextlib.contextmanager
    def _connected(self) -> Iterator[tuple[Any, str]]:
        if self.url.startswith("sqlite"):
            with contextlib.closing(
                sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)
            ) as light:
                yield light, "?"
        else:
            with psycopg.connect(self.url, autocommit=True) as connection:
                yield connection, "%s"


def seq_of(cursor: str) -> int:
    return int(cursor.split(".")[0])
