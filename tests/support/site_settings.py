"""The project's settings for a site that a test starts: short times, and options by environment."""

import json
import os

from project import settings as project
from project.settings import *  # noqa: F403

NOTICEBOARD = {
    **getattr(project, "NOTICEBOARD", {}),
    "HEARTBEAT_SECONDS": 1,
    "REVALIDATE_SECONDS": 2,
    "GRACE_SECONDS": 6,
    "ACTIONS_PER_MINUTE": 100_000,
    "POSTS_PER_MINUTE": 100_000,
    "CONNECTIONS_PER_USER": 1_000,
    # Tests count what is in the log.
    "CANARY_SECONDS": 0,
    **json.loads(os.environ.get("SITE_OPTIONS", "{}")),
}

# Sign-in is not what these sites test, and a slow hash would be most of their set-up.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False

ROOT_URLCONF = "tests.support.site_urls"
