"""Sites of the contract: one process on SQLite, two on PostgreSQL and Valkey.

Each is kept for the whole run of a worker; tests keep apart by their own people and teams.
"""

import asyncio
import gc
import itertools
import uuid
import warnings
from collections.abc import Callable, Coroutine, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.readers import READERS, Reader
from tests.support.services import new_postgres_database, new_valkey
from tests.support.site import Site

numbers = itertools.count()


@pytest.fixture(scope="session")
def sites() -> Iterator[dict[str, Site]]:
    # What is loaded by now stays: the collections after each test need not look at it.
    gc.freeze()
    running: dict[str, Site] = {}
    yield running
    for site in running.values():
        site.close()


def make_site(database: str, **options: Any) -> Site:
    # Small enough that both ways of a replay, from memory and from the log, are tried.
    options = {"MEMORY_EVENTS": 200, **options}
    if database == "sqlite":
        # The writer is another process without a shared layer: the look at the log finds it all.
        return Site("", options={"RECONCILE_SECONDS": 0.3, **options})
    return Site(new_postgres_database(), new_valkey(), processes=2, options=options)


@pytest.fixture
def site(request: pytest.FixtureRequest, sites: dict[str, Site]) -> Site:
    """The site of the test class, with every process of it up."""
    database = request.cls.database
    if database not in sites:
        sites[database] = make_site(database)
    return sites[database]


@pytest.fixture(params=list(READERS))
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def people(site: Site) -> SimpleNamespace:
    """alice and bob of one team, charlie outside; their names, topics and session keys."""
    prefix = f"t{next(numbers)}x{uuid.uuid4().hex[:5]}"
    named = SimpleNamespace(**site.do("people", prefix=prefix), prefix=prefix)
    named.session = {
        name: site.do("session", username=getattr(named, name))
        for name in ("alice", "bob", "charlie")
    }
    return named


@pytest.fixture
def reader(site: Site, people: SimpleNamespace, transport: str) -> Callable[..., Reader]:
    """Make a reader of the test's transport: `reader("alice", after=cursor)`; None is a visitor."""

    def make(who: str | None, kind: str = transport, **named: Any) -> Reader:
        session = people.session[who] if who else None
        return READERS[kind](site, session, **named)

    return make


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run it, and close what the client libraries left open.

    A reader that is cut off while it connects leaves a socket to the collector; where it were found
    later, some other test would fail for it.
    """
    asyncio.run(test)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
