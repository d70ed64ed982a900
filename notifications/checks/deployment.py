"""What only matters where strangers are: `manage.py check --deploy`."""

from typing import Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Warning, register

from notifications.checks import databases, layers

LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})


@register(deploy=True)
def check_redis(**kwargs: Any) -> list[CheckMessage]:
    """W030 to W032: nobody else may read or write what goes over the layer."""
    layer = layers.configured()
    found: list[CheckMessage] = []
    for host in layers.hosts(layer):
        url = urlsplit(str(host["address"]))
        if url.scheme != "unix" and not (url.password or host.get("password")):
            found.append(_warning("Redis asks for no password.", "redis://:PASSWORD@…", "W030"))
        if url.scheme == "redis" and url.hostname not in LOCAL:
            found.append(_warning("Redis on another machine without TLS.", "rediss://…", "W031"))
    if any(layers.hosts(layer)) and not layer.get("CONFIG", {}).get("symmetric_encryption_keys"):
        cure = '"CONFIG": {"symmetric_encryption_keys": [SECRET_KEY]}'
        found.append(_warning("Who can write to Redis can forge events.", cure, "W032"))
    return found


@register(deploy=True)
def check_postgresql(**kwargs: Any) -> list[CheckMessage]:
    """W033: passwords and notifications do not go over a network in the clear."""
    database = databases.configured()
    if databases.vendor(database) not in databases.POSTGRESQL:
        return []
    host = str(database.get("HOST", ""))
    encrypted = database.get("OPTIONS", {}).get("sslmode") in ENCRYPTED
    if host in LOCAL or host.startswith("/") or encrypted:
        return []
    return [
        _warning(
            "PostgreSQL on another machine without TLS.",
            "Add ?sslmode=verify-full to DATABASE_URL.",
            "W033",
        )
    ]


def _warning(text: str, cure: str, number: str) -> Warning:
    return Warning(text, hint=cure, id=f"noticeboard.{number}")
