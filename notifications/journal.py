"""What happened to connections, for operators: a line each, by ids, without private data.

No names, addresses, topics, contents, cookies or tokens: a connection has its client id, a person
the number of the account. ``docs/operating.md`` lists the events and their fields.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from notifications import metrics

logger = logging.getLogger(__name__)

#: Refusals cost whoever causes them nothing, and disks are not endless.
MOST_REFUSALS = 100
REFUSALS_SECONDS = 1.0

CONNECTED, CLOSED = "connected", "closed"
DENIED, LIMITED = "denied", "limited"
SIGNED_IN, SIGN_IN_FAILED, SIGNED_OUT = "signed_in", "sign_in_failed", "signed_out"
DISCONNECTED = "disconnected"
LEFT_OUT = "left_out"


def note(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Write a line; a field without a value is left out.

    The fields are in the line as ``name=value``, and beside it for a formatter that keeps them
    apart (``record.noted``).
    """
    if not logger.isEnabledFor(level):
        return
    noted = {name: value for name, value in fields.items() if value not in (None, "")}
    words = " ".join((event, *(f"{name}={value}" for name, value in noted.items())))
    logger.log(level, "%s", words, extra={"noted": {"event": event, **noted}})


class Bound:
    """So many lines in a second; how many were left out is said with the first that comes later."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._begun = 0.0
        self._count = self._left_out = 0

    def passes(self) -> bool:
        """Whether one more may be written."""
        now = self._clock()
        with self._lock:
            left_out = 0
            if now - self._begun >= REFUSALS_SECONDS:
                left_out, self._left_out = self._left_out, 0
                self._begun, self._count = now, 0
            self._count += 1
            passes = self._count <= MOST_REFUSALS
            self._left_out += not passes
        if left_out:
            note(LEFT_OUT, level=logging.WARNING, count=left_out)
        return passes


_refusals = Bound()


def refused(code: str, status: int, **fields: Any) -> None:
    """Count an error, and note that somebody may not (401, 403) or has asked too much (429).

    ``status`` is the HTTP status that the error has.
    """
    metrics.DENIED.labels(code).inc()
    event = {401: DENIED, 403: DENIED, 429: LIMITED}.get(status)
    if event is not None and _refusals.passes():
        note(event, level=logging.WARNING, code=code, **fields)


@receiver(user_logged_in, dispatch_uid="noticeboard.journal")
def _signed_in(user: Any, **kwargs: Any) -> None:
    note(SIGNED_IN, user=user.pk)


@receiver(user_logged_out, dispatch_uid="noticeboard.journal")
def _signed_out(user: Any, **kwargs: Any) -> None:
    if user is not None:
        note(SIGNED_OUT, user=user.pk)


@receiver(user_login_failed, dispatch_uid="noticeboard.journal")
def _sign_in_failed(**kwargs: Any) -> None:
    # Not the name that was tried: it may be a password, typed into the wrong field.
    metrics.DENIED.labels(SIGN_IN_FAILED).inc()
    if _refusals.passes():
        note(SIGN_IN_FAILED, level=logging.WARNING)
