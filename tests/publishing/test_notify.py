"""notify() and notify_many(): a row, its audience and its event, all of them or nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import anotify, log, notify, notify_many
from notifications.errors import BadAudience, BadNotification
from notifications.models import Address, Event, Notification, Room
from tests.publishing.conftest import Told, rolled_back


def test_it_publishes_one_event_to_the_whole_audience(
    database: str, told: Told, alice: Any, ops: Group
) -> None:
    told()
    notification = notify(
        "Hello", to=[alice, "group:ops"], body="**now**", level="warning", link="/x", sender=alice
    )
    (event,) = told()
    assert event.type == "notification.created"
    assert set(event.topics) == {f"user.{alice.pk}", f"group.{ops.pk}"}
    assert event.data == {
        "id": notification.pk,
        "title": "Hello",
        "html": "<p><strong>now</strong></p>",
        "text": "now",
        "level": "warning",
        "link": "/x",
        "sender": "alice",
        "room": None,
        "post": None,
        "inbox": True,
        "published_at": event.data["published_at"],
        "expires_at": None,
        "edited_at": None,
        "acknowledge": False,
        "actions": [],
        "position": None,
    }
    assert notification.published_at is not None
    published = datetime.fromisoformat(event.data["published_at"])
    assert abs(published - notification.published_at) < timedelta(milliseconds=1)


def test_its_addresses_get_the_position_of_the_event(database: str, alice: Any) -> None:
    notification = notify("Hello", to=[alice, "all"])
    head = log.head().cursor.seq
    assert set(notification.addresses.values_list("position", "live")) == {(head, True)}


def test_a_rollback_publishes_nothing(database: str, told: Told, alice: Any) -> None:
    rolled_back(lambda: notify("Never", to=alice))
    assert told() == []
    assert not Notification.objects.exists()
    assert not Event.objects.exists()


def test_nothing_is_told_before_the_commit(database: str, told: Told, alice: Any) -> None:
    with transaction.atomic():
        notify("Hello", to=alice)
        assert not Event.objects.filter(seq__isnull=False).exists()
    assert [event.data["title"] for event in told()] == ["Hello"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "title or a body"),
        ({"title": "x", "level": "panic"}, "info, success, warning, critical"),
        ({"title": "x", "link": "javascript:alert(1)"}, "https://"),
        ({"title": "x" * 121}, "120"),
        ({"title": "x", "body": "y" * 10_001}, "10000"),
        ({"title": 7}, "must be text"),
        ({"title": "x", "colour": "red"}, "no colour"),
        ({"title": "x", "sender": "alice"}, "must be a user"),
        ({"title": "x", "at": datetime(2030, 1, 1)}, "time zone"),
        ({"title": "x", "at": "tomorrow"}, "time zone"),
        ({"title": "x", "expires": datetime(2020, 1, 1, tzinfo=UTC)}, "past"),
        ({"title": "x", "replace_key": "k" * 101}, "100"),
        ({"title": "x", "sender_name": "n" * 81}, "80"),
        ({"title": "x", "acknowledge": "yes"}, "true or false"),
    ],
)
def test_it_refuses_what_it_cannot_say(fields: dict[str, Any], said: str, alice: Any) -> None:
    for publish in (
        lambda: notify(to=alice, **fields),
        lambda: notify_many([fields | {"to": alice}]),
    ):
        with pytest.raises(BadNotification, match=said):
            publish()
    assert not Notification.objects.exists()


def test_it_refuses_to_expire_before_it_begins(alice: Any) -> None:
    later = timezone.now() + timedelta(hours=1)
    with pytest.raises(BadNotification, match="before it is published"):
        notify("x", to=alice, at=later, expires=later)


def test_a_visitor_may_be_called_by_a_name(told: Told) -> None:
    notify("Disk full", to="all", sender_name="Monit\u202eoring")
    assert told()[0].data["sender"] == "Monitoring"


@pytest.mark.parametrize(("rooms", "inbox"), [(["den"], True), (["lobby"], False)])
def test_what_is_only_in_a_quiet_room_stays_out_of_the_inbox(
    rooms: list[str], inbox: bool, told: Told, den: Room, lobby: Room
) -> None:
    told()
    notification = notify("x", to=[f"room:{slug}" for slug in rooms])
    assert notification.inbox is inbox
    assert set(notification.addresses.values_list("inbox", flat=True)) == {inbox}
    (event,) = told()
    assert event.data["inbox"] is inbox
    assert event.data["room"] == rooms[0]


def test_with_more_than_a_room_it_enters_the_inbox_and_names_no_room(
    told: Told, alice: Any, lobby: Room
) -> None:
    assert notify("x", to=[lobby, alice]).inbox
    assert told()[-1].data["room"] is None


async def _notify_from_a_loop() -> int:
    return (await anotify("Hello", to="all")).pk


@pytest.mark.django_db(transaction=True)
async def test_async_code_publishes_too() -> None:
    pk = await _notify_from_a_loop()
    found = await Address.objects.filter(notification_id=pk).aget()
    assert found.position is not None


def test_ten_thousand_are_told_in_order(database: str, told: Told) -> None:
    progress: list[tuple[int, int]] = []
    rows = ({"title": f"n {number}", "to": "all"} for number in range(10_000))
    written = notify_many(rows, progress=lambda done, all: progress.append((done, all)))
    assert [each.title for each in written] == [f"n {number}" for number in range(10_000)]
    assert all(each.published_at for each in written)
    assert [event.data["title"] for event in told()] == [each.title for each in written]
    assert progress[-1] == (10_000, 10_000)
    assert len(progress) == 10
    assert not Address.objects.filter(position=None).exists()


def test_many_cost_few_statements(database: str, alice: Any, bob: Any, lobby: Room) -> None:
    rows = [{"title": f"n {number}", "to": [alice, bob, lobby]} for number in range(1000)]
    with CaptureQueriesContext(connection) as queries:
        notify_many(rows)
    # SQLite inserts at most 999 values in a statement: the number grows with the rows, slowly.
    assert len(queries) < (200 if database == "sqlite" else 40)


def test_many_are_all_checked_before_the_first_is_written(db: None) -> None:
    rows = [{"title": f"n {number}", "to": "all"} for number in range(5)]
    for bad, error in (
        ({"title": "x", "to": "user:nobody"}, BadAudience),
        ({"title": "x"}, BadAudience),
        ({"title": "", "to": "all"}, BadNotification),
    ):
        with pytest.raises(error):
            notify_many([*rows, bad], batch=2)
    assert not Notification.objects.exists()


@pytest.mark.parametrize("batch", [0, -1, 1_000_000])
def test_a_batch_has_a_sensible_size(batch: int, db: None) -> None:
    with pytest.raises(BadNotification, match="batch"):
        notify_many([{"title": "x", "to": "all"}], batch=batch)


def test_many_of_nothing_is_nothing(db: None) -> None:
    assert notify_many([]) == []


def test_many_in_a_transaction_are_rolled_back_together(database: str, told: Told) -> None:
    rolled_back(lambda: notify_many([{"title": "x", "to": "all"}] * 5, batch=2))
    assert told() == []
    assert not Notification.objects.exists()


def test_many_may_be_scheduled_one_by_one(told: Told) -> None:
    later = timezone.now() + timedelta(hours=1)
    now, then = notify_many(
        [{"title": "now", "to": "all"}, {"title": "then", "to": "all", "at": later}]
    )
    assert now.published_at
    assert not then.published_at
    assert [event.data["title"] for event in told()] == ["now"]
