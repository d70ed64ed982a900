"""POST /inbox/<action>/: what the forms do without JavaScript."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications import inbox, log
from notifications.models import Receipt
from notifications.testing import stamped_events
from tests.pages.conftest import Say


def post(client: Client, action: str, **fields: Any) -> Any:
    with stamped_events():
        return client.post(f"/inbox/{action}/", fields)


def receipt(user: Any, notification: Any) -> Receipt:
    return Receipt.objects.get(user=user, notification=notification)


def test_it_marks_read_and_goes_back_to_where_it_was(browse: Any, say: Say, alice: Any) -> None:
    said = say("One", to=alice)
    response = post(browse(alice), "read", ids=[said.pk], next="/?view=unread")
    assert (response.status_code, response["Location"]) == (302, "/?view=unread")
    assert receipt(alice, said).read_at is not None


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\evil"]
)
def test_it_goes_to_no_other_site(browse: Any, say: Say, alice: Any, address: str) -> None:
    said = say("One", to=alice)
    response = post(browse(alice), "read", ids=[said.pk], next=address)
    assert response["Location"] == "/"


def test_it_says_how_many_it_changed(browse: Any, say: Say, alice: Any) -> None:
    ids = [say(f"Number {number}", to=alice).pk for number in range(2)]
    client = browse(alice)
    post(client, "done", ids=ids)
    assert "2 notifications changed." in client.get("/").content.decode()


def test_it_does_each_action(browse: Any, say: Say, alice: Any) -> None:
    said = say("One", to=alice, acknowledge=True)
    client = browse(alice)
    for action, name in [("acknowledge", "acknowledged_at"), ("done", "done_at")]:
        post(client, action, ids=[said.pk])
        assert getattr(receipt(alice, said), name) is not None
    post(client, "undone", ids=[said.pk])
    assert receipt(alice, said).done_at is None
    until = timezone.now() + timedelta(hours=1)
    post(client, "snooze", ids=[said.pk], until=until.isoformat())
    assert receipt(alice, said).snoozed_until is not None
    post(client, "unsnooze", ids=[said.pk])
    assert receipt(alice, said).snoozed_until is None
    post(client, "unread", ids=[said.pk])
    assert receipt(alice, said).unread


def test_it_marks_all_read_up_to_what_was_on_the_page(browse: Any, say: Say, alice: Any) -> None:
    say("Seen", to=alice)
    cursor = str(log.head().cursor)
    say("Came later", to=alice)
    post(browse(alice), "read_all", cursor=cursor)
    assert inbox.snapshot(alice)["unread"] == 1


@pytest.mark.parametrize(
    ("action", "fields", "status"),
    [
        ("read", {}, 400),
        ("read", {"ids": ["x"]}, 400),
        ("read", {"ids": ["٣"]}, 400),
        ("read", {"ids": ["9" * 5000]}, 400),
        ("read", {"ids": ["999999"]}, 404),
        ("read", {"ids": [str(number) for number in range(1, 300)]}, 400),
        ("snooze", {"ids": ["1"], "until": "tomorrow"}, 400),
        ("read_all", {"cursor": "nonsense"}, 400),
        ("read_all", {"cursor": "1" * 4096}, 400),
        ("explode", {"ids": ["1"]}, 404),
        ("post", {"room": "lobby", "text": "x"}, 404),
    ],
)
def test_it_refuses_what_is_wrong_in_words(
    browse: Any, alice: Any, action: str, fields: dict[str, Any], status: int
) -> None:
    response = post(browse(alice), action, **fields)
    assert response.status_code == status
    assert "<h1>" in response.content.decode()
    assert not Receipt.objects.exists()


def test_it_refuses_the_notification_of_somebody_else(
    browse: Any, say: Say, alice: Any, bob: Any
) -> None:
    his = say("His", to=bob)
    assert post(browse(alice), "read", ids=[his.pk]).status_code == 404
    assert not Receipt.objects.exists()


def test_it_refuses_a_form_without_its_token(say: Say, alice: Any) -> None:
    said = say("One", to=alice)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post("/inbox/read/", {"ids": [said.pk]})
    assert response.status_code == 403
    assert "This form is too old" in response.content.decode()
    assert not Receipt.objects.exists()


def test_it_does_nothing_for_a_visitor_nor_on_a_get(
    client: Client, browse: Any, say: Say, alice: Any
) -> None:
    said = say("One", to=alice)
    assert client.post("/inbox/read/", {"ids": [said.pk]}).status_code == 302
    assert browse(alice).get("/inbox/read/", {"ids": [said.pk]}).status_code == 405
    assert not Receipt.objects.exists()
