"""The settings of a site that rows break: the tests', with other channel layers by environment."""

import os

from tests.support.site_settings import *  # noqa: F403

LAYER = os.environ.get("CHAOS_LAYER", "")

if LAYER == "none":
    # Nobody hears anybody: what reaches the pages has been found in the log.
    CHANNEL_LAYERS = {"default": {"BACKEND": "tests.chaos.silence.SilentLayer"}}
elif LAYER == "core":
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {
                "hosts": [{"address": os.environ["REDIS_URL"], "socket_timeout": 15}],
                "prefix": "chaos",
                "group_expiry": int(os.environ.get("CHAOS_GROUP_EXPIRY", "86400")),
                "capacity": int(os.environ.get("CHAOS_CAPACITY", "100")),
            },
        }
    }
