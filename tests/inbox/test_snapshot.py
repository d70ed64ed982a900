"""A snapshot is one moment: its state and its cursor belong together."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection, connections, transaction
from django.utils import timezone

from notifications import inbox, log, notify
from notifications.models import Address, Counter, Event, Notification

ITEM = {
    "id",
    "title",
    "html",
    "text",
    "level",
    "link",
    "sender",
    "room",
    "post",
    "inbox",
    "published_at",
    "expires_at",
    "edited_at",
    "acknowledge",
    "actions",
    "position",
    "receipt",
}


def in_thread(run: Callable[[], Any]) -> threading.Thread:
    """Run with connections of its own, closed at the end."""

    def target() -> None:
        try:
            run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=target)
    thread.start()
    return thread


def test_it_says_who_reads_what_up_to_where(alice: Any, transactional_db: None) -> None:
    notification = notify("Hello", body="*there*", to=alice, sender=alice)
    inbox.read(alice, [notification.pk])
    snapshot = inbox.snapshot(alice)
    (item,) = snapshot.pop("items")
    assert item.keys() == ITEM
    assert item["receipt"].keys() == {
        "seen_at",
        "read_at",
        "done_at",
        "snoozed_until",
        "acknowledged_at",
        "unread",
    }
    assert snapshot.pop("server_time").endswith("Z")
    assert snapshot == {
        "cursor": str(log.head().cursor),
        "view": "inbox",
        "hints": [],
        "more": False,
        "unread_here": 0,
        "unread": 0,
        "unread_ids": [],
        "read_to": 0,
        "seen_to": 0,
        "wake_at": None,
        "user": {"id": alice.pk, "name": "alice"},
        "topics": 2,
        "quiet_rooms": [],
    }


def test_an_item_is_what_the_event_said(alice: Any, transactional_db: None) -> None:
    notify("Hello", body="*there*", link="/x", to="all", expires=timezone.now() + timedelta(1))
    (entry,) = log.read(0, 10)
    (item,) = inbox.snapshot(alice)["items"]
    assert item == {**json.loads(entry.data), "position": entry.seq, "receipt": None}


def test_nothing_that_commits_meanwhile_is_half_in_it(database: str, alice: Any) -> None:
    notify("before", to=alice)

    def publish_before_the_head_is_read(execute: Any, sql: str, *args: Any) -> Any:
        if connection.in_atomic_block and Counter._meta.db_table in sql and not published:
            published.append(True)
            in_thread(lambda: notify("meanwhile", to=alice)).join(30)
        return execute(sql, *args)

    published: list[bool] = []
    inbox.snapshot(alice)
    with connection.execute_wrapper(publish_before_the_head_is_read):
        snapshot = inbox.snapshot(alice)
    assert published
    assert log.head().cursor.seq == 2
    assert [item["title"] for item in snapshot["items"]] == ["before"]
    assert snapshot["cursor"].startswith("1.")


def test_every_snapshot_under_a_stream_of_events_is_whole(
    database: str, alice: Any, ops: Group
) -> None:
    def publish() -> None:
        for number in range(20):
            notify(str(number), to=["all", ops] if number % 2 else alice)

    writers = [in_thread(publish) for _ in range(2)]
    snapshots = []
    while any(writer.is_alive() for writer in writers):
        snapshots.append(inbox.snapshot(alice, limit=100))
    snapshots.append(inbox.snapshot(alice, limit=100))
    created = [entry for entry in log.read(0, 1000) if entry.type == "notification.created"]
    assert len(created) == 40
    for snapshot in snapshots:
        head = int(snapshot["cursor"].split(".")[0])
        expected = [json.loads(each.data)["id"] for each in created[::-1] if each.seq <= head]
        assert [item["id"] for item in snapshot["items"]] == expected
        assert snapshot["unread_ids"] == expected


def test_it_stamps_what_waits_for_its_topics(database: str, alice: Any) -> None:
    event = Event.objects.create(type="inbox.seen", topics=f"user.{alice.pk}", data='{"seen_to":0}')
    snapshot = inbox.snapshot(alice)
    event.refresh_from_db()
    assert event.seq == 1
    assert snapshot["cursor"] == f"1.{event.tag}"


def test_it_publishes_what_is_due(database: str, alice: Any) -> None:
    late = Notification.objects.bulk_create(
        [Notification(title="late", publish_at=timezone.now() - timedelta(hours=1))]
    )
    Address.objects.bulk_create([Address(notification=late[0], topic="all")])
    assert [item["title"] for item in inbox.snapshot(alice)["items"]] == ["late"]


def test_within_a_transaction_that_is_its_moment(database: str, alice: Any) -> None:
    notify("committed", to=alice)
    with transaction.atomic():
        notify("not yet", to=alice)
        snapshot = inbox.snapshot(alice)
    assert [item["title"] for item in snapshot["items"]] == ["committed"]
    assert snapshot["cursor"].startswith("1.")


def test_it_takes_no_lock_on_sqlite(transactional_db: None, alice: Any) -> None:
    log.head()
    mode = connection.transaction_mode
    started: list[str] = []

    def note(execute: Any, sql: str, *args: Any) -> Any:
        if sql.startswith("BEGIN"):
            started.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(note):
        inbox.snapshot(alice)
    assert set(started) == {"BEGIN DEFERRED"}
    assert connection.transaction_mode == mode == "IMMEDIATE"


def test_it_wakes_its_reader_at_the_end_of_the_first_snooze(
    transactional_db: None, alice: Any
) -> None:
    ends = [timezone.now() + timedelta(hours=hours) for hours in (3, 1, 2)]
    for end in ends:
        inbox.snooze(alice, [notify("later", to=alice).pk], end)
    assert inbox.snapshot(alice)["wake_at"] == iso(min(ends))


def test_it_wakes_its_reader_when_something_unread_that_is_not_shown_ends(
    transactional_db: None, alice: Any
) -> None:
    end = timezone.now() + timedelta(hours=1)
    notify("soon over", to=alice, expires=end)
    notify("on top", to=alice)
    assert inbox.snapshot(alice)["wake_at"] is None
    assert inbox.snapshot(alice, limit=1)["wake_at"] == iso(end)
    assert inbox.snapshot(alice, view="expired")["wake_at"] == iso(end)


def iso(moment: Any) -> str:
    return str(moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
