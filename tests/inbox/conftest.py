"""People, a group and rooms for the tests of inboxes."""

from typing import Any

import pytest
from django.contrib.auth.models import Group

from notifications.models import Membership, Room


@pytest.fixture
def ops(alice: Any, bob: Any) -> Group:
    """The group of alice and bob."""
    group = Group.objects.create(name="ops")
    group.user_set.add(alice, bob)
    return group


@pytest.fixture
def den(alice: Any, bob: Any) -> Room:
    """A private room of alice and bob, whose posts are in no inbox."""
    return _room("den", alice, bob)


@pytest.fixture
def loud(alice: Any, bob: Any) -> Room:
    """A private room of alice and bob, whose posts are in their inboxes."""
    return _room("loud", alice, bob, notify="all")


@pytest.fixture
def lobby(db: None) -> Room:
    """A public room in which everybody may post."""
    return _room("lobby", is_public=True, anonymous_posts=True, notify="all")


def _room(slug: str, *members: Any, **fields: Any) -> Room:
    room = Room.objects.create(slug=slug, name=slug.title(), **fields)
    for user in members:
        Membership.objects.create(room=room, user=user)
    return room
