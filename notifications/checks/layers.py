"""The channel layer that carries our hints."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from notifications.conf import options

# The layer blocks 5 s in a read, and redis-py gives up after the socket's own timeout.
LEAST_SOCKET_SECONDS = 10


def configured() -> dict[str, Any]:
    """The configuration of our layer; empty if there is none of that name."""
    return dict(getattr(settings, "CHANNEL_LAYERS", {}).get(options.LAYER, {}))


def hosts(layer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The servers of a Redis layer, each as a dictionary with ``address``."""
    if not layer.get("BACKEND", "").startswith("channels_redis."):
        return
    for host in layer.get("CONFIG", {}).get("hosts", ["redis://localhost:6379"]):
        if isinstance(host, dict):
            yield host
        elif isinstance(host, str):
            yield {"address": host}
        else:
            name, port = host
            yield {"address": f"redis://{name}:{port}"}


@register()
def check_layer(**kwargs: Any) -> list[CheckMessage]:
    """E020 and E021."""
    layer = configured()
    if not layer:
        return [
            Error(
                f"NOTICEBOARD['LAYER'] is {options.LAYER!r}, which is not in CHANNEL_LAYERS.",
                hint='CHANNEL_LAYERS = {"default": {"BACKEND":'
                ' "channels.layers.InMemoryChannelLayer"}} is enough for one process.',
                id="noticeboard.E020",
            )
        ]
    if not layer["BACKEND"].startswith("channels_redis.core."):
        return []
    if all((host.get("socket_timeout") or 0) >= LEAST_SOCKET_SECONDS for host in hosts(layer)):
        return []
    return [
        Error(
            "The Redis layer's idle reads time out, which its reader takes for a lost connection.",
            hint='"hosts": [{"address": "redis://…", "socket_timeout": 15}]',
            id="noticeboard.E021",
        )
    ]
