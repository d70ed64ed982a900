"""How much one reader may ask for: allowances that fill up again with time."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections.abc import Callable, Hashable

from notifications.conf import options
from notifications.errors import TooMany

#: Above this many keys those whose allowance is full again are dropped.
MOST_KEYS = 10_000

#: Sixty a second never come evenly: so many seconds of signals may come at once.
SIGNAL_SECONDS = 2
#: A quick person's burst of frames passes, a loop does not.
FRAME_SECONDS = 5


class Allowance:
    """``size()`` things at once, and as many again in every ``seconds``, per key and process.

    Safe to use from several threads. ``clock`` gives seconds that never go back.
    """

    def __init__(
        self,
        size: Callable[[], int],
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._size = size
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        #: Key → the time at which its allowance is full again.
        self._full_at: dict[Hashable, float] = {}

    def spend(self, key: Hashable) -> None:
        """Take one; raises ``too_many`` with the seconds to wait when there is none left."""
        wait = self.take(key)
        if wait > 0:
            raise TooMany(retry_after=math.ceil(wait))

    def take(self, key: Hashable) -> float:
        """Take one and return 0, or take nothing and return how many seconds are to be waited."""
        now = self._clock()
        one = self._seconds / self._size()
        with self._lock:
            full_at = max(self._full_at.get(key, now), now) + one
            wait = full_at - now - self._seconds
            # A rounding error must not cost the last one.
            if wait > one / 2:
                return wait
            if len(self._full_at) >= MOST_KEYS:
                self._forget(now)
            self._full_at[key] = full_at
        return 0.0

    def wait(self, key: Hashable) -> float:
        """How many seconds are to be waited for one; takes nothing."""
        now = self._clock()
        with self._lock:
            left = max(self._full_at.get(key, now), now) + self._seconds / self._size()
        return max(left - now - self._seconds, 0.0)

    def _forget(self, now: float) -> None:
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}


def network(address: str) -> str:
    """Whose address it is: of IPv6 a subscriber has at least 2**64 of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address


#: Actions of one user (or of one visitor's connection), over all transports.
actions = Allowance(lambda: options.ACTIONS_PER_MINUTE, 60)
#: Posts of one user; they count as actions too.
posts = Allowance(lambda: options.POSTS_PER_MINUTE, 60)
#: Signal events and answers to calls of one page, or of one session over HTTP.
signals = Allowance(lambda: options.SIGNALS_PER_SECOND * SIGNAL_SECONDS, SIGNAL_SECONDS)
#: Frames of one WebSocket, whatever they say. Twice what signals alone may be: who keeps to their
#: limit is refused, not thrown out.
frames = Allowance(lambda: 2 * options.SIGNALS_PER_SECOND * FRAME_SECONDS, FRAME_SECONDS)
