"""Redis goes and comes back, a server process is killed: nothing is lost and nothing told twice."""

import asyncio
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from tests.contract.cases import told_exactly
from tests.contract.conftest import make_site, run
from tests.support.readers import Reader, all_of
from tests.support.site import Site

Make = Callable[..., Reader]


@pytest.fixture(scope="module")
def own_site() -> Iterator[Site]:
    """Two processes on PostgreSQL and Valkey that this file may break."""
    site = make_site("postgresql")
    yield site
    site.close()


@pytest.fixture
def site(own_site: Site) -> Site:
    return own_site


async def publishing(site: Site, people: SimpleNamespace, count: int) -> None:
    for number in range(count):
        await asyncio.to_thread(site.do, "notify", title=f"f{number}", to=[people.team])
        await asyncio.sleep(0.02)


def test_redis_stops_and_starts_while_others_publish(
    site: Site, people: SimpleNamespace, reader: Make
) -> None:
    async def tell() -> None:
        start = site.do("head")
        async with all_of(
            reader("alice", after=start), reader("bob", after=start, server=1)
        ) as readers:
            writing = asyncio.create_task(publishing(site, people, 30))
            await readers[0].told("f4")
            await asyncio.to_thread(site.valkey.stop)
            await readers[0].told("f15")
            await asyncio.to_thread(site.valkey.start)
            await writing
            for one, who in zip(readers, (people.alice, people.bob), strict=True):
                await told_exactly(one, site, who, start)
                assert not one.resets

    run(tell())


def test_a_server_process_is_killed_while_others_publish(
    site: Site, people: SimpleNamespace, reader: Make
) -> None:
    async def tell() -> None:
        start = site.do("head")
        async with all_of(
            reader("alice", after=start), reader("bob", after=start, server=1)
        ) as readers:
            writing = asyncio.create_task(publishing(site, people, 30))
            await readers[0].told("f4")
            site.kill(0)
            await writing
            try:
                for one, who in zip(readers, (people.alice, people.bob), strict=True):
                    await told_exactly(one, site, who, start)
                    assert not one.resets
            finally:
                await asyncio.to_thread(site.restart, 0)

    run(tell())


def test_every_server_process_is_killed_and_comes_back(
    site: Site, people: SimpleNamespace, reader: Make
) -> None:
    async def tell() -> None:
        start = site.do("head")
        async with reader("alice", after=start) as alice:
            await publishing(site, people, 3)
            await alice.told("f2")
            site.kill(0)
            site.kill(1)
            await asyncio.to_thread(site.do, "notify", title="while down", to=[people.team])
            await asyncio.to_thread(site.restart, 0)
            await asyncio.to_thread(site.restart, 1)
            await alice.told("while down")
            await told_exactly(alice, site, people.alice, start)
            assert not alice.resets

    run(tell())
