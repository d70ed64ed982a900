"""Who is at the other end of a request, what it asks for, and whether its page may ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from notifications import relay
from notifications.conf import options
from notifications.errors import BadRequest, Forbidden, OldVersion, SignedOut
from notifications.rights import Admission

#: How we speak; a page that says none speaks so.
VERSION = "1"
#: A request names its cursor, its wait and at most fifty topics.
MOST_FIELDS = 100
#: What Django allows in DEBUG when ALLOWED_HOSTS is empty.
LOCAL_HOSTS = (".localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}
#: No name of a host is longer, with its port.
LONGEST_HOST = 300
#: The same few hosts and origins are asked about at each connect.
MOST_REMEMBERED = 64

Scope = dict[str, Any]
Origin = tuple[str, str, int | None]


@dataclass(frozen=True, slots=True)
class Handshake:
    """A request as the transports need it. ``query`` has every field with all its values."""

    session_key: str | None
    query: dict[str, list[str]]

    @classmethod
    def of(cls, scope: Scope, origin_required: bool = False) -> Handshake:
        """Read a request; raises ``bad_request``, ``bad_origin`` and ``old_version``."""
        _check_origin(scope, origin_required)
        query = _query(scope)
        if query.get("v", [VERSION])[-1] != VERSION:
            raise OldVersion
        return cls(session_key(scope), query)

    @property
    def asked(self) -> tuple[str, ...]:
        """The topics that are asked for beyond the reader's own."""
        return tuple(self.query.get("topic", ()))

    def last(self, name: str) -> str | None:
        """The last value of a field, None if it is not there."""
        values = self.query.get(name)
        return values[-1] if values else None

    async def admit(self, more: tuple[str, ...] = ()) -> Admission:
        """What this reader may read; raises ``signed_out`` if that is nothing at all."""
        ticket = self.last("ticket")
        admission = await relay.current().admit(self.session_key, self.asked + more, ticket)
        if admission.anonymous and not admission.topics:
            raise SignedOut
        return admission


def header(scope: Scope, name: bytes) -> str | None:
    """A header's value; several of one name are joined as HTTP says. None if there is none."""
    values = [value for key, value in scope["headers"] if key == name]
    return b",".join(values).decode("latin-1") if values else None


def session_key(scope: Scope) -> str | None:
    """The session's key in the cookies of a request."""
    # HTTP/2 may split the cookies over several headers.
    cookies = [value.decode("latin-1") for key, value in scope["headers"] if key == b"cookie"]
    return parse_cookie("; ".join(cookies)).get(settings.SESSION_COOKIE_NAME) or None


def _query(scope: Scope) -> dict[str, list[str]]:
    text = scope.get("query_string", b"").decode("latin-1")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise BadRequest from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _check_origin(scope: Scope, required: bool) -> None:
    """Only pages of this site, and of the origins that the settings name, may read with a cookie.

    A browser always says where a WebSocket is opened from; it does not for a GET to the own site.
    """
    own = _own_origin(scope)
    text = header(scope, b"origin")
    if text is None and not required:
        return
    origin = parse_origin(text or "")
    if origin is None or not (origin == own or any(_fits(origin, each) for each in _named())):
        raise Forbidden(code="bad_origin")


def _own_origin(scope: Scope) -> Origin | None:
    forwarded = header(scope, b"x-forwarded-host") if settings.USE_X_FORWARDED_HOST else None
    host = (forwarded or header(scope, b"host") or "").lower()
    allowed = settings.ALLOWED_HOSTS or (LOCAL_HOSTS if settings.DEBUG else ())
    # Without this a name that an attacker lets point here would be "the same origin".
    if len(host) > LONGEST_HOST or not _is_ours(host, tuple(allowed)):
        raise BadRequest
    return parse_origin(f"{_scheme(scope)}://{host}")


@lru_cache(maxsize=MOST_REMEMBERED)
def _is_ours(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _scheme(scope: Scope) -> str:
    # Only where the settings say that a proxy sets it: anybody can send the header.
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        told = header(scope, name.removeprefix("HTTP_").replace("_", "-").lower().encode())
        if told is not None:
            return "https" if told.split(",", 1)[0].strip() == secure else "http"
    return "https" if scope.get("scheme") in ("https", "wss") else "http"


def parse_origin(text: str) -> Origin | None:
    """Scheme, host and port of an origin as a browser sends it; None if it is not one."""
    return _parsed(text.lower()) if len(text) <= LONGEST_HOST else None


@lru_cache(maxsize=MOST_REMEMBERED)
def _parsed(text: str) -> Origin | None:
    if not (text.isascii() and text.isprintable()) or " " in text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    # "http://a/b" and "http://u@a" are no origins.
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return None
    if f"{parts.scheme}://{parts.netloc}" != text or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port


def _named() -> Iterator[str]:
    yield from options.ORIGINS
    yield from settings.CSRF_TRUSTED_ORIGINS


def _fits(origin: Origin, named: str) -> bool:
    """Whether an origin is the one of the settings, which may begin with ``*.`` as in Django."""
    scheme, _, host = named.partition("://")
    if not host.startswith("*."):
        return origin == parse_origin(named)
    pattern = parse_origin(f"{scheme}://{host[2:]}")
    if pattern is None or (origin[0], origin[2]) != (pattern[0], pattern[2]):
        return False
    return origin[1].endswith("." + pattern[1])
