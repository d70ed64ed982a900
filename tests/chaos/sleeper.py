"""Readers in a process of their own, that can be put to sleep: `python -m tests.chaos.sleeper`.

Its first line of input says where and who; the second one is the last cursor that they wait for.
Then it says what each was told.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from types import SimpleNamespace
from typing import Any

from tests.chaos.crowd import Crowd, Subscriber
from tests.support.readers import READERS

#: After this what has not come is lost.
SECONDS = 60.0


async def read(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Read over every transport until all have come to the last cursor."""
    addresses = given["addresses"]
    site: Any = SimpleNamespace(
        address=lambda number=0: addresses[number % len(addresses)], ports=addresses, logs=str
    )
    crowd = Crowd()
    for number, kind in enumerate(READERS.values()):
        reader = kind(site, given["session"], after=given["start"], server=number)
        crowd.members.append(Subscriber(reader, given["username"], given["start"]))
    await crowd.gather()
    sys.stdout.write("reading\n")
    sys.stdout.flush()
    last = (await asyncio.to_thread(sys.stdin.readline)).strip()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            while not all(last in each.cursors[-50:] for each in crowd.readers):
                await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)
    await crowd.leave()
    return [
        {
            "transport": each.transport,
            "cursors": each.cursors,
            "times": each.times,
            "fresh_starts": each.fresh_starts,
            "resets": len(each.resets),
        }
        for each in crowd.readers
    ]


def main() -> None:
    told = asyncio.run(read(json.loads(sys.stdin.readline())))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
