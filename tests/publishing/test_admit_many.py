"""Many sessions at once: each as by itself, with a handful of queries for all."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import sessions
from notifications.models import Membership, Room
from notifications.rights import Key, admit, admit_many
from notifications.topics import register_topic, unregister_topic
from tests.publishing.test_rights import engine, sign_in

__all__ = ["engine"]


class OwnBackend(ModelBackend):
    """One that finds its users in a way of its own, and would rather not find some."""

    def get_user(self, user_id: Any) -> Any:
        user = super().get_user(user_id)
        return user if user and user.username != "u3" else None


class OwnStore(SessionStore):
    """A store that reads in a way of its own."""

    def load(self) -> dict[str, Any]:
        return {**super().load(), "read": "otherwise"}


def people(count: int) -> list[Any]:
    """Users, every second of whom is in a group and in a room."""
    ops = Group.objects.create(name=f"ops of {count}")
    den = Room.objects.create(slug=f"den-{count}", name="Den")
    made = [get_user_model().objects.create(username=f"u{count}-{each}") for each in range(count)]
    for user in made[::2]:
        user.groups.add(ops)
        Membership.objects.create(room=den, user=user)
    return made


def keys_of(users: list[Any], asked: tuple[str, ...] = ()) -> list[Key]:
    return [(sign_in(user), asked) for user in users]


def queries_of(keys: list[Key]) -> int:
    with CaptureQueriesContext(connection) as queries:
        admit_many(keys)
    return len(queries)


@pytest.mark.django_db
def test_it_asks_no_more_for_many_than_for_few(lobby: Room) -> None:
    asked = ("room.lobby", "room.nowhere")
    few, many = keys_of(people(2), asked), keys_of(people(40), asked)
    visitors: list[Key] = [(f"nobody-{number}-nobody", asked) for number in range(20)]
    assert queries_of([*few, *visitors[:1]]) == queries_of([*many, *visitors]) <= 6


def test_each_is_as_by_itself(engine: str, alice: Any, ops: Group, den: Room, lobby: Room) -> None:
    users = [alice, *people(4)]
    asked = ("room.lobby", "room.den", "user.1", "all", "NOT A TOPIC")
    keys = keys_of(users, asked)
    users[1].is_active = False
    users[1].save()
    users[2].set_password("another")
    users[2].save()
    users[3].is_staff = True
    users[3].save()
    wanted = [*keys, (None, asked), ("a\0b" * 9, asked), (keys[0][0], ()), ("x" * 5000, ())]
    found = admit_many(wanted)
    assert [each.user_id for each in found[:5]] == [
        alice.pk,
        None,
        None,
        users[3].pk,
        users[4].pk,
    ]
    assert "room.den" in found[3].topics
    for key, admission in zip(wanted, found, strict=True):
        again = admit(*key)
        assert again == admission or again.expires != admission.expires
        assert again.topics == admission.topics


def test_an_unchanged_session_is_believed_only_as_long_as_all_else_is_the_same(
    alice: Any, bob: Any
) -> None:
    (key,) = keys_of([alice])
    assert admit(*key).user_id == alice.pk
    get_user_model().objects.filter(pk=alice.pk).update(password="changed without a signal")
    assert admit(*key).anonymous
    get_user_model().objects.filter(pk=alice.pk).update(password=alice.password, is_active=False)
    assert admit(*key).anonymous
    get_user_model().objects.filter(pk=alice.pk).update(is_active=True)
    assert admit(*key).user_id == alice.pk
    (others,) = keys_of([bob])
    text = Session.objects.get(session_key=others[0]).session_data
    Session.objects.filter(session_key=key[0]).update(session_data=text)
    assert admit(*key).user_id == bob.pk
    Session.objects.filter(session_key=key[0]).update(session_data="altered")
    assert admit(*key).anonymous


@pytest.mark.django_db
def test_a_backend_of_the_projects_own_is_asked_for_each(settings: Any) -> None:
    path = f"{__name__}.OwnBackend"
    settings.AUTHENTICATION_BACKENDS = [path, "django.contrib.auth.backends.ModelBackend"]
    users = [get_user_model().objects.create(username=name) for name in ("u1", "u3", "u4")]
    keys: list[Key] = [(sign_in(user, **{BACKEND_SESSION_KEY: path}), ()) for user in users]
    keys += keys_of(users[1:2])
    assert [each.user_id for each in admit_many(keys)] == [
        users[0].pk,
        None,
        users[2].pk,
        users[1].pk,
    ]


def test_a_store_of_the_projects_own_is_asked_for_each(alice: Any, bob: Any, settings: Any) -> None:
    settings.SESSION_ENGINE = __name__
    globals()["SessionStore"] = OwnStore
    try:
        keys = keys_of([alice, bob])
        assert [each.user_id for each in admit_many(keys)] == [alice.pk, bob.pk]
        found = sessions.find([key for key, _ in keys if key])
        assert [each.data["read"] for each in found.values()] == ["otherwise"] * 2
    finally:
        globals()["SessionStore"] = SessionStore


@pytest.fixture
def orders() -> Iterator[None]:
    register_topic("order.{id}", lambda user, id: user is not None and user.username == id)
    yield
    unregister_topic("order.{id}")


def test_the_rule_of_a_registered_topic_is_asked_for_each(
    orders: None, alice: Any, bob: Any
) -> None:
    asked = ("order.alice", "order.bob")
    hers, his = admit_many(keys_of([alice, bob], asked))
    assert "order.alice" in hers.topics
    assert "order.bob" not in hers.topics
    assert "order.bob" in his.topics


def test_a_user_model_without_an_authentication_hash_is_believed() -> None:
    class Plain:
        pass

    assert sessions._hash_fits(Plain(), None)


def test_a_hash_of_the_projects_own_is_asked_each_time(alice: Any) -> None:
    class Own(type(alice)):  # type: ignore[misc]
        valid = "one"

        class Meta:
            proxy = True
            app_label = "auth"

        def get_session_auth_hash(self) -> str:
            return self.valid

    user = Own.objects.get(pk=alice.pk)
    assert sessions._hash_fits(user, "one")
    Own.valid = "two"
    assert not sessions._hash_fits(user, "one")
