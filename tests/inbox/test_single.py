"""One notification as one reader has it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from notifications import inbox, log, notify, publishing
from notifications.errors import NotFound
from notifications.models import Notification, Room

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_has_its_place_and_its_receipt(alice: Any, ops: Group) -> None:
    notification = notify("Hello", to=ops)
    position = log.head().cursor.seq
    assert inbox.visible(alice, notification.pk).receipt is None
    inbox.read(alice, [notification.pk])
    row = inbox.visible(alice, notification.pk)
    assert (row.notification.title, row.position) == ("Hello", position)
    assert row.receipt is not None
    assert row.receipt.read_at is not None


def test_what_is_not_the_readers_is_like_what_is_not_there(charlie: Any, ops: Group) -> None:
    foreign = notify("to ops", to=ops)
    retracted = notify("oops", to=charlie)
    publishing.retract(retracted)
    scheduled = notify("later", to=charlie, at=timezone.now() + timedelta(hours=1))
    for id in (foreign.pk, retracted.pk, scheduled.pk, 999_999, 0, -1, 2**63, 10**30):
        for user in (charlie, None):
            with pytest.raises(NotFound):
                inbox.visible(user, id)


def test_what_has_ended_can_still_be_read(alice: Any) -> None:
    notification = notify("over", to=alice)
    Notification.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert inbox.visible(alice, notification.pk).notification.title == "over"


def test_a_post_is_read_by_whoever_may_read_the_room(
    alice: Any, charlie: Any, den: Room, lobby: Room
) -> None:
    secret, open_to_all = publishing.post(den, "psst", user=alice), publishing.post(lobby, "hello")
    assert inbox.visible(alice, secret.pk).notification.body == "psst"
    for user in (charlie, None):
        assert inbox.visible(user, open_to_all.pk).notification.body == "hello"
        with pytest.raises(NotFound):
            inbox.visible(user, secret.pk)


def test_staff_read_any_room(make_user: Any, alice: Any, den: Room) -> None:
    warden = make_user("warden")
    warden.is_staff = True
    post = publishing.post(den, "psst", user=alice)
    assert inbox.visible(warden, post.pk).notification.body == "psst"
