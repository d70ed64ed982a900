"""The oracle: a page that starts from a snapshot and follows the events must show at every moment
what a page shows that was loaded just now.

The page's part is the very file that browsers load, run by Node.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from notifications import inbox, log, rights
from notifications.cursor import Cursor

VIEWS = ("inbox", "unread", "snoozed", "done", "expired")
STORES = Path(__file__).with_name("stores.mjs")
DEADLINE = 20.0


class Stores:
    """A Node process that holds stores by name."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, store: str, do: str, **fields: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"store": store, "do": do, **fields}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer


@contextmanager
def node(stores: Path = STORES) -> Iterator[Stores]:
    """Stores in a Node process, which ends with the block."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("There is no Node on the PATH.")
    with subprocess.Popen(
        [program, str(stores)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Stores(process)
        finally:
            process.kill()


@dataclass
class Page:
    """One open page: a user (None: a visitor), a view, and a store that follows the log.

    `resyncs` counts the snapshots it had to ask for because an event did not say enough, `woken`
    those at a time that its last snapshot named, `resets` those after a change of its topics.
    """

    stores: Stores
    name: str
    user: Any
    view: dict[str, Any] = field(default_factory=dict)
    limit: int = 25
    resyncs: int = 0
    woken: int = 0
    resets: int = 0

    def __post_init__(self) -> None:
        snapshot = self._snapshot()
        filter = {"view": "inbox", "levels": [], "topic": "", "q": "", **self.view}
        self._shown = self.stores.do(self.name, "create", snapshot=snapshot, filter=filter)
        self._topics = rights.topics_of(self.user)

    def follow(self) -> None:
        """Take the events since, and a snapshot when they, the clock or a reset ask for one."""
        if self._topics != rights.topics_of(self.user):
            self._topics = rights.topics_of(self.user)
            self.resets += 1
            self._replace(restart=True)
        cursor = Cursor.parse(self._shown["state"]["cursor"])
        entries = [e for e in log.after(cursor, self._topics, limit=1000) if not e.internal]
        events = [json.loads(entry.wire()) for entry in entries]
        self._shown = self.stores.do(self.name, "apply", events=events)
        self.resyncs += self._until_settled()
        self._tick()

    def check(self) -> None:
        """Follow, and fail unless the page shows what a page loaded now shows."""
        self.follow()
        while (found := self._page()) != (fresh := self._fresh(found["floor"])):
            # Only what came between the two looks excuses a difference: an event or an end.
            self.follow()
            mended = self._page() != found or self.pass_soon()
            assert mended, _difference(self.name, found, fresh)

    def pass_soon(self) -> bool:
        """If something ends by the clock alone within two seconds, let it; returns whether."""
        if self._shown["next"] is None or self._shown["next"] > now_ms() + 2000:
            return False
        until(lambda: self._shown["next"] <= now_ms())
        self._tick()
        return True

    def older(self) -> None:
        """Load the page below."""
        lowest = min(item["position"] for item in self._shown["items"])
        self._shown = self.stores.do(self.name, "append", snapshot=self._snapshot(before=lowest))
        self.resyncs += self._until_settled()

    def titles(self) -> list[str]:
        return [item["title"] for item in self._shown["items"]]

    @property
    def unread(self) -> int:
        return int(self._shown["unread"])

    def _tick(self) -> None:
        self._shown = self.stores.do(self.name, "tick")
        self.woken += self._until_settled()

    def _until_settled(self) -> int:
        """Take a snapshot as long as the store asks for one; returns how many."""
        count = 0
        while self._shown["resync"]:
            count += 1
            assert count < 5, f"{self.name} asks for snapshots for ever"
            self._replace()
        return count

    def _replace(self, restart: bool = False) -> None:
        snapshot = self._snapshot()
        self._shown = self.stores.do(self.name, "replace", snapshot=snapshot, restart=restart)

    def _snapshot(self, **page: Any) -> dict[str, Any]:
        view = {**self.view, "limit": self.limit, **page}
        return json.loads(json.dumps(inbox.snapshot(self.user, **view)))

    def _page(self) -> dict[str, Any]:
        items = self._shown["items"]
        floor = items[-1]["position"] if self._shown["more"] and items else 0
        return {
            "items": [_without_unread(item) for item in items],
            "unread items": sorted(item["id"] for item in items if item["unread"]),
            "unread": self._shown["unread"],
            "read_to": self._shown["state"]["read_to"],
            "seen_to": self._shown["state"]["seen_to"],
            "floor": floor,
        }

    def _fresh(self, floor: int) -> dict[str, Any]:
        snapshot = self._snapshot(limit=100)
        items = [item for item in snapshot["items"] if item["position"] >= floor]
        shown = {item["id"] for item in items}
        return {
            "items": items,
            "unread items": sorted(shown.intersection(snapshot["unread_ids"])),
            "unread": snapshot["unread"],
            "read_to": snapshot["read_to"],
            "seen_to": snapshot["seen_to"],
            "floor": floor,
        }


# Opens a page of a user: `open_page(alice, limit=3, view="unread")`.
Open = Callable[..., Page]


def head() -> Cursor:
    """Where the log ends now."""
    return log.head().cursor


def _without_unread(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "unread"}


def _difference(name: str, found: dict[str, Any], fresh: dict[str, Any]) -> str:
    lines = [f"The page {name} differs from a fresh one:"]
    for key in fresh:
        if found[key] != fresh[key]:
            lines += [f"  {key}", f"    page:  {found[key]}", f"    fresh: {fresh[key]}"]
    return "\n".join(lines)


def now_ms() -> float:
    return time.time() * 1000


def until(happened: Callable[[], bool]) -> None:
    """Wait for a condition."""
    end = time.monotonic() + DEADLINE
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
