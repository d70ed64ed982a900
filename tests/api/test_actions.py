"""POST /api/inbox/<action>/: what a reader does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from notifications import inbox, log, notify
from notifications.models import Event, Mark, Notification, Receipt, Room
from tests.api.conftest import Api, code
from tests.api.wrong import CURSORS, IDS, NOT_JSON, UNTIL

pytestmark = pytest.mark.django_db(transaction=True)

OF_IDS = ("read", "unread", "done", "undone", "unsnooze", "acknowledge")
OF_CURSOR = ("seen", "read_all")
ACTIONS = (*OF_IDS, *OF_CURSOR, "snooze")


def body_of(action: str, notification: Notification) -> dict[str, Any]:
    if action in OF_CURSOR:
        return {"cursor": str(log.head().cursor)}
    if action == "snooze":
        until = (timezone.now() + timedelta(hours=1)).isoformat()
        return {"ids": [notification.pk], "until": until}
    return {"ids": [notification.pk]}


def state() -> Any:
    """All that an action can change."""
    marks = Mark.objects.exclude(read_to=0, seen_to=0)
    return (list(Receipt.objects.values()), list(marks.values()), Event.objects.count())


@pytest.mark.parametrize("action", ACTIONS)
def test_it_does_what_it_says(alice: Any, action: str) -> None:
    notification = notify("Hello", to=alice, acknowledge=action == "acknowledge")
    if action == "unread":
        inbox.read(alice, [notification.pk])
    if action == "undone":
        inbox.done(alice, [notification.pk])
    if action == "unsnooze":
        inbox.snooze(alice, [notification.pk], timezone.now() + timedelta(hours=1))
    before = state()
    response = Api(alice).post(f"inbox/{action}/", body_of(action, notification))
    ids = [] if action in OF_CURSOR else [notification.pk]
    assert response.status_code == 200
    assert response.json() == {"ok": True, "changed": 1, "ids": ids}
    assert state() != before


@pytest.mark.parametrize("action", ACTIONS)
def test_without_a_csrf_token_nothing_is_done(alice: Any, action: str) -> None:
    notification = notify("Hello", to=alice)
    before = state()
    for token in (None, "", "x" * 32, "\x7f"):
        response = Api(alice).post(
            f"inbox/{action}/", body_of(action, notification), **{"X-CSRFToken": token}
        )
        assert code(response) == (403, "csrf")
    assert state() == before


def test_another_sites_page_can_do_nothing(alice: Any) -> None:
    notification = notify("Hello", to=alice)
    response = Api(alice).post(
        "inbox/read/", {"ids": [notification.pk]}, Origin="https://evil.example"
    )
    assert code(response) == (403, "csrf")


@pytest.mark.parametrize("action", ACTIONS)
def test_a_visitor_is_told_to_sign_in(alice: Any, lobby: Room, action: str) -> None:
    notification = notify("Hello", to=alice)
    response = Api().post(f"inbox/{action}/", body_of(action, notification))
    assert code(response) == (401, "signed_out")


@pytest.mark.parametrize("action", [*OF_IDS, "snooze"])
def test_somebody_elses_id_is_like_one_that_is_not_there(
    alice: Any, charlie: Any, action: str
) -> None:
    mine, foreign = notify("mine", to=alice), notify("foreign", to=charlie)
    body = body_of(action, mine)
    before = state()
    answers = [
        Api(alice).post(f"inbox/{action}/", {**body, "ids": [mine.pk, other]})
        for other in (foreign.pk, 2**62)
    ]
    assert [code(answer) for answer in answers] == [(404, "not_found")] * 2
    assert answers[0].content == answers[1].content
    assert state() == before


@pytest.mark.parametrize("action", ["Read", "post", "ping", "typing", "read_all_", "\0", "é", "%"])
def test_an_unknown_action_is_refused(alice: Any, action: str) -> None:
    assert code(Api(alice).post(f"inbox/{action}/", {"ids": [1]})) == (400, "unknown_action")


@pytest.mark.parametrize(("ids", "error"), IDS)
def test_ids_are_whole_numbers_one_to_two_hundred(alice: Any, ids: Any, error: str) -> None:
    before = state()
    assert code(Api(alice).post("inbox/read/", {"ids": ids})) == (400, error)
    assert state() == before


@pytest.mark.parametrize("action", OF_CURSOR)
@pytest.mark.parametrize(("cursor", "status", "error"), CURSORS)
def test_a_cursor_is_one_of_this_log(
    alice: Any, action: str, cursor: Any, status: int, error: str
) -> None:
    notify("Hello", to=alice)
    before = state()
    response = Api(alice).post(f"inbox/{action}/", {"cursor": cursor})
    assert code(response) == (status, error)
    assert state() == before


@pytest.mark.parametrize(("until", "error"), UNTIL)
def test_a_snooze_has_an_end_to_come(alice: Any, until: Any, error: str) -> None:
    notification = notify("Hello", to=alice)
    before = state()
    response = Api(alice).post("inbox/snooze/", {"ids": [notification.pk], "until": until})
    assert code(response) == (400, error)
    assert state() == before


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "bad_request"),
        ({"ids": [1], "user": 1}, "unknown_field"),
        ({"ids": [1], "do": "done"}, "unknown_field"),
        ({"cursor": "1.7f3a9c"}, "unknown_field"),
        ({"ids": [1], "": 1}, "unknown_field"),
    ],
)
def test_the_fields_are_those_of_the_action(alice: Any, body: Any, error: str) -> None:
    assert code(Api(alice).post("inbox/read/", body)) == (400, error)


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: repr(body[:24]))
def test_a_body_is_one_json_object_without_surprises(alice: Any, body: bytes) -> None:
    before = state()
    assert code(Api(alice).post("inbox/read/", body)) == (400, "bad_json")
    assert state() == before


def test_a_body_is_read_to_its_bound(alice: Any, settings: Any) -> None:
    settings.NOTICEBOARD = {**settings.NOTICEBOARD, "BODY_BYTES": 1000}
    notification = notify("Hello", to=alice)
    body = b'{"ids": [%d]}' % notification.pk
    response = Api(alice).post("inbox/read/", body.ljust(1001))
    assert code(response) == (413, "too_large")
    assert Api(alice).post("inbox/read/", body.ljust(1000)).status_code == 200


@pytest.mark.parametrize("length", ["", "-1", "abc", "1e9", "٥"])
def test_a_length_that_is_none_does_no_harm(alice: Any, length: str) -> None:
    api = Api(alice)
    response = api.client.post(
        "/api/inbox/read/",
        b'{"ids": [1]}',
        content_type="application/json",
        headers={"X-CSRFToken": api.token},
        CONTENT_LENGTH=length,
    )
    assert 400 <= response.status_code < 500


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "text/json"],
)
def test_a_form_of_another_site_is_no_request(alice: Any, kind: str) -> None:
    notification = notify("Hello", to=alice)
    response = Api(alice).post(
        "inbox/read/", b'{"ids": [%d]}' % notification.pk, **{"Content-Type": kind}
    )
    assert code(response) == (400, "bad_request")
    assert not Receipt.objects.exists()


def test_a_reader_has_an_allowance(alice: Any, settings: Any) -> None:
    settings.NOTICEBOARD = {"ACTIONS_PER_MINUTE": 3}
    notification = notify("Hello", to=alice)
    answers = [Api(alice).post("inbox/read/", {"ids": [notification.pk]}) for _ in range(5)]
    refused = answers[-1]
    assert code(refused) == (429, "too_many")
    assert int(refused.headers["Retry-After"]) >= 1


def test_it_says_its_errors_in_the_readers_language(alice: Any) -> None:
    english = Api(alice).post("inbox/nonsense/", {})
    assert english.json()["error"]["detail"] == "There is no such action."


def test_a_database_that_does_not_answer_is_unavailable(alice: Any) -> None:
    api = Api(alice)

    def fail(execute: Any, sql: str, *args: Any) -> Any:
        if "notifications_" in sql:
            raise OperationalError("the database is restarting")
        return execute(sql, *args)

    with connection.execute_wrapper(fail):
        response = api.get("inbox/")
    assert code(response) == (503, "unavailable")
    assert response.headers["Retry-After"] == "2"
