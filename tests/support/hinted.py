"""A process that reads the channel layer as a relay does, and one beside it that sends hints.

Both in one, with a layer each: prints a word of its input as soon as a hint with it has arrived.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()

from channels.layers import channel_layers  # noqa: E402

from notifications.conf import options  # noqa: E402
from notifications.relay.layer import Layer  # noqa: E402


async def main() -> None:
    heard: set[str] = set()
    layer = Layer(lambda payload: heard.add(payload["head"]))
    tasks = [asyncio.create_task(each) for each in (layer.read(), layer.keep_membership())]
    sender = channel_layers.make_backend(options.LAYER)
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        while word not in heard:
            # A hint that is lost is told again here, as the log would tell of the event.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(options.BROADCAST_TIMEOUT):
                    await sender.group_send(options.LAYER_GROUP, {"type": "hint", "head": word})
            await asyncio.sleep(0.05)
        print(word, flush=True)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
