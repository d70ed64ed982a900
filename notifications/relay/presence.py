"""Who is here: the people with a room's page open, in this process and in the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from notifications import broadcast
from notifications.conf import options
from notifications.events import signal_wire
from notifications.relay.index import Index
from notifications.rights import Admission
from notifications.signaling import JOINED, LEFT, SignalEvent, clock
from notifications.topics import ROOM, is_personal, room_topic, split

#: In every grace each process says so often who is at its pages. What it says holds for a grace,
#: which is how long somebody may be away (a reload, a tunnel) before he has left.
ANNOUNCEMENTS = 3
#: A page whose poll has waited asks again at once; after so long it is gone, whatever the grace.
RETURN_SECONDS = 5.0
#: How often somebody who went is looked for.
LOOK_SECONDS = 1.0
#: The type of what processes tell each other.
HERE = "here"

ANONYMOUS = _("anonymous")
#: Room, person and the person's name.
Place = tuple[str, str, str]


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
        #: Client id of a page that polls → until when it counts, and where it is.
        self._polled: dict[str, tuple[float, list[Place]]] = {}

    def present(self, room: str) -> list[str]:
        """The names of those who are in a room, each person once, in alphabetical order."""
        return sorted(person.name for person in self._rooms.get(room, {}).values())

    def rooms(self) -> int:
        """In how many rooms somebody is."""
        return len(self._rooms)

    def polls_until(self, client_id: str) -> float:
        """The loop's time until which a page that has polled here may come back; 0: it is gone."""
        until, _here = self._polled.get(client_id, (0.0, ()))
        return until if until > self._loop.time() else 0.0

    def waited(self, client_id: str) -> None:
        """The poll of a page has ended that waited: it comes back soon, or not at all."""
        if client_id in self._polled:
            until, here = self._polled[client_id]
            self._polled[client_id] = min(until, self._loop.time() + RETURN_SECONDS), here

    def seen(self, admission: Admission, client_id: str, polls: bool = False) -> None:
        """Somebody has opened a page, or asked by a poll."""
        here = _here(admission, client_id)
        if polls:
            self._polled[client_id] = self._loop.time() + options.GRACE_SECONDS, here
        if self._note(here, options.GRACE_SECONDS):
            self._announce()

    def heard(self, told: Mapping[str, Any]) -> None:
        """Take what another process says about its pages."""
        if told["process"] == self._process:
            return
        for room, who, name, seconds in told["here"]:
            self._note([(room, who, name)], min(seconds, options.GRACE_SECONDS))
        if told["asks"]:
            self._announce()

    async def watch(self) -> None:
        """Keep up who is here, and notice who is not any more, until cancelled."""
        await asyncio.sleep(LOOK_SECONDS)
        # A process that has just begun knows nobody yet.
        self._announce(asks=True)
        announce_at = self._loop.time() + options.GRACE_SECONDS / ANNOUNCEMENTS
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = self._loop.time()
            if now >= announce_at:
                announce_at = now + options.GRACE_SECONDS / ANNOUNCEMENTS
                self._announce()
            self._let_go(now)

    def _note(self, here: Iterable[Place], seconds: float) -> bool:
        """Whether somebody was not here before."""
        news = False
        until = self._loop.time() + seconds
        for room, who, name in here:
            people = self._rooms.setdefault(room, {})
            if who in people and (people[who].name == name or is_personal(who)):
                people[who].until = max(until, people[who].until)
            else:
                if who in people:
                    # A visitor has chosen a name.
                    self._tell(LEFT, room, people[who].name)
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
        self._polled = {each: seen for each, seen in self._polled.items() if seen[0] > now}

    def _announce(self, asks: bool = False) -> None:
        """Tell the others who is at our pages, and for how many seconds that holds."""
        now = self._loop.time()
        connected = [
            each
            for connection in self._index
            if connection.admission.asked and not connection.polls
            for each in _here(connection.admission, connection.client_id)
        ]
        self._note(connected, options.GRACE_SECONDS)
        rows = [[*each, options.GRACE_SECONDS] for each in dict.fromkeys(connected)]
        for until, here in self._polled.values():
            rows += [[*each, until - now] for each in here]
        if rows or asks:
            told = {"process": self._process, "here": rows, "asks": asks}
            broadcast.send_signal(uuid4(), lambda: {HERE: told})

    def _tell(self, type: str, room: str, name: str) -> None:
        id, topic = uuid4().hex, room_topic(room)
        wire = signal_wire(type, {"room": room, "name": name}, topic=topic, id=id)
        self._hear(SignalEvent(id, clock.now(), topic, type, wire))


def _here(admission: Admission, client_id: str) -> list[Place]:
    """Room, person and name: a page asks for the room that it shows; a member has it anyway."""
    who = client_id if admission.anonymous else f"user.{admission.user_id}"
    name = admission.name or str(ANONYMOUS)
    return [
        (split(topic)[1], who, name)
        for topic in admission.asked
        if topic in admission.topics and split(topic)[0] == ROOM
    ]
