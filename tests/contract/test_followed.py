"""Followed texts reach every transport: versions only grow, and the last one always arrives."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.contract.cases import told_exactly
from tests.contract.conftest import run
from tests.support.readers import Reader, all_of
from tests.support.site import DEADLINE, ROOT, Site

Make = Callable[..., Reader]


def versions(reader: Reader) -> list[int]:
    return [event["data"]["version"] for event in reader.of_type("text.changed")]


def shown(reader: Reader) -> str:
    """The text that a page shows after these events."""
    told = reader.of_type("text.changed")
    return str(told[-1]["data"]["text"]) if told else ""


@contextmanager
def following(site: Site, *words: str, **pipes: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """`manage.py follow` beside the site, interrupted at the end."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "follow", *words], cwd=ROOT, env=site.environment, **pipes
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(DEADLINE)
        if process.stdin:
            process.stdin.close()


def replace(path: Path, text: str) -> None:
    """Write a file as editors do: another one, that gets its name."""
    other = path.with_suffix(".new")
    other.write_text(text)
    os.replace(other, path)


class Followed:
    database: str

    def test_every_version_of_a_text_is_told_in_order(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            room = f"room:{people.den}"
            async with all_of(reader("alice", after=start), reader("charlie", after=start)) as (
                alice,
                charlie,
            ):
                for text in ("one", "two", "two", "three"):
                    site.do("follow", to=room, key="notes", text=text)
                site.do("notify", title="end", to=[people.charlie_topic, people.alice_topic])
                await alice.told("end")
                await charlie.told("end")
                await told_exactly(alice, site, people.alice, start)
                told = [event["data"]["text"] for event in alice.of_type("text.changed")]
                assert (told, versions(alice)) == (["one", "two", "three"], [1, 2, 3])
                assert alice.events[0]["topic"] == f"room.{people.den}"
                assert charlie.titles == ["end"]

        run(tell())

    def test_a_text_that_is_removed_is_told_and_shown_no_more(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            room = f"room:{people.den}"
            async with reader("bob", after=start) as bob:
                site.do("follow", to=room, key="notes", text="one")
                assert [card["key"] for card in site.do("texts", username=people.bob)] == ["notes"]
                site.do("unfollow", to=room, key="notes")
                await bob.until(lambda: bob.of_type("text.removed"), "removed")
                changed, removed = bob.events
                assert removed["data"] == {"id": changed["data"]["id"], "key": "notes"}
                assert site.do("texts", username=people.bob) == []

        run(tell())


class TestOnSQLite(Followed):
    database = "sqlite"

    def test_a_file_that_changes_a_hundred_times_ends_on_its_last_version(
        self, site: Site, people: SimpleNamespace, reader: Make, tmp_path: Path
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            notes = tmp_path / "notes.md"
            notes.write_text("change 0")
            async with reader("alice", after=start) as alice:
                with following(site, str(notes), "--to", f"room:{people.den}"):
                    await alice.until(lambda: shown(alice) == "change 0", "the file as it was")
                    for number in range(1, 101):
                        replace(notes, f"change {number}")
                        await asyncio.sleep(0.02)
                    await alice.until(lambda: shown(alice) == "change 100", "the last version")
                assert versions(alice) == list(range(1, len(versions(alice)) + 1))
                changes = [int(event["data"]["text"].split()[1]) for event in alice.events]
                assert changes == sorted(changes)
                assert len(changes) < 20

        run(tell())

    def test_standard_input_is_told_line_by_line_up_to_its_last_line(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            words = ("-", "--to", f"user:{people.alice}", "--key", "build")
            async with all_of(reader("alice", after=start), reader("bob", after=start)) as (
                alice,
                bob,
            ):
                with following(site, *words, stdin=subprocess.PIPE) as process:
                    assert process.stdin is not None
                    process.stdin.write(b"first\n")
                    process.stdin.flush()
                    await alice.until(lambda: shown(alice) == "first", "the first line")
                    process.stdin.write(b"".join(b"line %d\n" % n for n in range(1000)))
                    process.stdin.write(b"last, without an end")
                    process.stdin.close()
                    await alice.until(lambda: shown(alice).startswith("last"), "the last line")
                    assert process.wait(DEADLINE) == 0
                assert versions(alice) == sorted(set(versions(alice)))
                assert alice.events[0]["data"]["key"] == "build"
                assert "topic" not in alice.events[0]
                await told_exactly(bob, site, people.bob, start)

        run(tell())


class TestOnPostgreSQL(Followed):
    database = "postgresql"
