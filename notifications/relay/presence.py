"""Who is here: the people with a room's page open, in this process and in the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from notifications import broadcast
from notifications.events import signal_wire
from notifications.relay.index import Index
from notifications.rights import Admission
from notifications.signaling import JOINED, LEFT, SignalEvent, clock
from notifications.topics import ROOM, room_topic, split

#: Each process says this often who is at its pages; what it says holds three times as long, which
#: is also how long somebody may be away (a reload, a tunnel) before he has left.
ANNOUNCE_SECONDS = 10.0
GRACE_SECONDS = 30.0
#: How often somebody who went is looked for.
LOOK_SECONDS = 1.0
#: The type of what processes tell each other.
HERE = "here"

ANONYMOUS = _("anonymous")


@dataclass(slots=True)
class Person:
    """Somebody in a room, as long as nobody says otherwise."""

    name: str
    until: float


class Presence:
    """Each process keeps the whole of it, and tells its own pages who joins and who leaves.

    ``hear`` takes the signal events that it makes.
    """

    def __init__(self, index: Index, hear: Callable[[SignalEvent], None]) -> None:
        self._index = index
        self._hear = hear
        self._loop = asyncio.get_running_loop()
        self._process = uuid4().hex
        self._rooms: dict[str, dict[str, Person]] = {}
        self._polled: dict[str, float] = {}

    def present(self, room: str) -> list[str]:
        """The names of those who are in a room, each person once, in alphabetical order."""
        return sorted(person.name for person in self._rooms.get(room, {}).values())

    def polled(self, client_id: str) -> bool:
        """Whether a page has polled here within the grace."""
        return self._polled.get(client_id, 0.0) > self._loop.time()

    def seen(self, admission: Admission, client_id: str, polls: bool = False) -> None:
        """Somebody has opened a page, or asked by a poll."""
        if polls:
            self._polled[client_id] = self._loop.time() + GRACE_SECONDS
        here = _here(admission, client_id)
        if self._note(here):
            self._announce(here)

    def heard(self, told: Mapping[str, Any]) -> None:
        """Take what another process says about its pages."""
        if told["process"] != self._process:
            self._note([(room, who, name) for room, who, name in told["here"]])

    async def watch(self) -> None:
        """Keep up who is here, and notice who is not any more, until cancelled."""
        announce_at = self._loop.time()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = self._loop.time()
            if now >= announce_at:
                announce_at = now + ANNOUNCE_SECONDS
                here = [
                    each
                    for connection in self._index
                    for each in _here(connection.admission, connection.client_id)
                ]
                self._note(here)
                self._announce(here)
            self._let_go(now)

    def _note(self, here: Iterable[tuple[str, str, str]]) -> bool:
        """Whether somebody was not here before."""
        news = False
        until = self._loop.time() + GRACE_SECONDS
        for room, who, name in here:
            people = self._rooms.setdefault(room, {})
            if who in people:
                people[who].until = until
            else:
                people[who] = Person(name, until)
                self._tell(JOINED, room, name)
                news = True
        return news

    def _let_go(self, now: float) -> None:
        for room, people in list(self._rooms.items()):
            for who, person in list(people.items()):
                if person.until < now:
                    del people[who]
                    self._tell(LEFT, room, person.name)
            if not people:
                del self._rooms[room]
        self._polled = {each: until for each, until in self._polled.items() if until > now}

    def _announce(self, here: list[tuple[str, str, str]]) -> None:
        if here:
            told = {"process": self._process, "here": [list(each) for each in here]}
            broadcast.send_signal({HERE: told})

    def _tell(self, type: str, room: str, name: str) -> None:
        id, topic = uuid4().hex, room_topic(room)
        wire = signal_wire(type, {"room": room, "name": name}, topic=topic, id=id)
        self._hear(SignalEvent(id, clock.now(), topic, type, wire.decode()))


def _here(admission: Admission, client_id: str) -> list[tuple[str, str, str]]:
    """Room, person and name: a page asks for the room that it shows; a member has it anyway."""
    who = client_id if admission.anonymous else f"user.{admission.user_id}"
    name = admission.name or str(ANONYMOUS)
    return [
        (split(topic)[1], who, name)
        for topic in admission.asked
        if topic in admission.topics and split(topic)[0] == ROOM
    ]
