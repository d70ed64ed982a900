"""CHANNEL_LAYERS from REDIS_URL. The layer only carries hints: the log is the truth."""

from typing import Any

from project.env import Environment
from project.redis_hosts import redis_hosts

BACKENDS = {
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
    "core": "channels_redis.core.RedisChannelLayer",
}


def channel_layers(env: Environment, secret_keys: list[str]) -> dict[str, Any]:
    """Channels' CHANNEL_LAYERS from ``REDIS_URL``; without it the layer of one process."""
    hosts = redis_hosts(env.text("REDIS_URL"))
    kind = env.choice("REDIS_LAYER", BACKENDS, default="pubsub")
    if not hosts:
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    config = {
        "hosts": hosts,
        "prefix": env.text("REDIS_PREFIX", "noticeboard"),
        # Payloads pass through Redis: nobody who can only write to it may forge an event.
        "symmetric_encryption_keys": secret_keys,
    }
    return {"default": {"BACKEND": BACKENDS[kind], "CONFIG": config}}
