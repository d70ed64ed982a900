"""A pool that is back as soon as its database is."""

from __future__ import annotations

import contextlib
from typing import Any

from psycopg import OperationalError

#: The pool gives up a connection that it cannot make in this time, and tells us.
RECONNECT_SECONDS = 1.0
#: Only to be asked for is what makes it try; nobody waits for what comes of it.
ASK_SECONDS = 0.05


def try_again(pool: Any) -> None:
    """Have the pool begin to connect anew; it calls this whenever it has given up.

    By itself it doubles its pauses up to minutes, which a database that is back has to wait for.
    """
    with contextlib.suppress(OperationalError):
        pool.putconn(pool.getconn(timeout=ASK_SECONDS))
