"""publish_changes: the rows of any model become events of their own types."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connections, transaction

from notifications import log
from notifications.changes import publish_changes, stop_publishing
from notifications.errors import BadAudience, BadEvent
from notifications.testing import stamped_events
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db
THEN = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def publish() -> Iterator[Callable[..., None]]:
    """`publish_changes`, taken back at the end."""
    yield publish_changes
    for model in (Group, Session):
        stop_publishing(model)


def told(entries: list[Any]) -> list[tuple[str, tuple[str, ...], Any]]:
    return [
        (entry.type, entry.topics, orjson.loads(entry.data))
        for entry in entries
        if entry.type.startswith(("auth.", "sessions."))
    ]


def test_it_tells_of_a_row_from_its_beginning_to_its_end(publish: Callable[..., None]) -> None:
    publish(Group, to="all", fields=["name"])
    with stamped_events() as entries:
        group = Group.objects.create(name="ops")
        group.name = "operations"
        group.save()
        pk = group.pk
        group.delete()
    assert told(entries) == [
        ("auth.group.created", ("all",), {"id": pk, "name": "ops"}),
        ("auth.group.changed", ("all",), {"id": pk, "name": "operations"}),
        ("auth.group.deleted", ("all",), {"id": pk}),
    ]


def test_it_tells_what_the_row_holds_not_the_object(publish: Callable[..., None]) -> None:
    publish(Session, to="all", fields=["session_data"])
    with stamped_events() as entries:
        session = Session.objects.create(session_key="k", session_data="stored", expire_date=THEN)
        session.session_data = "never written"
        session.save(update_fields=["expire_date"])
    assert [data["session_data"] for _type, _topics, data in told(entries)] == ["stored", "stored"]


def test_it_tells_nobody_where_there_is_no_audience(publish: Callable[..., None]) -> None:
    publish(Group, to=lambda group: "all" if group.name == "open" else None, fields=["name"])
    with stamped_events() as entries:
        group = Group.objects.create(name="hidden")
        group.name = "open"
        group.save()
        group.name = "closed"
        group.save()
        group.delete()
    assert [type for type, _topics, _data in told(entries)] == [
        "auth.group.created", "auth.group.deleted",
    ]  # fmt: skip


def test_who_loses_a_row_is_told_that_it_is_gone(
    publish: Callable[..., None], alice: Any, bob: Any, charlie: Any
) -> None:
    users = {user.username: user for user in (alice, bob, charlie)}
    publish(Group, to=lambda g: [users[name] for name in g.name.split()], fields=["name"])
    with stamped_events():
        group = Group.objects.create(name="alice bob")
    with stamped_events() as entries:
        group.name = "bob charlie"
        group.save()
    assert [(type.split(".")[-1], topics) for type, topics, _data in told(entries)] == [
        ("changed", (f"user.{bob.pk}",)),
        ("created", (f"user.{charlie.pk}",)),
        ("deleted", (f"user.{alice.pk}",)),
    ]


def test_values_are_told_as_json_has_them(publish: Callable[..., None]) -> None:
    publish(Session, to="all", fields=["expire_date", "session_key", "id"])
    with stamped_events() as entries:
        Session.objects.create(session_key="k1", session_data="", expire_date=THEN)
    assert told(entries)[0][2] == {
        "id": "k1", "session_key": "k1", "expire_date": "2026-01-02T00:00:00.000Z",
    }  # fmt: skip


def test_nothing_is_told_of_what_is_rolled_back(publish: Callable[..., None]) -> None:
    publish(Group, to="all", fields=["name"])
    with stamped_events() as entries, transaction.atomic():
        Group.objects.create(name="ops")
        transaction.set_rollback(True)
    assert entries == []


def test_the_last_word_counts_and_silence_too(publish: Callable[..., None]) -> None:
    publish(Group, to="all", fields=["name"])
    publish(Group, to="all", fields=[])
    with stamped_events() as entries:
        group = Group.objects.create(name="ops")
    assert [data for _type, _topics, data in told(entries)] == [{"id": group.pk}]
    stop_publishing(Group)
    with stamped_events() as entries:
        group.save()
    assert entries == []


def test_it_refuses_a_field_that_the_model_has_not(publish: Callable[..., None]) -> None:
    with pytest.raises(BadEvent, match=r"auth\.Group has no field colour"):
        publish(Group, to="all", fields=["colour"])


def test_a_wrong_audience_stops_the_change(publish: Callable[..., None]) -> None:
    publish(Group, to="room:nowhere", fields=["name"])
    with pytest.raises(BadAudience), transaction.atomic():
        Group.objects.create(name="ops")
    assert not Group.objects.exists()


def test_fixtures_tell_nothing(publish: Callable[..., None], tmp_path: Any) -> None:
    publish(Group, to="all", fields=["name"])
    fixture = tmp_path / "groups.json"
    fixture.write_text('[{"model": "auth.group", "pk": 7, "fields": {"name": "ops"}}]')
    with stamped_events() as entries:
        call_command("loaddata", str(fixture), verbosity=0)
    assert (Group.objects.get().name, told(entries)) == ("ops", [])


@pytest.mark.django_db(transaction=True)
def test_events_of_a_row_come_in_the_order_of_its_changes(
    database: str, publish: Callable[..., None]
) -> None:
    publish(Group, to="all", fields=["name"])
    group = Group.objects.create(name="ops")

    def write(number: int) -> None:
        for turn in range(5):
            with transaction.atomic():
                row = Group.objects.select_for_update().get(pk=group.pk)
                row.name = f"{row.name.split()[0]} {number}-{turn}"
                row.save()

    at_once(*[lambda number=number: write(number) for number in range(4)])
    log.stamp()
    group.refresh_from_db()
    names = [data["name"] for _type, _topics, data in told(log.read(0, 100))]
    assert (len(names), len(set(names)), names[-1]) == (21, 21, group.name)
    assert connections["default"].vendor == database
