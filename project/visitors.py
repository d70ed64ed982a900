"""Whose address a request comes from: the log-in throttle counts by it."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of the client, as told by the nearest ``settings.PROXIES`` proxies.

    None where there is none: behind a Unix socket, for one.

    Every proxy appends the address that it saw to X-Forwarded-For. Only as many entries as there
    are proxies of ours, counted from the right, are theirs; what stands left of them is made up by
    whoever asks.
    """
    address: str | None = request.META.get("REMOTE_ADDR") or None
    if not settings.PROXIES:
        return address
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    return (seen[-settings.PROXIES] if len(seen) >= settings.PROXIES else seen[0]) or address
