"""DATABASES from one URL, with the options that the log needs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dj_database_url

from project.env import Environment

SCHEMES = ("sqlite", "postgres", "postgresql")

# A writer waits this long for another's transaction before "database is locked".
SQLITE_BUSY_SECONDS = 20
# And this long where somebody waits for an answer: "unavailable, try again" is one.
SERVING_BUSY_SECONDS = 5


def databases(env: Environment, var: Path, production: bool) -> dict[str, Any]:
    """Django's DATABASES from ``DATABASE_URL``; without it SQLite at ``var/db.sqlite3``."""
    url = env.url("DATABASE_URL", SCHEMES, default=f"sqlite:///{var / 'db.sqlite3'}")
    # Under ASGI a persistent connection would belong to a thread that nobody closes.
    database: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=0))
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"] == "django.db.backends.sqlite3":
        synchronous = env.choice(
            "SQLITE_SYNCHRONOUS", ("normal", "full"), default="full" if production else "normal"
        )
        options.update(_sqlite_options(synchronous))
        Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    else:
        options["pool"] = _pool(env.number("DATABASE_POOL", default=10, least=2))
    return {"default": database}


def wait_less(configured: Mapping[str, dict[str, Any]]) -> None:
    """Have every connection that this process opens from now on give up sooner on a locked file."""
    for database in configured.values():
        if database["ENGINE"] == "django.db.backends.sqlite3":
            options = database["OPTIONS"]
            usual = options.get("timeout", SERVING_BUSY_SECONDS)
            options["timeout"] = min(usual, SERVING_BUSY_SECONDS)


def _sqlite_options(synchronous: str) -> dict[str, Any]:
    # IMMEDIATE takes the write lock at BEGIN: read-then-write in a deferred transaction fails
    # at once under load, whatever the timeout.
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": SQLITE_BUSY_SECONDS,
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous.upper()};",
    }


def _pool(largest: int) -> dict[str, Any]:
    # Only who has PostgreSQL needs its driver.
    from project.pooling import RECONNECT_SECONDS, try_again

    return {
        "min_size": 1,
        "max_size": largest,
        # An exhausted pool answers after ten seconds with an error, and not never.
        "timeout": 10,
        "reconnect_timeout": RECONNECT_SECONDS,
        "reconnect_failed": try_again,
    }
