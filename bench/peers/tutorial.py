"""The way of the Channels tutorial: a consumer in a group per socket, the in-memory layer, Daphne.

It publishes inside the server process, because this layer does not go beyond it.
"""

from __future__ import annotations

import sys
from typing import Any

import django
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from daphne.cli import CommandLineInterface
from django.conf import settings
from django.urls import path

# Daphne imports this file once more, by its name.
if not settings.configured:
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=["channels"],
        CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    )
    django.setup()


class Subscriber(AsyncWebsocketConsumer):
    """One socket, as in the tutorial's third part."""

    async def connect(self) -> None:
        await self.channel_layer.group_add("all", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard("all", self.channel_name)

    async def event(self, given: dict[str, Any]) -> None:
        await self.send(text_data=given["text"])


class Publisher(AsyncHttpConsumer):
    """`POST /publish`."""

    async def handle(self, body: bytes) -> None:
        await get_channel_layer().group_send("all", {"type": "event", "text": body.decode()})
        await self.send_response(200, b"{}")


application = ProtocolTypeRouter(
    {
        "websocket": URLRouter([path("ws", Subscriber.as_asgi())]),
        "http": URLRouter([path("publish", Publisher.as_asgi())]),
    }
)

if __name__ == "__main__":
    # Daphne's own backlog of 50 would only make the connecting slow.
    endpoint = f"tcp:{sys.argv[1]}:interface=127.0.0.1:backlog=4096"
    words = ["-e", endpoint, "--verbosity", "0", "bench.peers.tutorial:application"]
    CommandLineInterface().run(words)
