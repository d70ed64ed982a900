"""The server calls a function of a page, over every transport: four outcomes."""

import asyncio
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.contract.conftest import run
from tests.contract.test_signals import TOKEN, TRANSPORTS
from tests.support.readers import Reader
from tests.support.site import DEADLINE, Site

Make = Callable[..., Reader]
PATIENCE = 20.0


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def call(site: Site, client: str, function: str, seconds: float = PATIENCE) -> Any:
    """What a view of the site's project does when it calls the page; runs in a server process."""
    async with httpx.AsyncClient(timeout=DEADLINE) as http:
        asked = {"client": client, "function": function, "timeout": seconds}
        answer = await http.get(f"http://{site.address()}/test/call/", params=asked)
    assert answer.status_code == 200, site.logs()
    return answer.json()


async def page(reader: Reader, people: SimpleNamespace, site: Site) -> None:
    """Answer the next call as the page's client does; `silent` is not answered."""
    await reader.until(lambda: reader.signals, "the call")
    data = reader.signals[0]["data"]
    outcome = {
        "double": {"ok": {"sum": 42}},
        "throw": {"error": "out of paper"},
        "silent": None,
    }[data["function"]]
    if outcome is None:
        return
    async with httpx.AsyncClient(timeout=DEADLINE) as http:
        answer = await http.post(
            # Whichever process takes the answer passes it on.
            f"http://{site.address(1)}/api/calls/{data['ref']}/",
            json=outcome,
            headers={
                "Cookie": f"sessionid={people.session['bob']}; csrftoken={TOKEN}",
                "X-CSRFToken": TOKEN,
            },
        )
    assert answer.status_code == 200, answer.text


class Calls:
    database: str

    @pytest.mark.parametrize(
        ("function", "outcome"),
        [
            ("double", {"answer": {"sum": 42}}),
            ("throw", {"error": "CallFailed", "detail": "out of paper"}),
        ],
    )
    def test_a_page_answers_or_fails(
        self,
        site: Site,
        people: SimpleNamespace,
        reader: Make,
        function: str,
        outcome: dict[str, Any],
    ) -> None:
        async def tell() -> None:
            async with reader("bob", after=site.do("head")) as bob:
                await bob.until(lambda: bob.client, "a client id")
                calling = asyncio.create_task(call(site, bob.client, function))
                await page(bob, people, site)
                assert await calling == outcome

        run(tell())

    def test_a_page_that_does_not_answer_in_time(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            async with reader("bob", after=site.do("head")) as bob:
                await bob.until(lambda: bob.client, "a client id")
                told = await call(site, bob.client, "silent", 3.0)
                assert told["error"] == "CallTimedOut"
                assert len(bob.signals) == 1

        run(tell())

    def test_a_page_that_is_gone(self, site: Site, people: SimpleNamespace, reader: Make) -> None:
        async def tell() -> None:
            async with reader("bob", after=site.do("head")) as bob:
                await bob.until(lambda: bob.client, "a client id")
            told = await call(site, bob.client, "double", 3.0)
            assert told["error"] == "ClientGone"

        run(tell())

    def test_nobody_waits_longer_for_a_page_that_does_not_ask_again(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            async with reader("bob", after=site.do("head")) as bob:
                await bob.until(lambda: bob.client, "a client id")
            began = time.monotonic()
            told = await call(site, bob.client, "double", 40.0)
            assert told["error"] == "ClientGone"
            # A page that polls may be away for the grace, which is six seconds here.
            assert time.monotonic() - began < 30

        run(tell())

    def test_a_page_that_goes_before_it_answers(
        self, site: Site, people: SimpleNamespace, reader: Make, transport: str
    ) -> None:
        if transport in ("long-polling", "polling"):
            pytest.skip("a page that polls is never connected: it times out")

        async def tell() -> None:
            async with reader("bob", after=site.do("head")) as bob:
                await bob.until(lambda: bob.client, "a client id")
                calling = asyncio.create_task(call(site, bob.client, "silent"))
                await page(bob, people, site)
            told = await calling
            assert told["error"] == "ClientGone"

        run(tell())


class TestOnSQLite(Calls):
    database = "sqlite"


class TestOnPostgreSQL(Calls):
    database = "postgresql"
