"""Run a test on another database than the suite's SQLite file.

The alias "default" gets another connection, in this process and all its threads, so that tests and
code under test need to know nothing of it. Most tests just take the fixture `database`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import dj_database_url
from asgiref.sync import SyncToAsync
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections

from tests.support.services import new_postgres_database


@contextmanager
def on_postgresql() -> Iterator[None]:
    """Be on a migrated PostgreSQL database; it is emptied at the end."""
    url, fresh = _postgresql()
    with _switched(url):
        if fresh:
            call_command("migrate", verbosity=0)
            _migrated.add(url)
        try:
            yield
        finally:
            call_command("flush", verbosity=0, interactive=False)


def database_url() -> str:
    """The DATABASE_URL of the database in use, for a subprocess."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    return _postgresql()[0]


_migrated: set[str] = set()


def _postgresql() -> tuple[str, bool]:
    url = _url()
    return url, url not in _migrated


@cache
def _url() -> str:
    return new_postgres_database()


@contextmanager
def _switched(url: str) -> Iterator[None]:
    before = connections.settings[DEFAULT_DB_ALIAS]
    parsed = {DEFAULT_DB_ALIAS: dict(dj_database_url.parse(url))}
    _use(connections.configure_settings(parsed)[DEFAULT_DB_ALIAS])
    try:
        yield
    finally:
        _use(before)


def _use(settings: dict[str, Any]) -> None:
    _drop_connection()
    # asgiref keeps one thread for async tests, with its own connection, over the whole run.
    SyncToAsync.single_thread_executor.submit(_drop_connection).result()
    connections.settings[DEFAULT_DB_ALIAS] = settings
    ContentType.objects.clear_cache()


def _drop_connection() -> None:
    connections[DEFAULT_DB_ALIAS].close()
    del connections[DEFAULT_DB_ALIAS]
