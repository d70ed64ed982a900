"""due(): what is scheduled is published by the database's clock, once, by whoever comes first."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import notify
from notifications.models import Address, Notification
from notifications.publishing import due, edit
from tests.publishing.conftest import Told
from tests.support.threads import at_once

HOUR = timedelta(hours=1)


def make_due() -> None:
    """Let the hour pass: move all appointments into the past, as the database's clock sees it."""
    Notification.objects.filter(published_at=None).update(publish_at=Now() - timedelta(seconds=1))


def test_it_waits_until_it_is_due(database: str, told: Told, alice: Any) -> None:
    notification = notify("x", to=alice, at=timezone.now() + HOUR)
    assert notification.published_at is None
    assert due() == 0
    assert told() == []
    make_due()
    assert [due(), due()] == [1, 0]
    assert [event.data["title"] for event in told()] == ["x"]
    assert Address.objects.get().position


def test_a_time_in_the_past_is_now(told: Told, alice: Any) -> None:
    assert notify("x", to=alice, at=timezone.now() - HOUR).published_at
    assert len(told()) == 1


def test_it_goes_by_the_clock_of_the_database(
    told: Told, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify("x", to=alice, at=timezone.now() + HOUR)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert due() == 0
    assert told() == []


def test_the_oldest_appointment_comes_first(told: Told, alice: Any) -> None:
    now = timezone.now()
    for title, hours in (("second", 2), ("first", 1), ("third", 3)):
        notify(title, to=alice, at=now + hours * HOUR)
    for notification in Notification.objects.all():
        shifted = notification.publish_at - timedelta(days=1)  # type: ignore[operator]
        Notification.objects.filter(pk=notification.pk).update(publish_at=shifted)
    assert due() == 3
    assert [event.data["title"] for event in told()] == ["first", "second", "third"]


def test_it_takes_at_most_so_many(alice: Any) -> None:
    for number in range(5):
        notify(f"{number}", to=alice, at=timezone.now() + HOUR)
    make_due()
    assert [due(limit=2), due(limit=2), due(limit=2)] == [2, 2, 1]


def test_an_earlier_time_publishes_at_once(told: Told, alice: Any) -> None:
    notification = notify("x", to=alice, at=timezone.now() + HOUR)
    edit(notification, at=None)
    assert len(told()) == 1


def test_many_at_once_publish_each_once(database: str, told: Told, alice: Any) -> None:
    for number in range(60):
        notify(f"{number}", to=alice, at=timezone.now() + HOUR)
    make_due()
    counts = at_once(*[lambda: sum(due(limit=10) for _ in range(10))] * 4)
    counts.append(due())
    assert sum(counts) == 60
    titles = [event.data["title"] for event in told()]
    assert sorted(titles) == sorted(str(number) for number in range(60))


def test_nothing_due_costs_one_read(db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert due() == 0
    assert len(queries) == 1
    assert queries[0]["sql"].startswith("SELECT")


def test_drafts_the_retracted_and_the_unaddressed_are_not_due(told: Told) -> None:
    Notification.objects.create(title="no audience")
    draft = Notification.objects.create(title="draft", is_draft=True)
    Address.objects.create(notification=draft, topic="all")
    assert due() == 0
    assert told() == []


def test_bulk_rows_are_taken_along(told: Told) -> None:
    (row,) = Notification.objects.bulk_create([Notification(title="bulk")])
    Address.objects.bulk_create([Address(notification=row, topic="all")])
    assert told() == []
    assert due() == 1
    assert [event.data["title"] for event in told()] == ["bulk"]


def test_a_fixture_is_taken_along(database: str, told: Told, tmp_path: Any) -> None:
    fixture = tmp_path / "board.json"
    fixture.write_text(
        """[
        {"model": "notifications.notification", "pk": 1, "fields": {"title": "from a fixture"}},
        {"model": "notifications.address", "pk": 1, "fields": {"notification": 1, "topic": "all"}},
        {"model": "notifications.room", "pk": 1, "fields": {"slug": "den", "name": "Den"}}
        ]"""
    )
    call_command("loaddata", str(fixture), verbosity=0)
    assert told() == []
    assert due() == 1
    assert [event.data["title"] for event in told()] == ["from a fixture"]


def test_a_row_that_cannot_be_told_does_not_hold_up_the_others(
    database: str, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    rows = Notification.objects.bulk_create(Notification(title=title) for title in ("bad", "good"))
    Address.objects.bulk_create(
        [
            Address(notification=rows[0], topic="NOT A TOPIC"),
            Address(notification=rows[1], topic="all"),
        ]
    )
    with caplog.at_level(logging.CRITICAL):
        assert due() == 1
    assert [event.data["title"] for event in told()] == ["good"]
    assert Notification.objects.get(title="bad").is_draft
    assert due() == 0
