"""Visitors by the address they come from: nobody may take all the places there are for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from notifications.conf import options
from notifications.errors import TooMany
from notifications.rights import Admission
from notifications.transports.limits import network

HEADER = b"x-forwarded-for"
#: Asks a visitor who was refused to wait this long, in seconds.
TRY_AGAIN = 30


def address(scope: dict[str, Any]) -> str:
    """The client's address; a Unix socket has none."""
    client = scope.get("client")
    return str(client[0] or "") if client else ""


def forwarded(scope: dict[str, Any]) -> list[Any] | None:
    """The client as the nearest proxies of ours tell it, None if they don't.

    There are ``settings.PROXIES`` of them, if the project has that, else one. Each appends the
    address that it saw: what stands left of theirs is anybody's words.
    """
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == HEADER]
    seen = [part.strip() for value in values for part in value.split(",")]
    if not seen:
        return None
    proxies = getattr(settings, "PROXIES", 0) or 1
    told = seen[-proxies] if len(seen) >= proxies else seen[0]
    return [told, 0] if told else None


class Places:
    """The connections of visitors that hold on, by the network of their address."""

    def __init__(self) -> None:
        self._networks: dict[object, str] = {}
        self._taken: Counter[str] = Counter()

    def take(self, holder: object, admission: Admission, scope: dict[str, Any]) -> None:
        """Take a place for a visitor's connection; raises TooMany where there is none left.

        Users have a bound of their own, and an address that nobody knows is nobody's.
        """
        where = network(address(scope)) if admission.anonymous else ""
        if not where:
            return
        if self._taken[where] >= options.CONNECTIONS_PER_ADDRESS:
            raise TooMany(retry_after=TRY_AGAIN)
        self._networks[holder] = where
        self._taken[where] += 1

    @contextmanager
    def held(self, admission: Admission, scope: dict[str, Any]) -> Iterator[None]:
        """Hold a place meanwhile; raises TooMany."""
        holder = object()
        self.take(holder, admission, scope)
        try:
            yield
        finally:
            self.free(holder)

    def free(self, holder: object) -> None:
        """Give its place back; nothing happens if it has none."""
        where = self._networks.pop(holder, None)
        if where is not None:
            self._taken[where] -= 1
            if not self._taken[where]:
                del self._taken[where]


#: Those of this process.
places = Places()
