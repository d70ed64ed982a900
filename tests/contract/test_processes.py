"""Posts reach the pages of every process: at once through Redis, and without it by the log."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import httpx
import pytest

from tests.contract.cases import told_exactly
from tests.contract.conftest import run
from tests.support.readers import Reader
from tests.support.services import new_postgres_database, new_valkey
from tests.support.site import Site

Make = Callable[..., Reader]
POSTS = 3


def post(site: Site, session: str, room: str, text: str, server: int) -> None:
    """Post over HTTP at one of the processes, as a page does."""
    address = f"http://{site.address(server)}"
    with httpx.Client(base_url=address, cookies={"sessionid": session}, timeout=60) as client:
        client.get("/")
        headers = {"X-CSRFToken": client.cookies["csrftoken"]}
        answer = client.post(f"/api/rooms/{room}/posts/", json={"text": text}, headers=headers)
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def with_redis() -> Iterator[Site]:
    # The look at the log is so rare that only Redis can have brought what comes in time.
    options = {"RECONCILE_SECONDS": 30}
    site = Site(new_postgres_database(), new_valkey(), processes=2, options=options)
    yield site
    site.close()


@pytest.fixture(scope="module")
def without_redis() -> Iterator[Site]:
    site = Site(new_postgres_database(), processes=2)
    yield site
    site.close()


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Site:
    """The site of the test class."""
    kept: Site = request.getfixturevalue(request.cls.kept)
    return kept


class Spreading:
    """Two processes: bob posts at the first, alice reads at the second."""

    kept: str
    slowest: float

    def test_posts_spread_from_one_process_to_another(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            times = []
            async with reader("alice", after=start, server=1) as alice:
                for number in range(POSTS):
                    began = time.monotonic()
                    await asyncio.to_thread(
                        post, site, people.session["bob"], people.den, f"p{number}", 0
                    )
                    await alice.until(lambda n=number: len(alice.events) > n, "the post")
                    times.append(time.monotonic() - began)
                await told_exactly(alice, site, people.alice, start)
            texts = [event["data"]["text"] for event in alice.events]
            assert texts == [f"p{number}" for number in range(POSTS)]
            # The middle one: the machine may be busy with something else now and then.
            assert statistics.median(times) < self.slowest

        run(tell())


class TestWithRedis(Spreading):
    kept = "with_redis"
    slowest = 2.0


class TestWithoutRedis(Spreading):
    kept = "without_redis"
    # A second by the default of RECONCILE_SECONDS, and what a poll and a busy machine add.
    slowest = 3.0
