"""/api/views/: views that a reader has saved; and a search that is not understood."""

import json
from typing import Any

import pytest

from notifications.models import Event
from tests.api.conftest import Api, code

pytestmark = pytest.mark.django_db(transaction=True)


def saved(user: Any) -> list[tuple[str, str]]:
    views = Api(user).get("views/").json()["views"]
    return [(view["name"], view["query"]) for view in views]


def save(user: Any, name: Any = "Mine", query: Any = "view=unread") -> Any:
    return Api(user).post("views/", {"name": name, "query": query})


def remove(user: Any, id: int) -> Any:
    api = Api(user)
    headers = {"X-CSRFToken": api.token}
    return api.client.delete(f"/api/views/{id}/", "{}", "application/json", headers=headers)
