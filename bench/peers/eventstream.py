"""django-eventstream's own view on Daphne, and its send_event() in the same process."""

from __future__ import annotations

import sys
from typing import Any

import django
from asgiref.sync import sync_to_async
from channels.generic.http import AsyncHttpConsumer
from channels.routing import URLRouter
from daphne.cli import CommandLineInterface
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import include, path, re_path

# Daphne imports this file once more, by its name.
if not settings.configured:
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=["channels", "django_eventstream"],
        ROOT_URLCONF="bench.peers.eventstream",
    )
    django.setup()

from django_eventstream import send_event
from django_eventstream import urls as their_urls

urlpatterns = [path("events/", include(their_urls), {"channels": ["all"]})]


class Publisher(AsyncHttpConsumer):
    """`POST /publish`."""

    async def handle(self, body: bytes) -> None:
        await sync_to_async(send_event)("all", "event", body.decode(), json_encode=False)
        await self.send_response(200, b"{}")


# Channels routes to an ASGI application as Django does to a view.
rest: Any = get_asgi_application()
application = URLRouter([path("publish", Publisher.as_asgi()), re_path("", rest)])

if __name__ == "__main__":
    # Daphne's own backlog of 50 would only make the connecting slow.
    endpoint = f"tcp:{sys.argv[1]}:interface=127.0.0.1:backlog=4096"
    words = ["-e", endpoint, "--verbosity", "0", "bench.peers.eventstream:application"]
    CommandLineInterface().run(words)
