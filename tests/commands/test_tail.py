"""manage.py tail: the log in the terminal."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest

from notifications import log, notify, retract
from notifications.publishing import prune
from tests.commands.conftest import Run
from tests.support.databases import database_url

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 60
pytestmark = pytest.mark.django_db(transaction=True)


def beginning() -> str:
    return f"0.{log.head().cursor.check}"


def titles(out: str) -> list[str]:
    return [json.loads(line)["data"]["title"] for line in out.splitlines()]


def test_it_writes_the_events_after_a_cursor_as_they_are_sent(run: Run) -> None:
    start = beginning()
    for title in ("one", "two"):
        notify(title, to="all")
    ran = run("tail", "--after", start, "--once", "--json")
    assert ran.out.encode() == b"".join(each.wire() + b"\n" for each in log.read(0, 10))
    first = json.loads(ran.out.splitlines()[0])["cursor"]
    assert titles(run("tail", "--after", first, "--once", "--json").out) == ["two"]


def test_it_begins_at_the_end(run: Run) -> None:
    notify("old", to="all")
    assert run("tail", "--once").out == ""


def test_a_user_sees_what_is_for_her(run: Run, alice: Any, bob: Any) -> None:
    start = beginning()
    for title, to in (("all", "all"), ("alice", alice), ("bob", bob)):
        notify(title, to=to)
    ran = run("tail", "--user", "alice", "--after", start, "--once", "--json")
    assert titles(ran.out) == ["all", "alice"]


def test_it_is_read_by_people_too(run: Run, alice: Any) -> None:
    start = beginning()
    notify("Disk full", to="all", level="warning")
    retract(notify("secret", to=alice))
    lines = run("tail", "--after", start, "--once").out.splitlines()
    assert lines[0].endswith("[warning] Disk full → all")
    assert lines[1].endswith("(retracted later) → user." + str(alice.pk))
    assert lines[2].endswith(f"reason=retracted → user.{alice.pk}")
    assert "secret" not in "".join(lines)


def test_rights_are_not_for_readers(run: Run, alice: Any) -> None:
    start = beginning()
    alice.set_password("another")
    alice.save()
    assert log.head().cursor.seq == 1
    assert run("tail", "--after", start, "--once", "--json").out == ""


def test_a_lost_cursor_is_told_and_it_goes_on(run: Run) -> None:
    start = beginning()
    notify("old", to="all")
    head = log.head().cursor
    prune(event_days=0)
    ran = run("tail", "--after", start, "--once", "--json")
    assert ran.json == {"control": "reset", "reason": "too_old", "cursor": str(head)}
    assert "too_old" in run("tail", "--after", start, "--once").err


@pytest.mark.parametrize("cursor", ["x", "+1.abcdef", "1." + "a" * 4000, "١.abcdef"])
def test_an_unreadable_cursor_is_refused(cursor: str, run: Run) -> None:
    ran = run("tail", "--after", cursor, "--once", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "bad_cursor")


def test_an_unknown_user_is_refused(run: Run) -> None:
    assert run("tail", "--user", "nobody", "--once", "--json").json["error"]["code"] == "not_found"


@contextmanager
def following(*words: str) -> Iterator[tuple["subprocess.Popen[str]", "Queue[str]"]]:
    """`manage.py tail` in a process of its own, and its lines as they come."""
    command = [sys.executable, "manage.py", "tail", *words]
    environment = {**os.environ, "DATABASE_URL": database_url(), "PYTHONUNBUFFERED": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "project.settings"
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    lines: Queue[str] = Queue()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line)

    reader = Thread(target=read)
    reader.start()
    try:
        yield process, lines
    finally:
        process.kill()
        reader.join(DEADLINE)
        process.communicate(timeout=DEADLINE)


def test_it_follows_what_other_processes_publish_until_it_is_interrupted() -> None:
    with following("--after", beginning(), "--json") as (process, lines):
        for title in ("one", "two", "three"):
            notify(title, to="all")
            assert json.loads(lines.get(timeout=DEADLINE))["data"]["title"] == title
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE) == 130
