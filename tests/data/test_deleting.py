"""Deleting a person: nothing names them any more, and every open page is told."""

from typing import Any

import orjson
import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import override_settings

from notifications import log, notify, personal, publishing, retract
from notifications.errors import BadRequest
from notifications.models import Event, Notification, Post, Reaction, Report, Room
from notifications.personal import written
from tests.data.conftest import NAME, where
from tests.publishing.conftest import Told


def by_admin(user: Any) -> None:
    """As the admin's list does it: a queryset's delete()."""
    get_user_model().objects.filter(pk=user.pk).delete()


@pytest.mark.parametrize("posts", ["anonymise", "blank"])
@pytest.mark.parametrize("how", [personal.delete, by_admin, lambda user: user.delete()])
def test_nothing_names_a_deleted_person(
    alice: Any, busy: dict[str, int], transactional_db: None, posts: str, how: Any
) -> None:
    topic, session = f"user.{alice.pk}", Session.objects.get().pk
    assert len(where(NAME)) > 5
    with override_settings(NOTICEBOARD={"DELETED_POSTS": posts}):
        how(alice)
    log.stamp()
    assert where(NAME) == set()
    assert where(session) == set()
    assert where("'alice'") == set()
    # That the connections of this number are to be closed is told last, and names nobody.
    assert where(topic) == {"notifications.Event", "notifications.EventTopic"}
    left = Event.objects.filter(topics__contains=topic)
    assert {each.type for each in left} == {"rights.changed"}
    assert "I was not there" not in str(list(Notification.objects.values()))


def test_it_works_on_both_databases(database: str, alice: Any, busy: dict[str, int]) -> None:
    personal.delete(alice)
    log.stamp()
    assert where(NAME) == set()


def test_a_post_without_its_author_stays_and_pages_are_told(
    alice: Any, busy: dict[str, int], told: Told
) -> None:
    told()
    personal.delete(alice)
    since = {(each.type, each.data.get("id")): each.data for each in told()}
    post = since["notification.updated", busy["posted"]]
    assert (post["sender"], post["post"]["author"], post["text"]) == ("", "", "I was here @bob")
    assert post["edited_at"] is None
    assert since["notification.updated", busy["sent"]]["sender"] == ""
    assert since["post.reacted", busy["answer"]]["reactions"] == {}
    # What told bob that he was mentioned said the name.
    assert [kind for kind, _id in since].count("notification.retracted") == 2
    assert Post.objects.get(pk=busy["posted"]).author == ""


def test_posts_are_deleted_where_that_is_chosen(
    alice: Any, busy: dict[str, int], told: Told
) -> None:
    told()
    personal.delete(alice, posts="blank")
    gone = [each for each in told() if each.type == "notification.retracted"]
    assert {"id": busy["posted"], "reason": "deleted"} in [each.data for each in gone]
    assert not Notification.objects.filter(pk=busy["posted"]).exists()
    # What was said in the name of the site stays: it was no post.
    assert Notification.objects.get(pk=busy["sent"]).sender is None
    (answer,) = Event.objects.filter(notification_id=busy["answer"], type="notification.created")
    assert orjson.loads(answer.data)["post"]["reply_to"]["text"] == ""


def test_the_log_has_told_it_without_the_name(alice: Any, busy: dict[str, int]) -> None:
    personal.delete(alice)
    events = Event.objects.filter(notification_id=busy["posted"], type="notification.created")
    data = orjson.loads(events.get().data)
    assert (data["sender"], data["post"]["author"], data["text"]) == ("", "", "I was here @bob")
    reply = Event.objects.get(notification_id=busy["answer"], type="notification.created")
    quoted = orjson.loads(reply.data)["post"]["reply_to"]
    assert (quoted["sender"], quoted["text"]) == ("", "I was here @bob")


def test_what_others_have_stays(alice: Any, bob: Any, busy: dict[str, int]) -> None:
    personal.delete(alice)
    ids = set(Notification.objects.values_list("pk", flat=True))
    assert {busy["both"], busy["answer"], busy["sent"]} <= ids
    assert busy["alone"] not in ids
    assert Notification.objects.get(pk=busy["answer"]).sender == bob
    assert Notification.objects.get(pk=busy["both"]).audience == [f"user.{bob.pk}"]


def test_a_deletion_that_is_rolled_back_has_deleted_nothing(
    alice: Any, busy: dict[str, int], transactional_db: None
) -> None:
    before = where(NAME)
    with transaction.atomic():
        alice.delete()
        transaction.set_rollback(True)
    assert where(NAME) == before
    assert Session.objects.exists()


def test_one_that_was_interrupted_is_done_by_the_next(
    alice: Any, den: Room, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "BATCH", 2)
    for number in range(5):
        publishing.post(den, f"post {number}", user=alice)

    def stop(kind: str, done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        personal.delete(alice, "blank", progress=stop)
    assert Post.objects.count() == 3
    assert get_user_model().objects.filter(pk=alice.pk).exists()
    steps: list[tuple[str, int]] = []
    personal.delete(alice, "blank", progress=lambda *step: steps.append(step))
    assert steps == [("posts_deleted", 2), ("posts_deleted", 3)]
    assert Post.objects.count() == 0


def test_unpublished_and_retracted_ones_are_not_told(alice: Any, told: Told) -> None:
    draft = Notification.objects.create(title="draft", sender=alice, is_draft=True)
    gone = notify("gone", to="all", sender=alice)
    retract(gone)
    told()
    alice.delete()
    assert {each.type for each in told()} == {"rights.changed"}
    assert {draft.pk, gone.pk} == set(Notification.objects.values_list("pk", flat=True))


def test_reports_and_reactions_of_others_stay(alice: Any, bob: Any, den: Room, told: Told) -> None:
    post = publishing.post(den, "x", user=bob)
    for user in (alice, bob):
        publishing.react(den, post.pk, "🎉", True, user)
        publishing.report(den, post.pk, "rude", user)
    told()
    alice.delete()
    assert Reaction.objects.get().author == Report.objects.get().author == f"user.{bob.pk}"
    (reacted,) = [each for each in told() if each.type == "post.reacted"]
    assert len(reacted.data["reactions"]["🎉"]) == 1


def test_it_refuses_what_is_no_choice_and_deletes_nothing(alice: Any) -> None:
    burnt = override_settings(NOTICEBOARD={"DELETED_POSTS": "burn"})
    with burnt, pytest.raises(BadRequest), transaction.atomic():
        alice.delete()
    assert get_user_model().objects.filter(username="alice").exists()


def test_what_a_project_keeps_goes_along(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {alice.pk: [{"order": 7}]}
    monkeypatch.setattr("notifications.personal.kinds._kinds", {})
    personal.register_personal_data(
        "orders",
        export=lambda user: kept.get(user.pk, []),
        delete=lambda user: len(kept.pop(user.pk, [])),
    )
    assert personal.export(alice)["orders"] == [{"order": 7}]
    assert personal.delete(alice).counts["orders"] == 1
    assert kept == {}
