"""Audiences: what people call them, the topics they are, and the cure for what is none."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.audience import label, labels, resolve, resolve_many, users
from notifications.errors import BadAudience
from notifications.models import Room
from notifications.topics import register_topic, unregister_topic


@pytest.fixture
def orders() -> Iterator[None]:
    register_topic("order.{id}", lambda user, id: True)
    yield
    unregister_topic("order.{id}")


def test_names_topics_and_rows_mean_the_same(alice: Any, ops: Group, den: Room) -> None:
    alices, opss = f"user.{alice.pk}", f"group.{ops.pk}"
    for audience in ("user:alice", alices, alice, [alice], {"user:alice"}, (a for a in [alice])):
        assert resolve(audience) == [alices]
    for audience in ("group:ops", opss, ops):
        assert resolve(audience) == [opss]
    for audience in ("room:den", "room.den", den):
        assert resolve(audience) == ["room.den"]
    assert resolve("all") == ["all"]


def test_every_topic_comes_once_and_in_order(alice: Any, bob: Any, den: Room) -> None:
    mixed = ["room:den", alice, ["user:bob", ["all"]], "user:alice"]
    assert resolve(mixed) == ["room.den", f"user.{alice.pk}", f"user.{bob.pk}", "all"]
    assert resolve(User.objects.order_by("pk")) == [f"user.{alice.pk}", f"user.{bob.pk}"]


@pytest.mark.parametrize(
    ("word", "cure"),
    [
        ("alice", "user:alice"),
        ("ops", "group:ops"),
        ("den", "room:den"),
        ("#den", "room:den"),
        ("everyone", "all"),
        ("All", "all"),
    ],
)
def test_a_bare_word_is_refused_with_what_was_meant(
    word: str, cure: str, alice: Any, ops: Group, den: Room
) -> None:
    with pytest.raises(BadAudience, match=f"did you mean {cure}"):
        resolve(word)


@pytest.mark.parametrize(
    "word", ["nobody", "user:", ":alice", "USER.1", "order.7", "a b", "\0", ""]
)
def test_what_is_no_audience_is_refused_with_the_forms(word: str, alice: Any) -> None:
    with pytest.raises(BadAudience, match="user:NAME"):
        resolve(word)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("user:nobody", "no user nobody"),
        ("user.999999", "no user 999999"),
        ("user.99999999999999999999999999", "no user 9999"),
        ("user.x", "no user x"),
        ("user:a\0b", "no user"),
        ("group:nobody", "no group nobody"),
        ("group.999", "no group 999"),
        ("room:nowhere", "no room nowhere"),
        ("room.nowhere", "no room nowhere"),
    ],
)
def test_who_does_not_exist_is_refused_by_name(name: str, said: str, db: None) -> None:
    with pytest.raises(BadAudience, match=said):
        resolve(name)


def test_a_number_written_otherwise_is_another_topic(alice: Any) -> None:
    with pytest.raises(BadAudience):
        resolve(f"user.0{alice.pk}")


@pytest.mark.parametrize("audience", [None, 7, b"all", {"to": "all"}, AnonymousUser(), User()])
def test_other_things_are_refused(audience: Any, db: None) -> None:
    with pytest.raises(BadAudience):
        resolve(audience)


@pytest.mark.parametrize("nothing", [[], (), set()])
def test_an_audience_of_nobody_is_refused(nothing: Any, db: None) -> None:
    with pytest.raises(BadAudience, match="at least one"):
        resolve(nothing)


def test_a_registered_topic_is_an_audience(orders: None, db: None) -> None:
    assert resolve("order.7") == ["order.7"]
    assert label("order.7") == "order.7"


def test_many_names_are_looked_up_together(db: None) -> None:
    User.objects.bulk_create(User(username=f"u{number}") for number in range(300))
    names = [f"user:u{number}" for number in range(300)]
    with CaptureQueriesContext(connection) as queries:
        topics = resolve_many(names)
    assert len({topic for each in topics for topic in each}) == 300
    assert len(queries) <= 3


def test_who_is_in_an_audience_is_who_reads_it_now(
    alice: Any, bob: Any, charlie: Any, ops: Group, den: Room
) -> None:
    assert set(users(["all"])) == {alice, bob, charlie}
    assert set(users([f"group.{ops.pk}"])) == {alice, bob} == set(users(["room.den"]))
    assert set(users([f"user.{charlie.pk}", "room.den"])) == {alice, bob, charlie}
    bob.is_active = False
    bob.save()
    assert set(users([f"group.{ops.pk}"])) == {alice}
    assert set(users(["order.7"])) == set() == set(users([]))


def test_topics_are_called_by_their_names(alice: Any, ops: Group) -> None:
    alice.first_name, alice.last_name = "Alice", "Moreau"
    alice.save()
    topics = ["all", f"user.{alice.pk}", f"group.{ops.pk}", "room.den", "user.404"]
    assert list(labels(topics).values()) == ["Everyone", "Alice Moreau", "ops", "#den", "user.404"]


def test_a_topic_of_a_uuid_is_refused_where_users_have_numbers(db: None) -> None:
    with pytest.raises(BadAudience):
        resolve(f"user.{uuid.uuid4().hex}")
