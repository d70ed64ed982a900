"""What tests of publishing look at: the events that a change has told, and to whom."""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from notifications import log
from notifications.models import Membership, Room


class Event(NamedTuple):
    """An event as a test compares it."""

    type: str
    topics: tuple[str, ...]
    data: dict[str, Any]


Told = Callable[[], list[Event]]


def rolled_back(change: Callable[[], object]) -> None:
    """Make a change in a transaction, and take it back."""
    with transaction.atomic():
        change()
        transaction.set_rollback(True)


@pytest.fixture
def told(request: pytest.FixtureRequest, db: None) -> Told:
    """A function that stamps and returns the events since it was last called."""
    if "database" in request.fixturenames:
        request.getfixturevalue("database")
    position = log.head().cursor.seq

    def since() -> list[Event]:
        nonlocal position
        log.stamp()
        entries = log.read(position, 100_000)
        position = entries[-1].seq if entries else position
        return [Event(each.type, each.topics, orjson.loads(each.data)) for each in entries]

    return since


@pytest.fixture
def ops(alice: Any, bob: Any) -> Group:
    """The group of alice and bob."""
    group = Group.objects.create(name="ops")
    group.user_set.add(alice, bob)
    return group


@pytest.fixture
def den(alice: Any, bob: Any) -> Room:
    """The private room of alice and bob, whose posts enter the inbox."""
    room = Room.objects.create(slug="den", name="Den", notify="all")
    for user in (alice, bob):
        Membership.objects.create(room=room, user=user)
    return room


@pytest.fixture
def lobby(db: None) -> Room:
    """A quiet public room where visitors may post."""
    return Room.objects.create(slug="lobby", name="Lobby", is_public=True, anonymous_posts=True)
