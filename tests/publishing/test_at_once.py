"""Many change the same notifications at once: nobody fails, and the log ends where the rows do."""

import random
from typing import Any

from notifications import log, notify, retract
from notifications.errors import Conflict
from notifications.models import Address, Event, Notification
from notifications.publishing import due, edit, set_audience
from tests.publishing.conftest import Told
from tests.support.threads import at_once

WRITERS = 4
CHANGES = 40


def test_edits_audiences_and_retractions_at_once(
    database: str, told: Told, alice: Any, bob: Any, charlie: Any
) -> None:
    people = [alice, bob, charlie]
    rows = [notify(f"{number}", to=people, replace_key=f"k{number}").pk for number in range(4)]

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for turn in range(CHANGES):
            pk = chance.choice(rows)
            try:
                change(chance, pk, f"{seed}-{turn}")
            except Conflict:
                # It was retracted by another: that is an answer, not a failure.
                continue

    def change(chance: random.Random, pk: int, title: str) -> None:
        do = chance.choice(["edit", "audience", "replace", "retract", "due"])
        some = chance.sample(people, chance.randint(1, 3))
        if do == "edit":
            edit(pk, title=title)
        elif do == "audience":
            set_audience(pk, some)
        elif do == "replace":
            notify(title, to=some, replace_key=f"k{rows.index(pk)}")
        elif do == "retract":
            retract(pk)
        else:
            due()

    at_once(*(lambda seed=seed: write(seed) for seed in range(WRITERS)))
    log.stamp()
    assert not Event.objects.filter(seq=None).exists()
    assert last_told(told) == as_it_stands()


def last_told(told: Told) -> dict[tuple[int, str], str]:
    """What each topic was last told of each notification: its title, or nothing."""
    state: dict[tuple[int, str], str] = {}
    for event in told():
        for topic in event.topics:
            if event.type == "notification.retracted":
                state.pop((event.data["id"], topic), None)
            elif event.type.startswith("notification.") and event.data:
                state[event.data["id"], topic] = event.data["title"]
    return state


def as_it_stands() -> dict[tuple[int, str], str]:
    titles = dict(Notification.objects.values_list("pk", "title"))
    live = Address.objects.filter(live=True)
    assert not live.filter(position=None).exists()
    return {(pk, topic): titles[pk] for pk, topic in live.values_list("notification_id", "topic")}
