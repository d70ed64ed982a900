"""manage.py demo: a second run adds nothing, --delete leaves nothing, and others are left alone."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from notifications.models import Address, FollowedText, Notification, Post, Reaction, Room, State
from tests.commands.conftest import Run

NAMES = ["admin", "alice", "bob", "charlie"]


@pytest.fixture
def demo(run: Run) -> dict[str, Any]:
    made: dict[str, Any] = run("demo", "--json").json
    return made


def test_its_accounts_have_their_names_as_passwords(demo: dict[str, Any]) -> None:
    assert [account["name"] for account in demo["accounts"]] == NAMES
    users = {name: get_user_model().objects.get(username=name) for name in NAMES}
    assert all(user.check_password(name) for name, user in users.items())
    assert users["admin"].is_superuser
    assert users["alice"].has_perm("notifications.add_notification")
    assert [users[name].is_staff for name in NAMES] == [True, True, False, False]


def test_it_shows_every_level_and_every_state(demo: dict[str, Any]) -> None:
    shown = Notification.objects.with_state()
    assert {each.level for each in shown} == {"info", "success", "warning", "critical"}
    states = {each.current_state for each in shown}
    assert states == {State.DRAFT, State.SCHEDULED, State.LIVE, State.EXPIRED}
    assert shown.exclude(title="").count() >= 12
    assert {"all", "room.lobby", "room.ops"} <= set(Address.objects.values_list("topic", flat=True))


def test_it_shows_a_conversation(demo: dict[str, Any]) -> None:
    answer = Post.objects.exclude(reply_to=None).first()
    assert answer is not None
    assert answer.reply_to in [each.notification for each in Post.objects.filter(room=answer.room)]
    assert Reaction.objects.count() == 4
    mention = Notification.objects.get(title="Bob Lindqvist mentioned you in Ops")
    assert mention.link.startswith("/rooms/ops/?at=")


def test_it_shows_a_live_text(demo: dict[str, Any], run: Run) -> None:
    run("demo")
    card = FollowedText.objects.get()
    assert (card.topic, card.name, card.version) == ("room.lobby", "today", 1)


def test_a_second_run_adds_nothing(database: str, run: Run) -> None:
    assert run("demo", "--json").json["users"] == 4
    again = run("demo", "--json").json
    assert {name: again[name] for name in ("users", "rooms", "notifications")} == {
        "users": 0,
        "rooms": 0,
        "notifications": 0,
    }


def test_it_says_the_passwords(run: Run) -> None:
    ran = run("demo")
    for name in NAMES:
        assert f"{name}" in ran.out
    assert "can be guessed" in ran.err


def test_it_deletes_what_it_made_and_nothing_else(demo: dict[str, Any], run: Run) -> None:
    mine = Notification.objects.create(title="mine", is_draft=True)
    run("demo", "--delete")
    assert list(Notification.objects.all()) == [mine]
    assert not get_user_model().objects.exists()
    assert not Room.objects.exists()
    assert not Group.objects.exists()
    assert not FollowedText.objects.exists()
    assert run("demo", "--json").json["users"] == 4


def test_it_leaves_an_account_of_that_name_alone(run: Run) -> None:
    own = get_user_model().objects.create_user("alice", "alice@example.org", "her own")
    run("demo")
    own.refresh_from_db()
    assert own.check_password("her own")
    assert not own.is_staff
    run("demo", "--delete")
    assert list(get_user_model().objects.all()) == [own]
