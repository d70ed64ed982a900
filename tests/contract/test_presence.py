"""Who is in a room: told to those who have its page open, whatever transport they use."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.contract.conftest import run
from tests.contract.test_signals import TRANSPORTS
from tests.support.readers import Reader, all_of
from tests.support.site import DEADLINE, Site

Make = Callable[..., Reader]


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def present(site: Site, people: SimpleNamespace, who: str, server: int = 0) -> Any:
    async with httpx.AsyncClient(timeout=DEADLINE) as http:
        answer = await http.get(
            f"http://{site.address(server)}/api/rooms/{people.den}/present/",
            headers={"Cookie": f"sessionid={people.session[who]}"},
        )
    assert answer.status_code in (200, 404), site.logs()
    return answer.json().get("present", answer.status_code)


async def here(site: Site, people: SimpleNamespace, server: int, names: list[str]) -> None:
    """Wait until a process knows that these are here; it hears of the others' in its time."""
    async with asyncio.timeout(DEADLINE):
        while await present(site, people, "bob", server) != names:
            await asyncio.sleep(0.1)


def told(reader: Reader, type: str) -> list[str]:
    return [each["data"]["name"] for each in reader.signals if each["type"] == type]


class Presence:
    database: str

    def test_who_opens_the_room_joins_it_and_who_stays_away_has_left(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start, asked = site.do("head"), (f"room.{people.den}",)
            async with all_of(
                reader("alice", after=start, topics=asked),
                reader("charlie", after=start, topics=asked),
            ) as (alice, _charlie):
                await alice.until(lambda: alice.client, "a client id")
                server = len(site.ports) - 1
                async with reader("bob", after=start, topics=asked, server=server) as bob:
                    await alice.until(lambda: "Bob Example" in told(alice, "presence.joined"), "in")
                    names = ["Alice Example", "Bob Example"]
                    for number in range(len(site.ports)):
                        await here(site, people, number, names)
                    assert await present(site, people, "charlie") == 404
                    await bob.until(lambda: bob.client, "a client id")
                assert told(alice, "presence.left") == []
                await alice.until(lambda: told(alice, "presence.left"), "out")
                assert told(alice, "presence.left") == ["Bob Example"]
                assert told(alice, "presence.joined").count("Bob Example") == 1
                assert await present(site, people, "alice") == ["Alice Example"]

        run(tell())


class TestOnSQLite(Presence):
    database = "sqlite"


class TestOnPostgreSQL(Presence):
    database = "postgresql"
