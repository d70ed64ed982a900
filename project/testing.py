"""The settings under pytest: nothing of the machine's environment reaches a test."""

import os

for name in ("DATABASE_URL", "REDIS_URL", "DEBUG", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"):
    os.environ.pop(name, None)
os.environ["ENVIRONMENT"] = "development"
os.environ["SECRET_KEY"] = "only for tests, and therefore allowed to stand here"

from project.settings import *  # noqa: E402, F403
from project.settings import DATABASES, VAR_DIR  # noqa: E402

# A file, as in production: SQLite in memory has no WAL, and locks whole tables between threads.
DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
