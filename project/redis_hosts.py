"""The servers that REDIS_URL names, as channels-redis takes them: one, several, or by Sentinel."""

import re
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = ("redis", "rediss", "unix")
BY_SENTINEL = ("redis+sentinel", "rediss+sentinel")

# redis-py 8 ends a blocking read after 5 s by itself, and the layer takes that for an error.
SOCKET_SECONDS = 15
# Two Sentinels that do not answer still leave a hint time (BROADCAST_TIMEOUT) to find the third.
SENTINEL_SECONDS = 0.2
SENTINEL_PORT = 26379

# Between two URLs, not between two Sentinels of one.
COMMA = re.compile(r",\s*(?=[a-z+]+://)")


def redis_hosts(urls: str) -> list[dict[str, Any]]:
    """The hosts of a channel layer; several URLs have commas between them.

    ``redis+sentinel://:password@one:26379,two:26379/service/0?sentinel_password=…`` is the master
    that these Sentinels know by that name. A URL is never repeated in an error: it may hold a
    password.
    """
    return [_host(url.strip()) for url in COMMA.split(urls) if url.strip()]


def _host(url: str) -> dict[str, Any]:
    scheme = url.partition("://")[0]
    if scheme in BY_SENTINEL:
        return _by_sentinel(urlsplit(url), scheme == "rediss+sentinel")
    if scheme not in SCHEMES or "://" not in url:
        allowed = [f"{each}://" for each in (*SCHEMES, *BY_SENTINEL)]
        raise ImproperlyConfigured("REDIS_URL must begin with " + " or ".join(allowed))
    return {"address": url, "socket_timeout": SOCKET_SECONDS}


def _by_sentinel(url: SplitResult, encrypted: bool) -> dict[str, Any]:
    credentials, _, places = url.netloc.rpartition("@")
    name, _, password = credentials.partition(":")
    service, _, number = url.path.strip("/").partition("/")
    if not (service and places and (number or "0").isdigit()):
        raise ImproperlyConfigured(
            "REDIS_URL must name the service that the Sentinels watch, and perhaps a number: "
            "redis+sentinel://one:26379,two:26379/service/0"
        )
    known = _given(
        username=unquote(name), password=unquote(password), db=int(number or 0), ssl=encrypted
    )
    secret = parse_qs(url.query).get("sentinel_password", [""])[-1]
    return {
        "master_name": service,
        "sentinels": [_place(each) for each in places.split(",")],
        # Without its own retries, redis-py asks the next Sentinel only after seconds.
        "sentinel_kwargs": {
            "socket_timeout": SENTINEL_SECONDS,
            "retry": None,
            **_given(password=secret, ssl=encrypted),
        },
        "socket_timeout": SOCKET_SECONDS,
        **known,
    }


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _place(text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text.strip()}")
        if not parts.hostname:
            raise ValueError
        return parts.hostname, parts.port or SENTINEL_PORT
    except ValueError:
        raise ImproperlyConfigured(
            "REDIS_URL: a Sentinel is a host name, perhaps with a port: one:26379"
        ) from None
