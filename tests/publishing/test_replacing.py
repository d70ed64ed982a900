"""replace_key: of those with one key and one audience one is live, whoever publishes at once."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import close_old_connections
from django.utils import timezone

from notifications import notify, notify_many
from notifications.models import Address, Notification, State
from tests.publishing.conftest import Told
from tests.support.threads import at_once


def live() -> list[str]:
    return sorted(Notification.objects.in_state(State.LIVE).values_list("title", flat=True))


def test_a_newer_one_takes_the_place_of_the_older(database: str, told: Told, ops: Group) -> None:
    old = notify("50 %", to=ops, replace_key="build")
    told()
    new = notify("100 %", to=ops, replace_key="build")
    gone, created = told()
    assert gone.data == {"id": old.pk, "reason": "replaced"}
    assert created.data["id"] == new.pk
    assert live() == ["100 %"]


def test_another_key_or_another_audience_is_another_place(alice: Any, bob: Any) -> None:
    notify("a", to=alice, replace_key="k")
    notify("b", to=bob, replace_key="k")
    notify("c", to=[alice, bob], replace_key="k")
    notify("d", to=alice, replace_key="l")
    assert live() == ["a", "b", "c", "d"]
    notify("e", to=["user:bob", "user:alice"], replace_key="k")
    assert live() == ["a", "b", "d", "e"]


def test_a_scheduled_one_takes_the_place_when_it_is_published(alice: Any) -> None:
    notify("now", to=alice, replace_key="k")
    notify("later", to=alice, replace_key="k", at=timezone.now() + timedelta(hours=1))
    assert live() == ["now"]


def test_of_many_in_one_call_the_last_stays(database: str, told: Told, alice: Any) -> None:
    notify("old", to=alice, replace_key="k0")
    told()
    rows = [
        {"title": f"{turn}", "to": alice, "replace_key": f"k{number}"}
        for turn in range(3)
        for number in range(50)
    ]
    notify_many(rows)
    events = told()
    assert live() == ["2"] * 50
    assert [event.type for event in events].count("notification.retracted") == 1
    assert Address.objects.filter(live=True).count() == 50
    notify_many(rows, batch=7)
    assert live() == ["2"] * 50


def test_two_at_once_leave_one(database: str, alice: Any, bob: Any) -> None:
    def publish(name: str) -> None:
        for turn in range(10):
            keys = ["a", "b", "c"] if turn % 2 else ["c", "b", "a"]
            notify_many({"title": name, "to": alice, "replace_key": key} for key in keys)
        close_old_connections()

    at_once(*(lambda name=name: publish(name) for name in ("x", "y", "z")))
    assert len(live()) == 3
