"""The channel layer, as far as the relay uses it: one name in one group, read without an end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from channels.layers import channel_layers

from notifications.conf import options
from notifications.relay.tasks import Outage

#: First and longest pause in seconds before a layer that failed is tried again.
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
#: Longest time that joining the group may take, in seconds.
JOIN_TIMEOUT = 5.0


class Layer:
    """Reads what other processes send, as fast as it comes, and gives it to ``heard``.

    Whatever happens to the layer costs only time: what it loses is found in the log.
    """

    def __init__(self, heard: Callable[[Mapping[str, Any]], None]) -> None:
        self._heard = heard
        self._name: str | None = None
        self._outage = Outage("Reading the channel layer")
        #: Set when this process has begun to hear the others.
        self.entered = asyncio.Event()

    async def read(self) -> None:
        """Read until cancelled. The only reader; receive() must never be given up half-way.

        A cancelled receive() deletes the queue of the name with everything in it.
        """
        pause = FIRST_PAUSE
        while True:
            try:
                await self._enter()
                while True:
                    payload = await self._layer().receive(self._name)
                    self._outage.mended()
                    pause = FIRST_PAUSE
                    self._heard(payload)
            except Exception as error:
                self._outage.failed(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def keep_membership(self) -> None:
        """Join the group again, every second until cancelled.

        Layers forget groups when their server restarts, after a day, or when a reader was slow.
        """
        while True:
            await asyncio.sleep(options.RECONCILE_SECONDS)
            try:
                await self._join()
            except Exception as error:
                self._outage.failed(error)

    async def _enter(self) -> None:
        if self._name is None:
            self._name = await self._layer().new_channel("noticeboard")
        await self._join()
        self.entered.set()

    async def _join(self) -> None:
        if self._name is not None:
            async with asyncio.timeout(JOIN_TIMEOUT):
                await self._layer().group_add(options.LAYER_GROUP, self._name)

    def _layer(self) -> Any:
        return channel_layers[options.LAYER]
