"""The pool of PostgreSQL connections comes back with its database."""

import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg_pool import ConnectionPool

from project.databases import databases
from project.env import Environment
from tests.chaos.postgres import Postgres

#: Long enough for the pool's own pauses to have grown to four seconds.
AWAY_SECONDS = 4.5
DEADLINE = 20


def asked(pool: ConnectionPool) -> bool:
    with suppress(psycopg.OperationalError), pool.connection(timeout=0.2) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)
    return False


def test_it_is_back_within_two_seconds_however_long_the_database_was_away() -> None:
    server = Postgres()
    url = server.url("postgres")
    options = databases(Environment({"DATABASE_URL": url}), Path(), production=True)
    given = options["default"]["OPTIONS"]["pool"]
    with ConnectionPool(url, **given) as pool:
        assert asked(pool)
        server.stop()
        end = time.monotonic() + AWAY_SECONDS
        while time.monotonic() < end:
            assert not asked(pool)
        server.start()
        back = time.monotonic()
        while not asked(pool):
            assert time.monotonic() < back + DEADLINE
        # A second between two tries, and the connecting; the machine may be busy.
        assert time.monotonic() - back < 2.5
