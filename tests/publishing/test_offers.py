"""What a sender offers with a notification, and what an edit keeps of what was said."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications import ActionFailed, notify, outcomes, publishing, register_action, retract
from notifications.errors import BadNotification, Conflict, NotFound, NoticeboardError
from notifications.models import Event, Former, Notification, Outcome
from tests.support import offers
from tests.support.threads import at_once

APPROVE = {"label": "Approve", "do": "test.approve"}
REFUSE = {"label": "Restart", "do": "test.refuse"}
LINK = {"label": "See it", "url": "/deploys/4.2/"}

assert offers


def told(type: str) -> list[Any]:
    return [row.data for row in Event.objects.filter(type=type).order_by("pk")]


def test_it_tells_what_it_offers(transactional_db: None, alice: Any) -> None:
    notify("Deploy", to=alice, actions=[APPROVE, LINK])
    assert '"actions":[{"label":"Approve","url":null,"do":"test.approve"},' in str(
        Event.objects.get().data
    )


def test_an_edit_tells_other_actions(transactional_db: None, alice: Any) -> None:
    notification = notify("Deploy", to=alice, actions=[APPROVE])
    publishing.edit(notification, actions=[LINK])
    assert "See it" in str(told("notification.updated"))
    assert not Former.objects.exists()


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        ("Approve", "must be a list"),
        ([LINK, APPROVE, REFUSE], "at most two"),
        ([APPROVE, {**APPROVE, "label": "Again"}], "cannot do the same"),
        ([{"do": "test.approve"}], "1 to 24 characters"),
        ([{**APPROVE, "label": "x" * 25}], "1 to 24 characters"),
        ([{"label": "Neither"}], "either a link or what to do"),
        ([{**LINK, **APPROVE}], "either a link or what to do"),
        ([{"label": "Bad", "url": "javascript:alert(1)"}], "must begin with"),
        ([{"label": "Inner", "url": "http://10.0.0.1/"}], "must begin with"),
        ([{"label": "Unknown", "do": "test.nothing"}], "test.approve"),
        ([{**LINK, "method": "POST"}], "no method"),
        ([{"label": 1, "url": "/"}], "text"),
        (["Approve"], "text"),
    ],
)
def test_it_refuses_and_names_the_cure(db: None, alice: Any, actions: Any, words: str) -> None:
    with pytest.raises(BadNotification, match=words):
        notify("Deploy", to=alice, actions=actions)
    assert not Notification.objects.exists()


def test_a_name_of_an_action_is_checked() -> None:
    with pytest.raises(ValueError, match="no name"):
        register_action("Approve it", lambda user, notification: None)


def test_it_is_done_once_and_told_to_the_other_pages(database: str, alice: Any, bob: Any) -> None:
    notification = notify("Deploy", to=[alice, bob], actions=[APPROVE])
    first = outcomes.take(alice, notification.pk, 0)
    again = outcomes.take(alice, notification.pk, 0, "test.approve")
    assert (first["said"], first["changed"]) == ("Approved by alice", True)
    assert again == {**first, "changed": False}
    assert outcomes.take(bob, notification.pk, 0)["said"] == "Approved by bob"
    assert Outcome.objects.count() == len(told("action.done")) == 2


def test_two_tabs_at_once_call_it_once(database: str, alice: Any) -> None:
    calls = []

    def count(user: Any, notification: Any) -> str:
        calls.append(user)
        return f"call {len(calls)}"

    register_action("test.count", count)
    notification = notify("Go", to=alice, actions=[{"label": "Go", "do": "test.count"}])
    answers = at_once(*[lambda: outcomes.take(alice, notification.pk, 0)] * 4)
    assert len(calls) == 1
    assert {answer["said"] for answer in answers} == {"call 1"}
    assert sorted(answer["changed"] for answer in answers) == [False, False, False, True]


def test_what_fails_leaves_nothing_and_may_be_tried_again(database: str, alice: Any) -> None:
    calls = []

    def third_time(user: Any, notification: Any) -> None:
        calls.append(user)
        Notification.objects.filter(pk=notification.pk).update(sender_name="touched")
        if len(calls) == 1:
            raise ActionFailed("Not yet.")
        if len(calls) == 2:
            raise ZeroDivisionError("inner things")

    register_action("test.third", third_time)
    notification = notify("Try", to=alice, actions=[{"label": "Try", "do": "test.third"}])
    with pytest.raises(ActionFailed, match="Not yet"):
        outcomes.take(alice, notification.pk, 0)
    with pytest.raises(ActionFailed, match="It did not work") as failed:
        outcomes.take(alice, notification.pk, 0)
    assert "inner" not in failed.value.detail
    notification.refresh_from_db()
    assert notification.sender_name == ""
    assert not Outcome.objects.exists()
    assert outcomes.take(alice, notification.pk, 0)["said"] == ""
    assert len(calls) == 3


def test_it_is_refused_where_there_is_nothing_to_do(
    transactional_db: None, alice: Any, bob: Any
) -> None:
    notification = notify("Deploy", to=alice, actions=[LINK, APPROVE])
    over = notify("Over", to=alice, actions=[APPROVE])
    Notification.objects.filter(pk=over.pk).update(expires_at=timezone.now())
    gone = notify("Gone", to=alice, actions=[APPROVE])
    retract(gone)
    wrong: list[tuple[Any, tuple[Any, ...], type[NoticeboardError], str]] = [
        (bob, (notification.pk, 1), NotFound, "not_found"),
        (alice, (notification.pk, 0), NotFound, "not_found"),
        (alice, (notification.pk, 2), NotFound, "not_found"),
        (alice, (gone.pk, 0), NotFound, "not_found"),
        (alice, (over.pk, 0), Conflict, "expired"),
        (alice, (notification.pk, 1, "test.refuse"), Conflict, "conflict"),
    ]
    for user, arguments, error, code in wrong:
        with pytest.raises(error) as refused:
            outcomes.take(user, *arguments)
        assert refused.value.code == code
    assert not Outcome.objects.exists()


def test_a_function_that_is_not_registered_any_more_says_so(
    transactional_db: None, alice: Any
) -> None:
    notification = notify("Old", to=alice, actions=[APPROVE])
    Notification.objects.update(actions=[{"label": "Old", "do": "test.forgotten"}])
    with pytest.raises(ActionFailed, match="any more"):
        outcomes.take(alice, notification.pk, 0)


def test_an_edit_keeps_what_was_said_before(transactional_db: None, alice: Any) -> None:
    notification = notify("Lift", body="Out of order", to=alice)
    publishing.edit(notification, title="The lift")
    publishing.edit(notification, body="Works")
    publishing.edit(notification, level="warning")
    kept = list(Former.objects.order_by("pk").values_list("title", "body"))
    assert kept == [("Lift", "Out of order"), ("The lift", "Out of order")]
    retract(notification)
    assert not Former.objects.exists()


def test_it_keeps_the_last_twenty(transactional_db: None, alice: Any) -> None:
    notification = notify("0", to=alice)
    for number in range(1, 24):
        publishing.edit(notification, title=str(number))
    titles = list(Former.objects.order_by("pk").values_list("title", flat=True))
    assert titles == [str(number) for number in range(3, 23)]


def test_before_it_is_published_nothing_is_kept(transactional_db: None, alice: Any) -> None:
    later = notify("Draft", to=alice, at=timezone.now() + timedelta(hours=1))
    publishing.edit(later, title="Better")
    assert not Former.objects.exists()
