from types import SimpleNamespace
from uuid import UUID

import pytest

from notifications.errors import BadTopic
from notifications.topics import (
    check_topic,
    group_topic,
    is_personal,
    register_topic,
    registered,
    room_topic,
    split,
    unregister_topic,
    user_topic,
)


@pytest.fixture
def orders():
    register_topic("order.{id}.lines", lambda user, id: id == user)
    yield
    unregister_topic("order.{id}.lines")


@pytest.mark.parametrize("topic", ["all", "user.7", "room.ops-2", "order.a_b.c", "x." + "y" * 78])
def test_it_takes_a_legal_topic(topic):
    assert check_topic(topic) == topic


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "ALL",
        "user",
        "user.",
        ".7",
        "all.1",
        "room.ä",
        "room.a b",
        "a.\n",
        "x." + "y" * 79,
        None,
    ],
)
def test_it_refuses_an_illegal_one_and_says_what_is_legal(topic):
    with pytest.raises(BadTopic, match="lower-case"):
        check_topic(topic)


def test_it_names_people_groups_and_rooms():
    key = UUID("12345678-1234-5678-1234-567812345678")
    assert user_topic(7) == user_topic(SimpleNamespace(pk=7)) == "user.7"
    assert user_topic(key) == "user.12345678123456781234567812345678"
    assert group_topic(SimpleNamespace(pk=3)) == "group.3"
    assert room_topic("ops") == room_topic(SimpleNamespace(slug="ops", pk=9)) == "room.ops"


def test_it_splits_into_kind_and_id():
    assert split("user.7") == ("user", "7")
    assert split("order.7.lines") == ("order", "7.lines")
    assert split("all") == ("all", "")


def test_only_topics_of_people_are_personal():
    assert is_personal("user.7")
    assert not any(map(is_personal, ["all", "users.7", "room.user.7"]))


def test_a_registered_topic_is_found_with_its_id_and_rule(orders):
    match = registered("order.42.lines")
    assert match
    assert match.id == "42"
    assert match.can_read("42", match.id)
    assert not match.can_read("43", match.id)


@pytest.mark.parametrize("topic", ["order.42", "order.4.2.lines", "order..lines", "border.1.lines"])
def test_another_topic_is_not_taken_for_a_registered_one(orders, topic):
    assert registered(topic) is None


@pytest.mark.parametrize(
    "pattern", ["order", "{id}", ".{id}", "user.{id}", "room.x{id}", "all.{id}", "Order.{id}"]
)
def test_it_refuses_a_pattern_that_is_ours_or_illegal(pattern):
    with pytest.raises(BadTopic):
        register_topic(pattern, lambda user, id: True)
