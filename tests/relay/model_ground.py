"""What the world of the model stands on: two relays on one loop that moves only when told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import Group
from hypothesis.stateful import RuleBasedStateMachine

from notifications import log
from notifications.events import Entry
from notifications.relay import Relay
from notifications.topics import group_topic, user_topic
from tests.relay.model_client import Client, Poller, Wrong
from tests.relay.model_database import Steps

#: Turns of the loop in which everything that can go on has gone on.
TURNS = 20
#: Far more calls to the database than anything here needs.
MOST_CALLS = 300


class Ground(RuleBasedStateMachine):
    """People, relays and clients. ``broken`` takes a rule out of each new relay."""

    people: dict[str, tuple[Any, str]]
    group: Group
    broken: staticmethod[[Relay], None] | None = None
    client_class = Client

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        #: What was ever stamped, but for what a backup has forgotten.
        self.history: list[Entry] = []
        self.hints: list[tuple[int, Entry]] = []
        self.relays: list[Relay] = []
        self.steps: list[Steps] = []
        self.said = 0
        self.clients: list[Client] = []
        self.pollers: list[Poller] = []

    def everything_heals(self) -> None:
        for _ in range(3):
            log.stamp()
            self._heal_once()
        for client in self._everybody():
            client.check_all(self.history, self._topics_of(client.name))

    def _heal_once(self) -> None:
        for client in self.clients:
            client.stuck = False
            self._now(client.wake)
        for relay in self.relays:
            self._now(
                lambda relay=relay: relay.parts.tasks.start(relay.parts.follower.follow(), "follow")
            )
        for steps in self.steps:
            self._finish(steps)
        for client in self.clients:
            if client.relay is None:
                self._now(lambda client=client: client.join(self.relays[0]))
        for steps in self.steps:
            self._finish(steps)
        for client in self.clients:
            client.process(10_000)
        for poller in self.pollers:
            self._poll_to_the_end(poller)

    def _poll_to_the_end(self, poller: Poller) -> None:
        poller.nothing_new = False
        for _ in range(60):
            poller.process(10)
            if poller.nothing_new and poller.relay is None:
                return
            if poller.relay is None:
                self._now(lambda: poller.poll(self.relays[1], 2, False))
            elif poller.waits:
                self._now(poller.cut)
            for steps in self.steps:
                self._finish(steps)

    def _start_relay(self, number: int | None = None) -> None:
        steps = Steps()

        async def start() -> Relay:
            relay = Relay(steps, steps)
            # Nothing moves by the clock here.
            relay.parts.admissions.gathering.longest_pause = 0.0
            relay.parts.tasks.start(relay.parts.follower.load(), "load")
            relay.parts.tasks.start(relay.parts.clockwork.keep_up(), "keep up")
            return relay

        relay = self.loop.run_until_complete(start())
        if self.broken is not None:
            self.broken(relay)
        self._finish(steps)
        relay.parts.clockwork.loaded.set()
        if number is None:
            self.relays.append(relay)
            self.steps.append(steps)
        else:
            self.relays[number], self.steps[number] = relay, steps

    def _hint(self, relay: Relay, entries: Iterable[Entry]) -> None:
        for entry in entries:
            relay.parts.follower.hint([entry], entry.cursor)
        relay.parts.follower.take_hints()

    def _hinted(self, entries: Iterable[Entry], **_: Any) -> None:
        self.history += entries
        self.hints += [(number, entry) for entry in entries for number in (0, 1)]

    def _in_group(self, names: set[str]) -> None:
        self.group.user_set.set([self.people[name][0] for name in sorted(names)])

    def _topic(self, name: str) -> str:
        return user_topic(self.people[name][0])

    def _topics_of(self, name: str) -> set[str]:
        topics = {"all", self._topic(name)}
        if self.group.user_set.filter(pk=self.people[name][0].pk).exists():
            topics.add(group_topic(self.group))
        return topics

    def _everybody(self) -> list[Client | Poller]:
        return [*self.clients, *self.pollers]

    def _finish(self, steps: Steps) -> None:
        for _ in range(MOST_CALLS):
            if not steps:
                return
            steps.read(0)
            self._now(lambda: steps.answer(0))
        raise Wrong("The relay asks the database without end.")

    def _now(self, work: Callable[[], Any]) -> None:
        """Do something on the loop, and let everything go on as far as it can."""

        async def do() -> None:
            try:
                work()
            except Exception as error:
                raise Wrong("The relay failed.") from error
            for _ in range(TURNS):
                await asyncio.sleep(0)

        self.loop.run_until_complete(do())

    def _turn(self) -> None:
        self._now(lambda: None)
