"""Exporting: all that is kept about a person, as JSON, and nothing of anybody else."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder

from notifications import personal
from notifications.models import Event
from tests.commands.conftest import Run, run
from tests.data.conftest import NAME, where

__all__ = ["run"]


def exported(user: Any) -> dict[str, Any]:
    """The export as a file has it."""
    found: dict[str, Any] = json.loads(json.dumps(personal.export(user), cls=DjangoJSONEncoder))
    return found


def test_it_says_everything(database: str, alice: Any, busy: dict[str, int]) -> None:
    data = exported(alice)
    assert data["account"]["first_name"] == NAME
    assert data["preferences"]["data"]["density"] == "compact"
    assert data["mark"]["read_to"] > 0
    assert [each["room"] for each in data["rooms"]] == ["den"]
    assert data["saved_views"][0]["name"] == f"{NAME}'s view"
    assert busy["both"] in [each["notification"] for each in data["receipts"]]
    assert data["outcomes"][0]["said"] == f"Thank you, {NAME}"
    written = {each["id"]: each for each in data["written"]}
    assert written[busy["posted"]]["body"] == "I was here @bob"
    assert written[busy["sent"]]["former"][0]["title"] == "Sent to all"
    assert written[busy["taken_back"]]["retracted_at"]
    assert {each["id"] for each in data["addressed"]} == {busy["both"], busy["alone"]}
    assert data["texts"][0]["text"] == f"{NAME}'s build"
    assert data["reactions"] == [{"emoji": "🎉", "post": busy["answer"], "room": "den"}]
    assert data["reports"][0]["reason"] == f"{NAME} finds it rude"
    assert data["mutes"][0]["room"] == "den"
    assert len(data["sessions"]) == 1
    assert "192.0.2.77" in {each["ip_address"] for each in data["sign_in_attempts"]}


def test_it_says_nothing_secret(alice: Any, bob: Any, busy: dict[str, int]) -> None:
    text = json.dumps(personal.export(alice), cls=DjangoJSONEncoder)
    assert alice.password not in text
    assert Session.objects.get().pk not in text
    assert "So was I" not in text
    assert '"bob"' not in text


def test_every_table_that_names_her_is_in_it_or_explained(alice: Any, busy: dict[str, int]) -> None:
    """What only repeats the rest: the events of the log, and answers kept for a day."""
    repeats = {"notifications.Event", "notifications.Answered"}
    assert where(NAME) - repeats == {
        "auth.User",
        "notifications.FollowedText",
        "notifications.Notification",
        "notifications.Outcome",
        "notifications.Report",
        "notifications.SavedView",
    }


def test_somebody_who_has_done_nothing_has_an_export(bob: Any) -> None:
    data = exported(bob)
    assert data["account"]["username"] == "bob"
    assert [name for name, rows in data.items() if isinstance(rows, list) and rows] == []


def test_the_command_writes_it(alice: Any, run: Run, tmp_path: Path) -> None:
    assert json.loads(run("person", "export", "alice").out)["account"]["id"] == alice.pk
    assert json.loads(run("person", "export", f"#{alice.pk}").out)["account"]["id"] == alice.pk
    file = tmp_path / "alice.json"
    assert run("person", "export", "alice", "--output", str(file)).status == 0
    assert json.loads(file.read_text())["account"]["username"] == "alice"
    assert file.stat().st_mode & 0o077 == 0
    assert "exists" in run("person", "export", "alice", "--output", str(file)).err


@pytest.mark.parametrize("name", ["nobody", "#0", "#x", "#99999999999999999999", "#", "\0"])
def test_the_command_finds_no_other(name: str, run: Run) -> None:
    ran = run("person", "export", name, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "not_found")


def test_the_command_deletes(transactional_db: None, alice: Any, busy: Any, run: Run) -> None:
    ran = run("person", "delete", "alice", "--yes", "--json", "--posts", "blank", "--verbosity=2")
    assert ran.json["id"] == alice.pk
    assert ran.json["counts"]["posts_deleted"] == 2
    assert "posts_deleted: 2" in ran.err
    assert not get_user_model().objects.filter(username="alice").exists()
    assert NAME not in str(list(Event.objects.values()))


def test_the_command_asks_first(alice: Any, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("person", "delete", "alice").status == 1
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda: "yes")
    assert "Nothing was deleted" in run("person", "delete", "alice").err
    monkeypatch.setattr("builtins.input", lambda: "alice")
    assert "is deleted" in run("person", "delete", "alice").out
