"""People, audiences and open pages for the oracle."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group

from notifications import notify
from notifications.models import Membership, Room
from tests.oracle.page import Open, Page, Stores, node


@pytest.fixture(scope="module")
def stores() -> Iterator[Stores]:
    with node() as started:
        yield started


@pytest.fixture
def open_page(stores: Stores) -> Open:
    """Open a page of a user; its view, filters and size by name."""
    numbers = itertools.count()

    def open_(user: Any, limit: int = 25, **view: Any) -> Page:
        name = f"{next(numbers)} of {getattr(user, 'username', '') or 'a visitor'} {view}"
        return Page(stores, name, user, view, limit)

    return open_


@pytest.fixture
def ops(alice: Any, bob: Any) -> Group:
    group = Group.objects.create(name="ops")
    group.user_set.add(alice, bob)
    return group


@pytest.fixture
def lobby(alice: Any) -> Room:
    """A public room that notifies, with alice as its member."""
    room = Room.objects.create(
        slug="lobby", name="Lobby", is_public=True, anonymous_posts=True, notify="all"
    )
    Membership.objects.create(room=room, user=alice)
    return room


@pytest.fixture
def den(alice: Any) -> Room:
    """A private room of alice, whose posts are in no inbox."""
    room = Room.objects.create(slug="den", name="Den")
    Membership.objects.create(room=room, user=alice)
    return room


@pytest.fixture
def three(alice: Any, ops: Group) -> list[int]:
    """One notification for all, one for alice, one for ops that asks for acknowledgement."""
    return [
        notify("to all", to="all").pk,
        notify("to alice", to=alice, level="critical").pk,
        notify("to ops", to=ops, acknowledge=True).pk,
    ]
