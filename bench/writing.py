"""The part of `bench.writers` that knows Django; each call is a process of its own.

`prepare` migrates, `write FIRST COUNT TURNS` writes with COUNT threads once its input says go,
`read` prints the log. Results are JSON on the output; times are of the system's monotonic clock,
which all processes share.
"""

from __future__ import annotations

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connections, transaction  # noqa: E402

from notifications import log, notify  # noqa: E402
from notifications.models import Notification, Room  # noqa: E402

# In seconds: between two transactions of a writer, and before the end of each.
LONGEST_PAUSE = 0.100
LONGEST_DELAY = 0.010
ROLLED_BACK = 0.3
AUDIENCE = ["all", "room:bench"]


class Rollback(Exception):
    """Ends a transaction that must leave no trace."""


def prepare() -> None:
    call_command("migrate", verbosity=0)
    Room.objects.create(slug="bench", name="Bench")


def write(first: int, count: int, turns: int) -> list[dict[str, object]]:
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(count) as pool:
        parts = [pool.submit(_writer, first + offset, turns) for offset in range(count)]
        return [row for part in parts for row in part.result()]


def _writer(writer: int, turns: int) -> list[dict[str, object]]:
    chance = random.Random(writer)
    try:
        return [_turn(f"{writer}-{turn}", chance) for turn in range(turns)]
    finally:
        connections.close_all()


def _turn(title: str, chance: random.Random) -> dict[str, object]:
    time.sleep(chance.random() * LONGEST_PAUSE)
    return _transaction(title, chance)


def _transaction(title: str, chance: random.Random) -> dict[str, object]:
    row: dict[str, object] = {"title": title, "began": time.monotonic(), "outcome": "committed"}
    try:
        with transaction.atomic():
            # Registered first, so it runs right after the commit, before the stamp.
            transaction.on_commit(lambda: row.update(committed=time.monotonic()))
            notify(title, to=AUDIENCE)
            time.sleep(chance.random() * LONGEST_DELAY)
            if chance.random() < ROLLED_BACK:
                raise Rollback
    except Rollback:
        row["outcome"] = "rolled back"
    except OperationalError as error:
        row |= {"outcome": "failed", "error": str(error)}
    row["returned"] = time.monotonic()
    return row


def read() -> dict[str, object]:
    left = len(log.stamp())
    titles = dict(Notification.objects.values_list("id", "title"))
    told = []
    position = 0
    while entries := log.read(position, 1_000):
        position = entries[-1].seq
        for entry in entries:
            data = json.loads(entry.data)
            if entry.type == "notification.created":
                told.append({"seq": entry.seq, "title": titles.get(data["id"], "?")})
            else:
                told.append({"seq": entry.seq, "title": ""})
    return {"told": told, "head": log.head().cursor.seq, "left_to_the_tick": left}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare"]:
            prepare()
        case ["write", first, count, turns]:
            print(json.dumps(write(int(first), int(count), int(turns))))
        case ["read"]:
            print(json.dumps(read()))
