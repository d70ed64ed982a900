"""A random world around real relays and the real log, in which every fault is one step.

The machine publishes, loses and repeats hints, lets calls to the database read at one moment and
answer at another, cuts and joins clients, kills relays, prunes the log and puts an old backup in
its place. Nothing runs by itself and no clock is looked at, so that each history can be repeated.

After every step no client may have been told anything but a part, from its beginning, of what it
should be told; after everything has healed, exactly all of it.
"""

from __future__ import annotations

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from notifications import log
from notifications.models import Counter, Event, EventTopic
from notifications.signals import stamped
from notifications.topics import group_topic
from tests.relay.model_client import Client, Poller
from tests.relay.model_ground import Ground

NUMBERS = st.integers(0, 30)
#: More happens to the first relay: its histories are the longer ones.
RELAYS = st.sampled_from([0, 0, 0, 1])
#: What seldom happens, and would end most histories if it happened often.
SELDOM = st.sampled_from([False, False, False, True])
SAID = "model.said"


class World(Ground):
    """What may happen, and what must hold whatever happens."""

    # Beginning and end

    @initialize()
    def an_empty_log(self) -> None:
        self._in_group({"alice"})
        for model in (Event, EventTopic, Counter):
            model.objects.all().delete()
        stamped.connect(self._hinted, weak=False, dispatch_uid=self)
        self.relays, self.steps = [], []
        for _ in range(2):
            self._start_relay()
        self.clients = [
            self.client_class("alice", self.people["alice"][1]),
            self.client_class("alice", self.people["alice"][1]),
            self.client_class("bob", self.people["bob"][1]),
        ]
        self.pollers = [
            Poller("alice", self.people["alice"][1]),
            Poller("bob", self.people["bob"][1]),
        ]
        for client in self.clients:
            self.join_and_finish(client)

    def teardown(self) -> None:
        try:
            if self.relays:
                self.everything_heals()
        finally:
            stamped.disconnect(dispatch_uid=self)
            for relay in self.relays:
                relay.parts.tasks.cancel()
            for client in self._everybody():
                client.cut()
            self._turn()
            self.loop.close()

    # What people do

    @rule(audience=st.integers(1, 15), fate=st.sampled_from(["commit"] * 6 + ["abort", "dies"]))
    def publish(self, audience: int, fate: str) -> None:
        names = ["all", self._topic("alice"), self._topic("bob"), group_topic(self.group)]
        topics = [topic for place, topic in enumerate(names) if audience & 1 << place]
        with transaction.atomic():
            self.said += 1
            log.append(SAID, topics, {"number": self.said})
            if fate == "dies":
                # Killed between the commit and the stamp.
                connection.run_on_commit.clear()
            if fate == "abort":
                transaction.set_rollback(True)

    @rule(audience=st.sampled_from([1, 15]))
    def publish_to_most(self, audience: int) -> None:
        self.publish(audience, "commit")

    @rule(alice=st.booleans(), bob=st.booleans())
    def change_rights(self, alice: bool, bob: bool) -> None:
        self._in_group({name for name, is_in in (("alice", alice), ("bob", bob)) if is_in})

    # What the layer does

    @rule(which=NUMBERS, again=st.booleans())
    def hint(self, which: int, again: bool) -> None:
        if self.hints:
            place = which % len(self.hints)
            number, entry = self.hints[place] if again else self.hints.pop(place)
            self._now(lambda: self._hint(self.relays[number], [entry]))

    @rule(number=RELAYS)
    def all_hints(self, number: int) -> None:
        entries = [entry for to, entry in self.hints if to == number]
        self.hints = [(to, entry) for to, entry in self.hints if to != number]
        self._now(lambda: self._hint(self.relays[number], entries))

    @rule(really=SELDOM)
    def lose_hints(self, really: bool) -> None:
        if really:
            self.hints.clear()

    # What the database does

    @rule(number=RELAYS, which=NUMBERS)
    def read(self, number: int, which: int) -> None:
        self.steps[number].read(which)

    @rule(number=RELAYS, which=NUMBERS)
    def answer(self, number: int, which: int) -> None:
        self._now(lambda: self.steps[number].answer(which))

    @rule(number=RELAYS)
    def read_and_answer(self, number: int) -> None:
        self._finish(self.steps[number])

    @rule(keep=st.integers(0, 4), really=SELDOM)
    def prune(self, keep: int, really: bool) -> None:
        if not really:
            return
        times = Event.objects.filter(seq__isnull=False).order_by("-seq").values_list("time")
        if len(times) > keep:
            log.prune(before=times[keep][0])

    @rule(lost=st.sampled_from([1, 1, 2, 4]), then=st.integers(0, 3), really=SELDOM)
    def restore_a_backup(self, lost: int, then: int, really: bool) -> None:
        if not really:
            return
        self.all_hints(0)
        head = log.head()
        # Not past a change of rights: the backup would have the old rights too.
        rights = [entry.seq for entry in self.history if entry.internal]
        seq = max(head.floor, head.cursor.seq - lost, *rights)
        Event.objects.filter(seq__gt=seq).delete()
        EventTopic.objects.filter(seq__gt=seq).delete()
        row = Event.objects.filter(seq=seq).first()
        self.history = [entry for entry in self.history if entry.seq <= seq]
        Counter.objects.update(head=seq, tag=row.tag if row else Counter.objects.get().origin)
        # Publishers overtake the old head before anybody looks; only the last hint arrives.
        for _ in range(then):
            self.lose_hints(True)
            self.publish_to_most(1)
        self.all_hints(0)

    # What relays do

    @rule(number=RELAYS)
    def reconcile(self, number: int) -> None:
        relay = self.relays[number]
        if len(self.steps[number]) < 4:
            self._now(lambda: relay.parts.tasks.start(relay.parts.follower.follow(), "follow"))

    @rule(number=RELAYS)
    def heartbeat(self, number: int) -> None:
        relay = self.relays[number]
        self._now(lambda: [relay.parts.clockwork.send_heartbeats(n) for n in range(20)])

    @rule(number=RELAYS, really=SELDOM)
    def kill_relay(self, number: int, really: bool) -> None:
        if not really:
            return
        for client in self._everybody():
            if client.relay is self.relays[number]:
                client.cut()
        self.relays[number].parts.tasks.cancel()
        self.hints = [(to, entry) for to, entry in self.hints if to != number]
        self._turn()
        self._start_relay(number)

    # What clients do

    @rule(which=NUMBERS, number=RELAYS)
    def join(self, which: int, number: int) -> None:
        client = self.clients[which % len(self.clients)]
        if client.relay is None:
            self._now(lambda: client.join(self.relays[number]))

    @rule(which=NUMBERS)
    def come_back(self, which: int) -> None:
        client = self.clients[which % len(self.clients)]
        self._now(client.cut)
        self.join_and_finish(client)

    @rule(which=NUMBERS, past=st.sampled_from([1, 8]))
    def come_back_with_other_topics(self, which: int, past: int) -> None:
        client = self.clients[which % len(self.clients)]
        self.publish_to_most(past)
        self.publish_to_most(1)
        self.all_hints(0)
        client.process(100)
        self._now(client.cut)
        members = set(self.group.user_set.values_list("username", flat=True))
        self._in_group(members ^ {client.name})
        self.all_hints(0)
        self.join_and_finish(client)

    @rule()
    def everybody_processes(self) -> None:
        for client in self._everybody():
            client.process(100)

    def join_and_finish(self, client: Client) -> None:
        self._now(lambda: client.join(self.relays[0]))
        self._finish(self.steps[0])

    @rule(which=NUMBERS, number=RELAYS, limit=st.integers(1, 3), wait=st.booleans())
    def poll(self, which: int, number: int, limit: int, wait: bool) -> None:
        poller = self.pollers[which % len(self.pollers)]
        if poller.relay is None:
            self._now(lambda: poller.poll(self.relays[number], limit, wait))

    @rule(which=NUMBERS, count=st.integers(1, 5))
    def process(self, which: int, count: int) -> None:
        everybody = self._everybody()
        everybody[which % len(everybody)].process(count)

    @rule(which=NUMBERS)
    def cut(self, which: int) -> None:
        everybody = self._everybody()
        self._now(everybody[which % len(everybody)].cut)

    @rule(which=NUMBERS, stuck=st.booleans(), then=st.integers(0, 3))
    def stop_or_start_reading(self, which: int, stuck: bool, then: int) -> None:
        client = self.clients[which % len(self.clients)]
        client.stuck = stuck
        for _ in range(then):
            self.publish_to_most(1)
            self.all_hints(0)
        if client.relay is not None and not stuck:
            self._now(client.relay.parts.held.look)

    # What must hold

    @invariant()
    def nobody_was_told_anything_else(self) -> None:
        if self.relays:
            for client in self._everybody():
                client.check_prefix(self.history)

    @rule(really=SELDOM)
    def heal_sometimes(self, really: bool) -> None:
        if really:
            self.everything_heals()
