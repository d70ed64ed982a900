"""Who is here: connections by topic and by user."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from notifications.conf import options
from notifications.errors import TooMany
from notifications.relay.connection import Connection
from notifications.rights import Admission

#: Asks a client that was refused to wait this long, in seconds.
TRY_AGAIN = 30
#: In how many parts the heartbeat interval is cut; those in one get theirs together.
SLOTS = 20
#: A dict is a set that keeps its order: what happens can be repeated.
Connections = dict[Connection, None]
_NOBODY: Connections = {}


class Index:
    """The connections of this relay, found by topic; and how many each user has."""

    def __init__(self) -> None:
        self._readers: dict[str, Connections] = {}
        self._all: Connections = {}
        self._visitors: Connections = {}
        self._by_client: dict[str, Connections] = {}
        self._by_user: Counter[Any] = Counter()
        #: How many connections there are, by the name of their encoding.
        self.by_encoding: Counter[str] = Counter()
        self._slots: list[Connections] = [{} for _ in range(SLOTS)]
        self._next_slot = itertools.cycle(range(SLOTS))

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, connection: Connection) -> bool:
        return connection in self._all

    @property
    def users(self) -> int:
        """How many different users are here."""
        return len(self._by_user)

    def newest(self) -> Iterator[Connection]:
        """Return all connections, the ones that came last first."""
        return reversed(self._all)

    def readers(self, topic: str) -> Collection[Connection]:
        """Return the connections that have a topic, whatever their state."""
        return self._readers.get(topic, _NOBODY)

    def client(self, client_id: str) -> Collection[Connection]:
        """Return the connections of one page; a poll that was given up may still be among them."""
        return self._by_client.get(client_id, _NOBODY)

    def slot(self, number: int) -> Collection[Connection]:
        """Return the connections of one part of the heartbeat interval."""
        return self._slots[number]

    @property
    def visitors(self) -> Collection[Connection]:
        """The connections of nobody in particular."""
        return self._visitors

    def add(self, connection: Connection) -> None:
        """Take a connection in; raises TooMany above the bound of its user or of visitors."""
        self._leave_room_for(connection.admission)
        self._all[connection] = None
        self.by_encoding[connection.encoding.name] += 1
        connection.slot = next(self._next_slot)
        self._slots[connection.slot][connection] = None
        self._by_client.setdefault(connection.client_id, {})[connection] = None
        if connection.admission.anonymous:
            self._visitors[connection] = None
        else:
            self._by_user[connection.admission.user_id] += 1
        self._enter(connection, connection.admission.topics)

    def remove(self, connection: Connection) -> None:
        """Forget a connection; nothing happens if it is not here."""
        if connection not in self._all:
            return
        del self._all[connection]
        self.by_encoding[connection.encoding.name] -= 1
        del self._slots[connection.slot][connection]
        same = self._by_client[connection.client_id]
        del same[connection]
        if not same:
            del self._by_client[connection.client_id]
        if connection.admission.anonymous:
            del self._visitors[connection]
        else:
            self._count_down(connection.admission.user_id)
        self._quit(connection, connection.admission.topics)

    def admit_again(self, connection: Connection, admission: Admission) -> None:
        """Give a connection the topics that the same user has now."""
        before, after = connection.admission.topics, admission.topics
        connection.admission = admission
        self._quit(connection, before - after)
        self._enter(connection, after - before)

    def _count_down(self, user_id: Any) -> None:
        self._by_user[user_id] -= 1
        if not self._by_user[user_id]:
            del self._by_user[user_id]

    def _leave_room_for(self, admission: Admission) -> None:
        if admission.anonymous:
            full = len(self._visitors) >= options.VISITOR_CONNECTIONS
        else:
            full = self._by_user[admission.user_id] >= options.CONNECTIONS_PER_USER
        if full:
            raise TooMany(retry_after=TRY_AGAIN)

    def _enter(self, connection: Connection, topics: Iterable[str]) -> None:
        for topic in topics:
            self._readers.setdefault(topic, {})[connection] = None

    def _quit(self, connection: Connection, topics: Iterable[str]) -> None:
        for topic in topics:
            readers = self._readers.get(topic)
            if readers is not None:
                readers.pop(connection, None)
                if not readers:
                    del self._readers[topic]
