"""Fixtures of the whole suite: people, real servers, and both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import translation

from tests.support.databases import on_postgresql
from tests.support.services import Valkey, new_postgres_database, shared_valkey

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[str]:
    """Run the test on each database, with real commits; its name is "sqlite" or "postgresql"."""
    if request.param == "sqlite":
        yield "sqlite"
    else:
        with on_postgresql():
            yield "postgresql"


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A thread keeps the language that its last request was answered in, whatever test it was."""
    translation.activate("en")


@pytest.fixture
def postgresql_url() -> str:
    """The DATABASE_URL of a new, empty PostgreSQL database, for a subprocess."""
    return new_postgres_database()


@pytest.fixture
def valkey() -> Valkey:
    """The Valkey that the tests of this process share: don't stop it, make your own."""
    return shared_valkey()


@pytest.fixture
def make_user(request: pytest.FixtureRequest, db: None) -> Callable[[str], Any]:
    """Make a user, whose password is the name, on the database that the test runs on."""
    if "database" in request.fixturenames:
        request.getfixturevalue("database")
    return lambda name: get_user_model().objects.create_user(name, password=name)


@pytest.fixture
def alice(make_user: Callable[[str], Any]) -> Any:
    """The owner."""
    return make_user("alice")


@pytest.fixture
def bob(make_user: Callable[[str], Any]) -> Any:
    """The teammate."""
    return make_user("bob")


@pytest.fixture
def charlie(make_user: Callable[[str], Any]) -> Any:
    """The outsider."""
    return make_user("charlie")
