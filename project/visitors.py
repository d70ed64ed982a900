"""Whose address a request comes from: the log-in throttle counts by it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of the client, as told by the nearest ``settings.PROXIES`` proxies.

    None where there is none: behind a Unix socket, for one. Of IPv6 the first one of the network,
    since a subscriber has all of it.

    Every proxy appends the address that it saw to X-Forwarded-For. Only as many entries as there
    are proxies of ours, counted from the right, are theirs; what stands left of them is made up by
    whoever asks.
    """
    address: str | None = request.META.get("REMOTE_ADDR") or None
    if not settings.PROXIES:
        return _counted(address)
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    told = seen[-settings.PROXIES] if len(seen) >= settings.PROXIES else seen[0]
    return _counted(told or address)


def _counted(address: str | None) -> str | None:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)
