"""Steps of long work: each a small transaction, with a turn for everybody else between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections, transaction

from notifications.conf import options

# However long a step took: nobody who waits for SQLite's one lock looks for it less often.
LONGEST_PAUSE = 0.25

#: Called with a kind and how many of it are done.
Progress = Callable[[str, int], None]


@contextmanager
def step() -> Iterator[None]:
    """One transaction; on SQLite then a pause as long as it took.

    Who waits there for the lock looks for it now and then, and would never find it free. Inside a
    caller's transaction there is nothing to leave to others before its end.
    """
    connection = connections[options.DATABASE]
    alone = connection.vendor == "sqlite" and not connection.in_atomic_block
    started = time.monotonic()
    with transaction.atomic(using=options.DATABASE):
        yield
    if alone:
        time.sleep(min(time.monotonic() - started, LONGEST_PAUSE))


def silent(kind: str, done: int) -> None:
    """Tell nobody how far it is."""
