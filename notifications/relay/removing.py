"""Whom an operator has disconnected: let go in every process, and kept away for a while."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterable

from notifications.errors import TooMany
from notifications.events import Entry
from notifications.relay.admitting import Admissions
from notifications.relay.connection import Connection
from notifications.relay.index import Index
from notifications.rights import Admission
from notifications.topics import ALL, user_topic

#: Those who are told to come back do it within so many seconds of each other.
SPREAD_SECONDS = 5.0


class Removals:
    """Obeys ``connections.ended``, which comes through the log: to every process, in its order.

    A person who was disconnected is refused for the seconds that the event names, whatever his
    pages try and whatever ticket they show. One connection alone is only closed: its page comes
    back when it was told to.
    """

    def __init__(
        self,
        index: Index,
        admissions: Admissions,
        close: Callable[[Connection, int], None],
        clock: Callable[[], float],
    ) -> None:
        self._index = index
        self._admissions = admissions
        self._close = close
        self._clock = clock
        #: A person's topic → the loop's time until which he is kept away.
        self._until: dict[str, float] = {}

    def obey(self, entry: Entry) -> None:
        """Close whom an entry names, and remember who is not to come back yet."""
        about = json.loads(entry.data)
        if not about:
            # Blanked: its topic is gone, with whoever it was about.
            return None
        if about["connection"]:
            # Of those whom the order is about: another's connection was not what was allowed.
            concerned = (each for topic in entry.topics for each in self._of(topic))
            return self._end((c for c in concerned if c.tag == about["connection"]), 0.0)
        now, seconds = self._clock(), float(about["seconds"])
        self._admissions.doubt(entry.topics)
        self._until = {topic: until for topic, until in self._until.items() if until > now}
        self._until |= dict.fromkeys(entry.topics, now + seconds)
        for topic in entry.topics:
            self._end(self._index.readers(topic), seconds)
        return None

    def check(self, admission: Admission) -> None:
        """Raise TooMany (``disconnected``) for one who is kept away."""
        if not self._until or admission.anonymous:
            return
        left = self._until.get(user_topic(admission.user_id), 0.0) - self._clock()
        if left > 0:
            raise TooMany(code="disconnected", retry_after=math.ceil(left))

    def _of(self, topic: str) -> Iterable[Connection]:
        return self._index.visitors if topic == ALL else self._index.readers(topic)

    def _end(self, connections: Iterable[Connection], seconds: float) -> None:
        for connection in list(connections):
            wait = seconds + random.uniform(0.0, SPREAD_SECONDS)
            self._close(connection, math.ceil(wait * 1000))
