"""Preferences: what is kept, what is refused, what is told, and what follows for a reader."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from notifications import preferences
from notifications.errors import BadPreference, SignedOut
from notifications.models import Event, Membership, Notify, Preference, Room
from notifications.topics import user_topic

NIGHT = {"zone": "Europe/Paris", "days": {"0": [["22:00", "07:00"]]}}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ops(alice: Any) -> Room:
    room = Room.objects.create(slug="ops", name="Ops", notify=Notify.ALL)
    Membership.objects.create(room=room, user=alice)
    return room


def told(user: Any) -> list[dict[str, Any]]:
    """The preferences in the events of one user, in their order."""
    events = Event.objects.filter(type="preferences.changed", topics=user_topic(user))
    return [json.loads(each.data)["preferences"] for each in events.order_by("id")]


def test_nothing_chosen_means_the_defaults(alice: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        mine = preferences.of(alice)
    assert mine.wire() == preferences.of(None).wire() == preferences.of(AnonymousUser()).wire()
    assert (mine.toasts, mine.density, mine.muted, mine.version) == ("success", "cosy", (), 0)


def test_a_change_is_kept_and_told(database: str, alice: Any, bob: Any) -> None:
    first = preferences.change(alice, {"density": "compact"})
    second = preferences.change(alice, {"quiet": NIGHT, "shortcuts": False})
    assert preferences.of(alice) == second
    assert (second.density, second.shortcuts, second.quiet) == ("compact", False, NIGHT)
    assert told(alice) == [as_json(first), as_json(second)]
    assert first.version < second.version
    assert told(bob) == []


def test_what_changes_nothing_is_not_told(alice: Any) -> None:
    preferences.change(alice, {"density": "cosy", "muted": {"all": False}, "keep_toasts": None})
    assert told(alice) == []


def test_null_takes_a_choice_back(alice: Any) -> None:
    preferences.change(alice, {"toasts": "critical", "muted": {"all": True}})
    assert preferences.change(alice, {"toasts": None, "muted": None}).toasts == "success"
    assert Preference.objects.get().data == {}


def test_topics_are_switched_one_by_one(alice: Any) -> None:
    preferences.change(alice, {"muted": {"group.3": True, "all": True}})
    after = preferences.change(alice, {"muted": {"all": False}, "desktop_off": {"all": True}})
    assert (after.muted, after.desktop_off) == (("group.3",), ("all",))


def test_a_room_that_may_not_tell_is_muted(alice: Any, ops: Room) -> None:
    after = preferences.change(alice, {"rooms": {"ops": "mentions"}})
    assert (after.rooms, after.muted) == ({"ops": "mentions"}, ("room.ops",))
    assert preferences.change(alice, {"rooms": {"ops": "all"}}).muted == ()
    assert preferences.change(alice, {"rooms": {"ops": None}}).rooms == {}
    assert not Event.objects.filter(type="rights.changed", data__contains="ops").exists()


def test_silence_ends(alice: Any) -> None:
    soon = timezone.now() + timedelta(minutes=30)
    assert preferences.change(alice, {"dnd_until": soon.isoformat()}).dnd_until is not None
    for past in ((timezone.now() - timedelta(seconds=1)).isoformat(), "0001-01-01T00:00:00+12:00"):
        assert preferences.change(alice, {"dnd_until": past}).dnd_until is None


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"colour": "red"}, "unknown_field"),
        ({"colour": None}, "unknown_field"),
        ({"toasts": "loud"}, "bad_preference"),
        ({"toasts": 3}, "wrong_type"),
        ({"toasts": ["info"]}, "wrong_type"),
        ({"shortcuts": "yes"}, "wrong_type"),
        ({"shortcuts": 1}, "wrong_type"),
        ({"dnd_until": "tomorrow"}, "bad_preference"),
        ({"dnd_until": "2026-11-21T10:00:00"}, "bad_preference"),
        ({"dnd_until": "9999-12-31T23:59:59+00:00"}, "bad_preference"),
        ({"dnd_until": "9999-12-31T23:59:59-12:00"}, "bad_preference"),
        ({"dnd_until": 5}, "wrong_type"),
        ({"quiet": []}, "bad_preference"),
        ({"quiet": {"zone": "UTC"}}, "bad_preference"),
        ({"quiet": {"zone": "Mars/Olympus", "days": {}}}, "bad_preference"),
        ({"quiet": {"zone": ["UTC"], "days": {}}}, "bad_preference"),
        ({"quiet": {"zone": "UTC", "days": {"7": []}}}, "bad_preference"),
        ({"quiet": {"zone": "UTC", "days": {"0": [["25:00", "07:00"]]}}}, "bad_preference"),
        ({"quiet": {"zone": "UTC", "days": {"0": [["22:00"]]}}}, "bad_preference"),
        ({"quiet": {"zone": "UTC", "days": {"0": [["22:00", "07:00"]] * 2}}}, "bad_preference"),
        ({"muted": ["all"]}, "wrong_type"),
        ({"muted": {"all": 1}}, "wrong_type"),
        ({"muted": {"EVERYTHING": True}}, "bad_preference"),
        ({"muted": {"room.ops": True}}, "bad_preference"),
        ({"muted": {f"order.{n}": True for n in range(201)}}, "bad_preference"),
        ({"rooms": {"elsewhere": "none"}}, "bad_preference"),
        ({"rooms": {"ops": "loud"}}, "bad_preference"),
        ({"rooms": {"ops": ["none"]}}, "bad_preference"),
        ({"rooms": ["ops"]}, "wrong_type"),
    ],
)
def test_what_is_no_preference_is_refused_and_changes_nothing(
    alice: Any, ops: Room, wanted: dict[str, Any], code: str
) -> None:
    with pytest.raises(BadPreference) as refused:
        preferences.change(alice, {"density": "compact", "rooms": {"ops": "none"}, **wanted})
    assert (refused.value.code, refused.value.field) == (code, next(iter(wanted)))
    assert preferences.of(alice).wire() == preferences.of(None).wire()
    assert told(alice) == []


def test_a_visitor_has_nothing_to_change() -> None:
    with pytest.raises(SignedOut):
        preferences.change(AnonymousUser(), {"density": "compact"})


def test_what_is_mandatory_is_refused_and_holds_whatever_was_chosen(
    alice: Any, ops: Room, settings: Any
) -> None:
    chosen = {
        "muted": {"group.3": True, "all": True},
        "desktop_off": {"group.3": True},
        "rooms": {"ops": "none"},
        "critical_ignores_quiet": False,
    }
    preferences.change(alice, chosen)
    settings.NOTICEBOARD = {"MANDATORY": ("critical", "warning", "group.3", "room.ops")}
    mine = preferences.of(alice)
    assert (mine.muted, mine.desktop_off, mine.rooms) == (("all",), (), {})
    assert mine.critical_ignores_quiet is True
    assert mine.always == {"critical", "warning"}
    for field, value in chosen.items():
        with pytest.raises(BadPreference) as refused:
            preferences.change(alice, {field: value})
        assert (refused.value.code, refused.value.field) == ("locked", field)


def as_json(mine: preferences.Preferences) -> dict[str, Any]:
    """As it is after it has been JSON: lists for tuples."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in mine.wire().items()
    }
