"""/api/views/: views that a reader has saved; and a search that is not understood."""

import json
from typing import Any

import pytest

from notifications import inbox
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


def test_a_view_is_saved_told_and_removed(alice: Any, bob: Any) -> None:
    answer = save(alice, "  Fires  here ", "?level=critical&q=-room%3Aci&before=3&x=1").json()
    id = answer["view"]["id"]
    view = {"id": id, "name": "Fires here", "query": "level=critical&q=-room%3Aci"}
    assert answer == {"ok": True, "view": view}
    assert Api(alice).get("views/").json() == {"views": [view]}
    event = Event.objects.get(type="views.changed")
    assert (event.topics, json.loads(event.data)) == (f"user.{alice.pk}", {"views": [view]})
    assert saved(bob) == []
    assert remove(bob, id).status_code == 404
    assert remove(alice, id).json() == {"ok": True}
    assert saved(alice) == []


def test_a_name_is_used_once_and_the_newest_counts(alice: Any) -> None:
    save(alice)
    save(alice, query="view=done")
    assert saved(alice) == [("Mine", "view=done")]


def test_there_are_at_most_twenty(alice: Any) -> None:
    for number in range(20):
        inbox.save_view(alice, f"View {number}", "view=done")
    assert code(save(alice)) == (409, "conflict")
    assert save(alice, "View 3", "view=unread").status_code == 200


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("", "view=done", (400, "bad_request")),
        ("x" * 41, "view=done", (400, "bad_request")),
        ("x", "", (400, "bad_request")),
        ("x", "before=3", (400, "bad_request")),
        ("x", "q=" + "x" * 201, (400, "bad_request")),
        ("x", "q=" + "x" * 2000, (400, "bad_request")),
        (3, "view=done", (400, "wrong_type")),
        ("x", None, (400, "wrong_type")),
    ],
)
def test_it_refuses_what_is_no_view(
    alice: Any, name: Any, query: Any, expected: tuple[int, str]
) -> None:
    assert code(save(alice, name, query)) == expected
    assert saved(alice) == []


@pytest.mark.parametrize("q", ["level:high", "colour:red", "older:soon", "is:", "***"])
def test_a_program_is_told_what_is_wrong_with_its_search(alice: Any, q: str) -> None:
    assert code(Api(alice).get("inbox/", q=q)) == (400, "bad_search")
