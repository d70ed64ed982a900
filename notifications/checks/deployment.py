"""What only matters where strangers are; most of it `manage.py check --deploy` says."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

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


@register()
def check_strangers(**kwargs: Any) -> list[CheckMessage]:
    """E016 and E022: a neighbour on another machine that lets everybody in; not in DEBUG."""
    if settings.DEBUG:
        return []
    found: list[CheckMessage] = []
    database = databases.configured()
    if databases.vendor(database) in databases.POSTGRESQL and _is_open(database):
        cure = "postgresql://USER:PASSWORD@… in DATABASE_URL, or a client certificate."
        text = "PostgreSQL on another machine is used without a password."
        found.append(Error(text, hint=cure, id="noticeboard.E016"))
    for host in layers.hosts(layers.configured()):
        url = urlsplit(str(host["address"]))
        secret = url.password or host.get("password")
        if url.scheme != "unix" and url.hostname not in LOCAL and not secret:
            text = "Redis on another machine is used without a password."
            found.append(Error(text, hint="rediss://:PASSWORD@…", id="noticeboard.E022"))
    return found


def _is_open(database: dict[str, Any]) -> bool:
    host, opened = str(database.get("HOST") or ""), database.get("OPTIONS", {})
    if host in LOCAL or host.startswith("/"):
        return False
    known = database.get("PASSWORD") or opened.get("password")
    return not (known or opened.keys() & {"passfile", "sslcert", "service"})


def _warning(text: str, cure: str, number: str) -> Warning:
    return Warning(text, hint=cure, id=f"noticeboard.{number}")
