"""A process that publishes without a pause: `notify()` in its own process, or posts over HTTP.

It is told what to do by lines of JSON on its standard input, and writes one line for each try.
"""

# The models can be imported only after the set-up.
# ruff: noqa: E402

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.chaos.site_settings")

import django

django.setup()

import httpx
from django.db import close_old_connections

from notifications import publishing

#: A try that takes longer has failed.
HTTP_SECONDS = 30


@dataclass(frozen=True)
class Work:
    """What to publish: so many a second on average, to one of these topics each."""

    rate: float
    seed: int
    topics: list[str]
    title: str
    body: int = 0
    addresses: Sequence[str] = ()
    rooms: Sequence[str] = ()
    session: str = ""

    def by_notify(self, number: int, chance: random.Random) -> int:
        topic = chance.choice(self.topics)
        title = f"{self.title} {number}"
        made = publishing.notify(title, to=[topic], body="x" * self.body)
        return int(made.pk)


class Posting:
    """Posts over HTTP as a page does; goes to the next process when one fails."""

    def __init__(self, work: Work):
        self.work = work
        self.place = 0
        self.client: httpx.Client | None = None

    def __call__(self, number: int, chance: random.Random) -> int:
        room = chance.choice(self.work.rooms)
        try:
            answer = self._client().post(
                f"/api/rooms/{room}/posts/", json={"text": f"{self.work.title} {number}"}
            )
            answer.raise_for_status()
        except httpx.HTTPError:
            self.client = None
            self.place += 1
            raise
        return int(answer.json()["id"])

    def _client(self) -> httpx.Client:
        if self.client is None:
            address = self.work.addresses[self.place % len(self.work.addresses)]
            client = httpx.Client(
                base_url=f"http://{address}",
                cookies={"sessionid": self.work.session},
                timeout=HTTP_SECONDS,
            )
            client.get("/")
            client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
            self.client = client
        return self.client


def say(**fields: Any) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def publish(work: Work, stop: threading.Event) -> None:
    chance = random.Random(work.seed)
    once: Callable[[int, random.Random], int] = Posting(work) if work.addresses else work.by_notify
    number = 0
    due = time.monotonic()
    while not stop.is_set():
        number += 1
        began = time.monotonic()
        try:
            said: dict[str, Any] = {"id": once(number, chance)}
        except Exception as error:
            said = {"error": repr(error)[:300]}
        say(**said, began=began, ended=time.monotonic())
        close_old_connections()
        # What an outage has held up is not made up for in one go.
        due = max(due + chance.expovariate(work.rate), time.monotonic() - 1)
        stop.wait(max(0.0, due - time.monotonic()))


def main() -> None:
    say(ready=True)
    stop = threading.Event()
    running: threading.Thread | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        if running is not None:
            stop.set()
            running.join()
            running = None
        if asked.get("end"):
            say(ended_all=asked["end"])
        else:
            stop.clear()
            work = Work(**asked)
            running = threading.Thread(target=publish, args=(work, stop), daemon=True)
            running.start()


if __name__ == "__main__":
    main()
