"""People at the server-rendered pages, and a way to tell them something."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from notifications import notify
from notifications.models import Notification
from notifications.testing import stamped_events

Say = Callable[..., Notification]


@pytest.fixture
def say(db: None) -> Say:
    """`notify`, with its events in the log when it returns: nothing commits in these tests."""

    def publish(title: str = "", **fields: Any) -> Notification:
        with stamped_events():
            return notify(title, **fields)

    return publish


@pytest.fixture
def browse() -> Callable[[Any], Client]:
    """A client signed in as the user it is given."""

    def signed_in(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
