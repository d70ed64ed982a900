"""How long something takes through the channel layer and back, on connections of its own."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from channels.layers import channel_layers

from notifications.conf import options


def round_trip(timeout: float) -> float:
    """The seconds that a hint takes to ourselves; raises what the layer does, or TimeoutError.

    For a thread without a loop: the layers of running loops are left alone.
    """
    return asyncio.run(_round_trip(timeout))


async def _round_trip(seconds: float) -> float:
    layer = channel_layers.make_backend(options.LAYER)
    try:
        async with asyncio.timeout(seconds):
            name = await layer.new_channel("noticeboard")
            # The first one makes the connections; the second is like those that follow.
            for _turn in range(2):
                start = time.perf_counter()
                await layer.send(name, {"type": "noticeboard.trip"})
                await layer.receive(name)
            return time.perf_counter() - start
    finally:
        await _close(layer)


async def _close(layer: Any) -> None:
    # The core layer's `flush` would delete what others have in Redis.
    close = getattr(layer, "close_pools", None) or _own_connections(layer)
    if close is not None:
        await close()


def _own_connections(layer: Any) -> Any:
    """How the pub/sub layer ends its connections; the in-memory one has none."""
    return layer.flush if type(layer).__module__ == "channels_redis.pubsub" else None
