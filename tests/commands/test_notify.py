"""manage.py notify."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone

from notifications import register_action
from notifications.models import Notification, Room
from tests.commands.conftest import Run


def test_it_publishes_to_everyone_named(run: Run, alice: Any) -> None:
    group = Group.objects.create(name="ops")
    Room.objects.create(slug="lobby", name="Lobby")
    audience = ["--to", "user:alice", "--to", "group:ops", "--to", "room:lobby"]
    ran = run(
        "notify", *audience, "--title", "Hello", "--level", "warning", "--link", "/x", "--json"
    )
    notification = Notification.objects.get()
    assert ran.status == 0
    assert ran.json == {
        "id": notification.pk,
        "state": "live",
        "title": "Hello",
        "topics": sorted([f"user.{alice.pk}", f"group.{group.pk}", "room.lobby"]),
        "publish_at": None,
        "published_at": ran.json["published_at"],
        "expires_at": None,
    }
    assert (notification.level, notification.link) == ("warning", "/x")


def test_it_says_what_it_has_done(run: Run, alice: Any) -> None:
    ran = run("notify", "--to", "all", "--title", "Hello", "--sender", "alice")
    notification = Notification.objects.get()
    assert ran.out == f"Published {notification.pk} “Hello” to Everyone.\n"
    assert notification.sender == alice


def test_it_reads_the_body_from_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("line\nline"))
    assert run("notify", "--to", "all", "--body", "-").status == 0
    assert Notification.objects.get().body == "line\nline"


def test_it_refuses_a_long_body_from_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("x" * 1_000_000))
    ran = run("notify", "--to", "all", "--body", "-", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "bad_notification")


@pytest.mark.parametrize(("text", "delta"), [("+90s", 90), ("+15m", 900), ("+2h", 7200)])
def test_a_time_may_be_told_from_now(text: str, delta: int, run: Run) -> None:
    ran = run("notify", "--to", "all", "--title", "x", "--at", text, "--expires", "+1d", "--json")
    at = datetime.fromisoformat(ran.json["publish_at"])
    assert abs(at - timezone.now() - timedelta(seconds=delta)) < timedelta(seconds=60)
    assert ran.json["state"] == "scheduled"


def test_a_time_without_a_zone_is_the_sites(run: Run) -> None:
    with timezone.override("Europe/Paris"):
        ran = run("notify", "--to", "all", "--title", "x", "--at", "2035-01-01T10:00", "--json")
    assert ran.json["publish_at"] == "2035-01-01T09:00:00.000Z"
    ran = run("notify", "--to", "all", "--title", "x", "--at", "2035-01-01T10:00")
    assert "Scheduled" in ran.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--to", "alice", "--title", "x"], "bad_audience"),
        (["--to", "user:nobody", "--title", "x"], "bad_audience"),
        (["--to", "all"], "bad_notification"),
        (["--to", "all", "--title", "x" * 121], "bad_notification"),
        (["--to", "all", "--title", "x", "--link", "javascript:1"], "bad_notification"),
        (["--to", "all", "--title", "x", "--at", "tomorrow"], "bad_notification"),
        (["--to", "all", "--title", "x", "--at", "2035-99-99"], "bad_notification"),
        (["--to", "all", "--title", "x", "--sender", "nobody"], "bad_notification"),
        (["--to", "all", "--title", "x", "--expires", "2020-01-01T00:00"], "bad_notification"),
    ],
)
def test_it_refuses_with_a_code(words: list[str], code: str, run: Run, alice: Any) -> None:
    ran = run("notify", *words)
    assert ran.status == 1
    assert ran.err.startswith(f"{code}: ")
    told = run("notify", *words, "--json").json["error"]
    assert told["code"] == code
    assert told["detail"]
    assert not Notification.objects.exists()


def test_the_cure_for_a_bare_name_is_said(run: Run, alice: Any) -> None:
    assert "did you mean user:alice?" in run("notify", "--to", "alice", "--title", "x").err


def test_unknown_words_are_refused_by_the_parser(db: None) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("notify", "--to", "all", "--title", "x", "--level", "panic")


def test_it_offers_actions(run: Run, alice: Any) -> None:
    register_action("test.typed", lambda user, notification: "Done")
    actions = ["--action", "Approve=do:test.typed", "--action", "See it=/deploys/?a=b"]
    assert run("notify", "--to", "all", "--title", "Deploy", *actions).status == 0
    assert Notification.objects.get().actions == [
        {"label": "Approve", "do": "test.typed"},
        {"label": "See it", "url": "/deploys/?a=b"},
    ]
    ran = run("notify", "--to", "all", "--title", "Deploy", "--action", "Approve")
    assert "LABEL=LINK" in ran.err
