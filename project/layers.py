"""CHANNEL_LAYERS from one URL. The layer only carries hints: the log is the truth."""

from typing import Any

from project.env import Environment

SCHEMES = ("redis", "rediss", "unix")
BACKENDS = {
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
    "core": "channels_redis.core.RedisChannelLayer",
}

# redis-py 8 ends a blocking read after 5 s by itself, and the layer takes that for an error.
SOCKET_SECONDS = 15


def channel_layers(env: Environment, secret_keys: list[str]) -> dict[str, Any]:
    """Channels' CHANNEL_LAYERS from ``REDIS_URL``; without it the layer of one process."""
    url = env.url("REDIS_URL", SCHEMES)
    kind = env.choice("REDIS_LAYER", BACKENDS, default="pubsub")
    if not url:
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    config = {
        "hosts": [{"address": url, "socket_timeout": SOCKET_SECONDS}],
        "prefix": env.text("REDIS_PREFIX", "noticeboard"),
        # Payloads pass through Redis: nobody who can only write to it may forge an event.
        "symmetric_encryption_keys": secret_keys,
    }
    return {"default": {"BACKEND": BACKENDS[kind], "CONFIG": config}}
