"""manage.py follow: a file or a pipe as one live card."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from notifications.management.commands import follow
from notifications.management.watching import newest_lines, text_of, texts_of
from notifications.models import FollowedText, Room
from tests.commands.conftest import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A file to follow."""
    path = tmp_path / "notes.md"
    path.write_text("# Notes\n")
    return path


def given(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


def test_it_shows_a_file(run: Run, notes: Path) -> None:
    ran = run("follow", str(notes), "--to", "all", "--once", "--json")
    assert ran.json.pop("changed_at")
    card = FollowedText.objects.get()
    assert (ran.json["id"], card.key, card.name) == (card.pk, "notes.md", "notes.md")
    assert (ran.json["version"], card.text, card.topic) == (1, "# Notes", "all")


def test_it_is_read_by_people_too(run: Run, notes: Path) -> None:
    words = ("follow", str(notes), "--to", "all", "--key", "board", "--once")
    assert run(*words).out == "board: version 1, 7 characters.\n"
    assert run(*words).out == ""


def test_it_reads_standard_input_up_to_its_last_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, b"one\ntwo\r\nlast \xff")
    assert run("follow", "-", "--to", "all").status == 0
    card = FollowedText.objects.get()
    assert (card.key, card.text) == ("stdin", "last \ufffd")


def test_it_pauses_between_versions_as_long_as_it_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(follow.time, "sleep", pauses.append)
    given(monkeypatch, b"one\n")
    run("follow", "-", "--to", "all", "--every", "10")
    given(monkeypatch, b"two\n")
    run("follow", "-", "--to", "all")
    assert pauses == [10, follow.PAUSE_SECONDS]


def test_it_takes_a_card_away(run: Run, notes: Path) -> None:
    run("follow", str(notes), "--to", "all", "--once")
    words = ("follow", "notes.md", "--to", "all", "--remove")
    assert run(*words).out == "Removed notes.md.\n"
    assert run(*words).out == "There is no text notes.md.\n"
    assert run(*words, "--json").json == {"removed": False}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nowhere.md", "--to", "all"), "bad_request"),
        (("-", "--to", "room:nowhere"), "bad_audience"),
        (("-", "--to", "all", "--key", "two\nlines"), "bad_request"),
    ],
)
def test_it_refuses_what_it_cannot_follow(words: tuple[str, ...], code: str, run: Run) -> None:
    ran = run("follow", *words, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, code)


def test_it_ends_when_its_room_is_deleted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room.objects.create(slug="den", name="Den")

    def lines(*_: Any, **__: Any) -> Iterator[str]:
        yield "one"
        room.delete()
        yield "two"

    monkeypatch.setattr(follow, "_texts", lines)
    ran = run("follow", "-", "--to", "room:den", "--json")
    told, refused = map(json.loads, ran.out.splitlines())
    assert (told["version"], refused["error"]["code"]) == (1, "bad_audience")


def test_it_sees_a_file_that_is_written_replaced_removed_and_made_again(notes: Path) -> None:
    seen = texts_of(notes, 100)

    def until(text: str) -> Any:
        return next(each for each in seen if each == text)

    assert until("# Notes\n")
    notes.write_text("written")
    assert until("written")
    other = notes.with_name("other")
    other.write_text("replaced")
    os.replace(other, notes)
    assert until("replaced")
    notes.unlink()
    notes.write_text("made again")
    assert until("made again")
    seen.close()  # type: ignore[attr-defined]


def test_it_follows_what_a_link_points_to(notes: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link = folder / "link.md"
    link.symlink_to(notes)
    seen = texts_of(link, 100)
    assert next(seen) == "# Notes\n"
    notes.write_text("through the link")
    assert next(each for each in seen if each == "through the link")
    seen.close()  # type: ignore[attr-defined]


def test_it_reads_the_beginning_of_a_large_file(notes: Path) -> None:
    notes.write_bytes(b"\xef\xbb\xbf" + "ä".encode() * 100_000)
    text = text_of(notes, 100)
    assert text is not None
    assert 100 < len(text) < 1_000
    assert set(text) <= {"ä", "\ufffd"}


def test_lines_that_come_faster_than_they_are_taken_are_passed_over_but_for_the_last() -> None:
    lines = list(newest_lines(io.BytesIO(b"".join(b"%d\n" % n for n in range(10_000))), 100))
    assert lines[-1] == "9999"
    assert lines == sorted(lines, key=int)
