"""A channel layer that carries nothing and never fails."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.layers import BaseChannelLayer


class SilentLayer(BaseChannelLayer):
    """Takes everything and delivers none of it."""

    extensions = ["groups"]

    async def new_channel(self, prefix: str = "specific") -> str:
        return f"{prefix}.silent!silent"

    async def group_add(self, group: str, channel: str) -> None:
        """Nobody is in it."""

    async def group_discard(self, group: str, channel: str) -> None:
        """Nobody was."""

    async def group_send(self, group: str, message: Any) -> None:
        """Nobody hears it."""

    async def send(self, channel: str, message: Any) -> None:
        """Nobody hears it."""

    async def receive(self, channel: str) -> Any:
        return await asyncio.Event().wait()
