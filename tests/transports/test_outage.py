"""A real server whose database goes away: what it says of itself meanwhile, and afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.chaos.postgres import Postgres
from tests.support.site import Site, wait_until
from tests.transports.conftest import SECONDS

TOKEN = "a token for the tests only"


@pytest.fixture(scope="module")
def postgres() -> Postgres:
    """A cluster of its own; it ends with the process."""
    return Postgres()


@pytest.fixture(scope="module")
def alone(postgres: Postgres) -> Iterator[httpx.Client]:
    """A site on that database."""
    site = Site(postgres.new_database(), environment={"METRICS_TOKEN": TOKEN})
    with httpx.Client(base_url=f"http://{site.address()}", timeout=SECONDS) as client:
        yield client
    site.close()
    for pipe in (site.writer.process.stdin, site.writer.process.stdout):
        if pipe is not None:
            pipe.close()


def said(client: httpx.Client, path: str) -> tuple[int, str]:
    answer = client.get(path)
    return answer.status_code, answer.text.strip()


def readable(client: httpx.Client) -> bool:
    """What the figures say; to read them with the token needs no database."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return "noticeboard_log_readable 1.0" in answer.text


def test_it_lives_and_is_not_ready_until_its_database_is_back(
    postgres: Postgres, alone: httpx.Client
) -> None:
    wait_until(lambda: said(alone, "/readyz") == (200, "ready"), "it is ready")
    assert readable(alone)
    postgres.stop("immediate")
    wait_until(lambda: said(alone, "/readyz") == (503, "no database"), "it is not ready")
    assert said(alone, "/healthz") == (200, "alive")
    assert not readable(alone)
    postgres.start()
    wait_until(lambda: said(alone, "/readyz") == (200, "ready"), "it is ready again")
    assert readable(alone)
