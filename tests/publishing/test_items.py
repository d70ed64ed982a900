"""Items: one shape on the wire and in snapshots, at a cost that does not grow with the audience."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import events, notify_many
from notifications.items import item, items, prepared
from notifications.models import Address, Notification, Room


def test_it_has_the_keys_of_the_event(alice: Any) -> None:
    notification = Notification.objects.create(title="x")
    assert item(notification).keys() == events.ITEM.keys()


def test_a_page_costs_the_same_however_long_it_is(
    alice: Any, bob: Any, lobby: Room, den: Room
) -> None:
    audiences = [alice, lobby, [lobby, den], "all", den]
    notify_many({"title": "x", "to": to, "sender": bob} for to in audiences * 10)
    with CaptureQueriesContext(connection) as queries:
        rooms = [
            each["room"] for each in items(list(prepared(Notification.objects.order_by("pk"))))
        ]
    assert rooms == [None, "lobby", None, None, "den"] * 10
    assert len(queries) == 4


def test_a_link_that_passed_by_the_check_is_not_shown(db: None) -> None:
    (row,) = Notification.objects.bulk_create([Notification(title="x", link="javascript:1")])
    Address.objects.bulk_create([Address(notification=row, topic="all")])
    assert item(row)["link"] == ""


def test_a_sender_has_a_name(alice: Any) -> None:
    alice.first_name, alice.last_name = "Alice", "Moreau"
    named = Notification(title="x", sender=alice)
    visitor = Notification(title="x", sender_name="Zoé")
    nobody = Notification(title="x")
    assert [item(each)["sender"] for each in (named, visitor, nobody)] == [
        "Alice Moreau",
        "Zoé",
        "",
    ]


def test_a_new_one_has_its_times_in_utc(alice: Any) -> None:
    notify_many([{"title": "x", "to": alice}])
    row = Notification.objects.get()
    assert str(item(row)["published_at"]).endswith("Z")
    assert item(row)["expires_at"] is None
