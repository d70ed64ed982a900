"""The channel layer that carries our hints."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from notifications.conf import options

# The layer blocks 5 s in a read, and redis-py gives up after the socket's own timeout.
LEAST_SOCKET_SECONDS = 10
DEFAULT_PORT = 6379


def configured() -> dict[str, Any]:
    """The configuration of our layer; empty if there is none of that name."""
    return dict(getattr(settings, "CHANNEL_LAYERS", {}).get(options.LAYER, {}))


def hosts(layer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The servers of a Redis layer, each as a dictionary with ``address``, a URL."""
    if not layer.get("BACKEND", "").startswith("channels_redis."):
        return
    for host in layer.get("CONFIG", {}).get("hosts", ["redis://localhost:6379"]):
        if isinstance(host, str):
            yield {"address": host}
        elif not isinstance(host, dict):
            yield {"address": _url(*host)}
        elif "address" in host:
            yield host
        else:
            # The connection's own arguments, or a master by the Sentinels that know where it is.
            places = host.get("sentinels") or [(host.get("host", "localhost"), host.get("port"))]
            for name, port in places:
                yield {**host, "address": _url(name, port, encrypted=bool(host.get("ssl")))}


def _url(name: str, port: int | None, encrypted: bool = False) -> str:
    return f"{'rediss' if encrypted else 'redis'}://{name}:{port or DEFAULT_PORT}"


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
