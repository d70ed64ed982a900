import json
from datetime import datetime, timedelta, timezone

import pytest

from notifications import events
from notifications.cursor import Cursor
from notifications.errors import BadEvent
from notifications.events import Entry, register_event_type, signal_wire, validate

TIME = "2026-11-21T10:00:00.000Z"


def entry(*topics, type="inbox.read", data='{"read_to":4}'):
    return Entry(41, "7f3a9c01", "aabbccdd", topics, type, TIME, data)


@pytest.fixture
def order_changed():
    register_event_type("order.changed", {"id": int, "note": (str, type(None)), "price": float})
    yield
    del events._types["order.changed"]


def test_an_entry_knows_its_cursor():
    assert entry("all").cursor == Cursor(41, "7f3a9c01")


def test_the_wire_has_the_stored_data_as_it_is():
    wire = entry("user.7", data='{"b":1,"a":"é\\u0000"}').wire()
    assert wire == (
        b'{"cursor":"41.7f3a9c01","type":"inbox.read","time":"2026-11-21T10:00:00.000Z",'
        b'"data":{"b":1,"a":"\xc3\xa9\\u0000"}}'
    )


@pytest.mark.parametrize(
    ("topics", "told"),
    [(["room.ops"], "room.ops"), (["all"], "all"), (["user.7"], None), (["all", "room.ops"], None)],
)
def test_the_wire_tells_the_topic_only_if_it_is_one_and_nobody_s_own(topics, told):
    assert json.loads(entry(*topics).wire()).get("topic") == told


def test_only_internal_types_are_internal():
    assert entry("user.7", type="rights.changed").internal
    assert not entry("user.7").internal


def test_it_takes_data_with_exactly_its_fields(order_changed):
    validate("order.changed", {"id": 1, "note": None, "price": 1.5})


@pytest.mark.parametrize(
    "data",
    [
        {"id": 1, "note": None},
        {"id": 1, "note": None, "price": 1.5, "more": 1},
        {"id": "1", "note": None, "price": 1.5},
        {"id": True, "note": None, "price": 1.5},
        {"id": 1, "note": 5, "price": 1.5},
    ],
)
def test_it_refuses_unknown_and_missing_fields_and_wrong_types(order_changed, data):
    with pytest.raises(BadEvent, match=r"order\.changed"):
        validate("order.changed", data)


def test_it_refuses_an_unknown_type_and_says_how_to_add_it():
    with pytest.raises(BadEvent, match="register_event_type"):
        validate("order.lost", {})


@pytest.mark.parametrize("name", ["", "Order", "a b", "a\n", "x" * 81, ".a"])
def test_it_refuses_an_illegal_name_of_a_type(name):
    with pytest.raises(BadEvent):
        register_event_type(name)


def test_a_type_without_fields_takes_any_object(order_changed):
    register_event_type("order.changed")
    validate("order.changed", {"whatever": [1, 2]})
    assert events.is_registered("order.changed")


@pytest.mark.parametrize("data", [{"x": object()}, {"x": "\ud800"}, {1: 2}, {"x": 2**70}])
def test_it_refuses_what_json_cannot_say(data):
    with pytest.raises(BadEvent, match="JSON"):
        events.encode("order.changed", data)


def test_a_signal_event_has_an_id_and_no_cursor():
    wire = json.loads(signal_wire("typing", {"name": "alice"}, topic="room.ops", id="a1"))
    time = wire.pop("time")
    assert wire == {
        "signal": True,
        "id": "a1",
        "type": "typing",
        "topic": "room.ops",
        "data": {"name": "alice"},
    }
    assert datetime.fromisoformat(time).tzinfo is not None


def test_a_signal_event_never_tells_whose_it_is():
    assert "topic" not in json.loads(signal_wire("typing", {}, topic="user.7"))


def test_times_are_in_utc_with_milliseconds():
    moment = datetime(2026, 11, 21, 11, 0, 0, 123_999, timezone(timedelta(hours=1)))
    assert events.iso(moment) == "2026-11-21T10:00:00.123Z"
    assert events.iso(moment.replace(microsecond=0)) == TIME
