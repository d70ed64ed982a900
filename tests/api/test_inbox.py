"""GET /api/inbox/: the snapshot."""

from typing import Any

import pytest
from django.utils import timezone

from notifications import inbox, log, notify
from notifications.models import Mark, Receipt, Room
from tests.api.conftest import Api, code
from tests.api.wrong import QUERIES, TOPICS

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_the_snapshot(alice: Any) -> None:
    notify("Hello", to=alice)
    answer = Api(alice).get("inbox/").json()
    expected = inbox.snapshot(alice)
    assert answer.pop("server_time") <= expected.pop("server_time")
    assert answer == expected


def test_it_takes_the_filters_of_the_page(alice: Any) -> None:
    for number, level in enumerate(("critical", "warning", "info", "critical")):
        notify(f"{number}", to=alice, level=level)
    query = {"view": "unread", "level": ["critical", "info"], "topic": f"user.{alice.pk}"}
    first = Api(alice).get("inbox/", **query, limit=2).json()
    assert ([item["title"] for item in first["items"]], first["more"]) == (["3", "2"], True)
    rest = Api(alice).get("inbox/", **query, before=first["items"][-1]["position"]).json()
    assert ([item["title"] for item in rest["items"]], rest["more"]) == (["0"], False)


def test_it_says_signed_out_to_a_visitor_without_a_public_room(alice: Any) -> None:
    notify("Hello", to="all")
    assert code(Api().get("inbox/")) == (401, "signed_out")


def test_a_visitor_has_the_public_rooms(lobby: Room) -> None:
    answer = Api().get("inbox/").json()
    assert (answer["user"], answer["topics"]) == (None, 1)


def test_somebody_elses_topic_is_like_one_that_is_not_there(alice: Any, charlie: Any) -> None:
    foreign, absent = (Api(alice).get("inbox/", topic=f"user.{pk}") for pk in (charlie.pk, 999_999))
    assert code(foreign) == code(absent) == (404, "not_found")
    assert foreign.content == absent.content


@pytest.mark.parametrize(("query", "error"), QUERIES)
def test_it_refuses_a_query_that_is_none(alice: Any, query: dict[str, Any], error: str) -> None:
    assert code(Api(alice).get("inbox/", **query)) == (400, error)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_that_is_none_is_not_found(alice: Any, topic: str) -> None:
    assert code(Api(alice).get("inbox/", topic=topic)) == (404, "not_found")


def test_thousands_of_fields_are_refused(alice: Any) -> None:
    query = {f"field{number}": "" for number in range(2000)}
    assert code(Api(alice).get("inbox/", **query))[0] == 400


def test_bytes_that_are_no_text_are_refused_or_found_nowhere(alice: Any) -> None:
    for query in ("q=%ff%fe", "topic=%ff", "view=%ed%a0%80", "before=%ff"):
        assert Api(alice).client.get(f"/api/inbox/?{query}").status_code < 500


def test_reading_changes_nothing(alice: Any) -> None:
    notification = notify("Hello", to=alice)
    inbox.snooze(alice, [notification.pk], timezone.now() + timezone.timedelta(hours=1))
    before = (log.head(), list(Receipt.objects.values()), list(Mark.objects.values()))
    for view in ("inbox", "unread", "snoozed", "done", "expired"):
        Api(alice).get("inbox/", view=view)
    assert (log.head(), list(Receipt.objects.values()), list(Mark.objects.values())) == before


@pytest.mark.parametrize("path", ["inbox/", "rooms/lobby/posts/", "inbox/read/", "nothing/here"])
def test_only_its_own_methods_are_allowed(alice: Any, lobby: Room, path: str) -> None:
    client = Api(alice).client
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        response = client.generic(method, f"/api/{path}")
        assert response.status_code == 405
        assert response.json()["error"]["code"] == "method_not_allowed"
        assert response.headers["Allow"]


def test_head_is_a_get_without_a_body(alice: Any) -> None:
    response = Api(alice).client.head("/api/inbox/")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("path", ["", "nothing/", "inbox", "inbox/read", "inbox/a/b/", "rooms/"])
def test_every_other_address_is_not_found(alice: Any, path: str) -> None:
    assert code(Api(alice).get(path)) == (404, "not_found")
    assert code(Api(alice).post(path, {})) == (404, "not_found")
