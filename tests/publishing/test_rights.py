"""Rights: the topics of a user, and of a session as it stands in the store."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.sessions.models import Session
from django.utils import timezone

from notifications.models import Membership, Room
from notifications.rights import admit, may_read, revalidate, session_digest, topics_of
from notifications.topics import register_topic, unregister_topic

ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> str:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return str(request.param)


def sign_in(user: Any, **changes: Any) -> str:
    """A session as Django's log-in leaves it; its key."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    for name, value in changes.items():
        store[name] = value
    store.save()
    return str(store.session_key)


def test_a_user_has_everybody_herself_her_groups_and_her_rooms(
    alice: Any, charlie: Any, ops: Group, den: Room, lobby: Room
) -> None:
    assert topics_of(alice) == {"all", f"user.{alice.pk}", f"group.{ops.pk}", "room.den"}
    assert topics_of(charlie) == {"all", f"user.{charlie.pk}"}


@pytest.mark.parametrize("visitor", [None, AnonymousUser()])
def test_a_visitor_has_the_public_rooms(visitor: Any, den: Room, lobby: Room) -> None:
    Room.objects.create(slug="old", name="Old", is_public=True, is_closed=True)
    assert topics_of(visitor) == {"room.lobby"}


def test_who_is_inactive_is_a_visitor(alice: Any, lobby: Room) -> None:
    alice.is_active = False
    assert topics_of(alice) == {"room.lobby"}
    assert not may_read(alice, f"user.{alice.pk}")


def test_a_private_room_is_for_members_and_staff(
    alice: Any, charlie: Any, den: Room, lobby: Room
) -> None:
    assert may_read(alice, "room.den")
    assert not may_read(charlie, "room.den")
    assert not may_read(None, "room.den")
    charlie.is_staff = True
    assert may_read(charlie, "room.den")
    assert "room.den" not in topics_of(charlie)
    assert all(may_read(user, "room.lobby") for user in (alice, charlie, None))


def test_a_closed_public_room_is_for_users(charlie: Any, lobby: Room) -> None:
    lobby.is_closed = True
    lobby.save()
    assert may_read(charlie, "room.lobby")
    assert not may_read(None, "room.lobby")


@pytest.mark.parametrize(
    "topic", ["user.1234", "group.1", "room.nowhere", "order.7", "", "USER.1", "a" * 99, "all.x"]
)
def test_others_and_the_unknown_are_a_no(topic: str, charlie: Any) -> None:
    assert not may_read(charlie, topic)
    assert not may_read(None, topic)


@pytest.fixture
def orders() -> Iterator[None]:
    def can_read(user: Any, id: str) -> bool:
        return bool(user.username == {"7": "alice"}[id])

    register_topic("order.{id}", can_read)
    yield
    unregister_topic("order.{id}")


def test_a_registered_topic_asks_its_rule_and_an_error_is_a_no(
    orders: None, alice: Any, bob: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert may_read(alice, "order.7")
    assert not may_read(bob, "order.7")
    with caplog.at_level(logging.CRITICAL):
        assert not may_read(alice, "order.8")
        assert not may_read(None, "order.7")


def test_a_session_is_its_user(engine: str, alice: Any, lobby: Room) -> None:
    alice.first_name, alice.last_name = "Alice", "Moreau"
    alice.save()
    key = sign_in(alice)
    admission = admit(key, ["room.lobby", "room.nowhere", "user.999", "NOT A TOPIC"])
    assert (admission.user_id, admission.name, admission.is_staff) == (
        alice.pk,
        "Alice Moreau",
        False,
    )
    assert admission.topics == {"all", f"user.{alice.pk}", "room.lobby"}
    assert admission.session == session_digest(key)
    assert key not in repr(admission)
    assert admission.expires
    assert admission.expires > timezone.now().timestamp() + 3600
    again = revalidate(admission, key)
    # Stores without rows tell the latest end there can be, from now.
    assert again.expires == pytest.approx(admission.expires, abs=60)
    assert replace(again, expires=None) == replace(admission, expires=None)
    assert not admission.anonymous


def test_looking_does_not_touch_the_session(alice: Any) -> None:
    key = sign_in(alice)
    before = Session.objects.values().get()
    admit(key)
    assert Session.objects.values().get() == before


@pytest.mark.parametrize(
    "key", [None, "", "x", "a" * 32, "a\0b" * 9, "ü" * 32, "x" * 5000, "a\nb" * 9]
)
def test_no_session_is_a_visitor(key: str | None, lobby: Room) -> None:
    admission = admit(key, ["room.lobby", "all"])
    assert admission.anonymous
    assert admission.topics == {"room.lobby"}
    assert (admission.session, admission.expires, admission.name) == (None, None, "")


@pytest.mark.parametrize(
    "changes",
    [
        {HASH_SESSION_KEY: "forged"},
        {HASH_SESSION_KEY: None},
        {BACKEND_SESSION_KEY: "django.contrib.auth.backends.AllowAllUsersModelBackend"},
        {BACKEND_SESSION_KEY: None},
        {SESSION_KEY: "999999"},
        {SESSION_KEY: "not a number"},
    ],
)
def test_a_session_that_does_not_fit_is_a_visitors(changes: dict[str, Any], alice: Any) -> None:
    assert admit(sign_in(alice, **changes)).anonymous


def test_a_session_ends_with_the_password_the_user_and_the_log_out(engine: str, alice: Any) -> None:
    key = sign_in(alice)
    assert not admit(key).anonymous
    alice.set_password("another")
    alice.save()
    assert admit(key).anonymous
    key = sign_in(alice)
    alice.is_active = False
    alice.save()
    assert admit(key).anonymous


def test_a_session_that_has_ended_is_a_visitors(alice: Any) -> None:
    key = sign_in(alice)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert admit(key).anonymous
    Session.objects.all().delete()
    assert admit(key).anonymous


def test_its_end_is_that_of_the_row(alice: Any) -> None:
    key = sign_in(alice)
    end = timezone.now() + timedelta(seconds=90)
    Session.objects.update(expire_date=end)
    assert admit(key).expires == pytest.approx(end.timestamp(), abs=0.01)


def test_a_rotated_secret_key_still_opens_old_sessions(alice: Any, settings: Any) -> None:
    key = sign_in(alice)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "new and long enough for everything that is signed with it"
    assert admit(key).user_id == alice.pk
    settings.SECRET_KEY_FALLBACKS = []
    assert admit(key).anonymous


def test_only_so_many_topics_are_looked_at(alice: Any, lobby: Room) -> None:
    names = [f"room.r{number}" for number in range(60)] + ["room.lobby"]
    admission = admit(sign_in(alice), names)
    assert "room.lobby" not in admission.topics
    assert len(admission.asked) == 50


def test_who_joins_has_more_at_the_next_look(alice: Any, ops: Group) -> None:
    key = sign_in(alice)
    before = admit(key)
    Membership.objects.create(room=Room.objects.create(slug="new", name="New"), user=alice)
    alice.groups.clear()
    after = revalidate(before, key)
    assert after.topics - before.topics == {"room.new"}
    assert before.topics - after.topics == {f"group.{ops.pk}"}
