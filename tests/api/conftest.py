"""A client as a browser is one: a session, a CSRF cookie and its header, JSON both ways."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from notifications.models import Membership, Room

JSON = "application/json"


class Api:
    """The JSON API as one user's page calls it; every answer is checked to be private JSON."""

    def __init__(self, user: Any = None) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.token = _get_new_csrf_string()
        self.client.cookies["csrftoken"] = self.token
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str, **query: Any) -> HttpResponse:
        return private_json(self.client.get(f"/api/{path}", query))

    def post(self, path: str, body: Any, **headers: Any) -> HttpResponse:
        """Send ``body`` as JSON, or as it is if it is bytes."""
        content = body if isinstance(body, bytes) else json.dumps(body)
        sent = {"X-CSRFToken": self.token, **headers}
        response = self.client.post(
            f"/api/{path}",
            content,
            content_type=sent.pop("Content-Type", JSON),
            headers={name: value for name, value in sent.items() if value is not None},
        )
        return private_json(response)


def private_json(response: HttpResponse) -> HttpResponse:
    assert response.headers["Content-Type"] == JSON
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in response.headers["Vary"]
    if response.status_code >= 400:
        error = response.json()["error"]
        assert error.keys() - {"field"} == {"code", "detail"}
        assert error["detail"]
    return response


def code(response: HttpResponse) -> tuple[int, str]:
    """The status and the code of an error."""
    return response.status_code, response.json()["error"]["code"]


@pytest.fixture(autouse=True)
def _many_actions(settings: Any) -> None:
    """The allowance is one per user and process, and so for all tests together."""
    settings.NOTICEBOARD = {"ACTIONS_PER_MINUTE": 10**6, "POSTS_PER_MINUTE": 10**6}


@pytest.fixture
def lobby(db: None) -> Room:
    """A public room in which everybody may post."""
    return Room.objects.create(slug="lobby", name="Lobby", is_public=True, anonymous_posts=True)


@pytest.fixture
def den(alice: Any, bob: Any) -> Room:
    """A private room of alice and bob."""
    room = Room.objects.create(slug="den", name="Den")
    for user in (alice, bob):
        Membership.objects.create(room=room, user=user)
    return room
