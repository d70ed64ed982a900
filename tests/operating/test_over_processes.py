"""Two processes without Redis: what an operator sees and does at one holds for both."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.support.readers import EventStreamReader, Reader, WebSocketReader, all_of
from tests.support.services import new_postgres_database
from tests.support.site import DEADLINE, Site

#: Two looks at the log, on a machine that is busy with something else.
SOON = 10.0


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    running = Site(new_postgres_database(), processes=2)
    yield running
    running.close()


@pytest.fixture
def people(site: Site) -> SimpleNamespace:
    found = SimpleNamespace(**site.do("people", prefix=f"t{uuid.uuid4().hex[:6]}"))
    site.do("make_operator", username=found.bob)
    return found


@pytest_asyncio.fixture
async def operator(site: Site, people: SimpleNamespace) -> AsyncIterator[httpx.AsyncClient]:
    """bob at the first process."""
    cookies = {"sessionid": site.do("session", username=people.bob)}
    base = f"http://{site.address(0)}"
    async with httpx.AsyncClient(base_url=base, cookies=cookies, timeout=DEADLINE) as client:
        yield client


async def listed(
    operator: httpx.AsyncClient, username: str, fits: Callable[[list[Any]], bool]
) -> list[Any]:
    """The connections of somebody, once they are as expected."""
    rows: list[Any] = []
    async with asyncio.timeout(DEADLINE):
        while not rows or not fits(rows[-1]):
            answer = await operator.get("/api/operators/", params={"user": username})
            assert answer.status_code == 200, answer.text
            # Until every process has answered nobody knows that there are none.
            if "Asking" not in answer.json()["line"]:
                rows.append(answer.json()["connections"])
            await asyncio.sleep(0.1)
    return list(rows[-1])


def lags(rows: Iterable[dict[str, Any]]) -> list[int]:
    return [row["lag"] for row in rows]


async def order(operator: httpx.AsyncClient, **fields: Any) -> None:
    page = await operator.get("/operators/disconnect/", params=fields)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token, page.text
    answer = await operator.post(
        "/operators/disconnect/", data={**fields, "csrfmiddlewaretoken": token[1]}
    )
    assert answer.status_code == 302, answer.text


def readers_of(site: Site, session: str) -> tuple[Reader, Reader]:
    """A stream at the first process, a WebSocket at the second."""
    stream = EventStreamReader(site, session, server=0)
    return stream, WebSocketReader(site, session, server=1)


def last_words(reader: Reader) -> dict[str, Any]:
    closing = [each for each in reader.controls if each["control"] == "closing"]
    return closing[-1] if closing else {}


async def test_it_lists_who_is_connected_to_either(
    site: Site, people: SimpleNamespace, operator: httpx.AsyncClient
) -> None:
    session = site.do("session", username=people.alice)
    async with all_of(*readers_of(site, session)):
        rows = await listed(operator, people.alice, lambda rows: lags(rows) == [0, 0])
        assert {row["transport"] for row in rows} == {"sse", "websocket"}
        assert len({row["process"] for row in rows}) == 2
        assert {row["username"] for row in rows} == {people.alice}
    assert await listed(operator, people.alice, lambda rows: not rows) == []


async def test_a_person_is_disconnected_from_both_and_kept_away_by_both(
    site: Site, people: SimpleNamespace, operator: httpx.AsyncClient
) -> None:
    session = site.do("session", username=people.alice)
    key = people.alice_topic.removeprefix("user.")
    bystander = WebSocketReader(site, site.do("session", username=people.charlie), server=1)
    stream, socket = readers_of(site, session)
    # As the pages do: they come back when they were told to.
    stream.polite = socket.polite = True
    async with all_of(stream, socket, bystander), httpx.AsyncClient() as client:
        begun = time.monotonic()
        await order(operator, user=key, how="person")
        for each in (stream, socket):
            await each.until(lambda each=each: last_words(each), "told to go")  # type: ignore[misc]
            assert each.heard - begun < SOON
        assert last_words(socket)["reason"] == "disconnected"
        assert 60_000 <= last_words(socket)["after_ms"] <= 65_000
        for number in (0, 1):
            url = f"http://{site.address(number)}/api/events/"
            # With the ticket that the socket was given: it lets in without a question.
            for ticket in (None, socket.ticket):
                asked = {"ticket": ticket} if ticket else {}
                refused = await client.get(
                    url, params=asked, headers={"Cookie": f"sessionid={session}"}
                )
                assert refused.status_code == 429
                assert refused.json()["error"]["code"] == "disconnected"
                assert 0 < int(refused.headers["retry-after"]) <= 60
        site.do("notify", title="Still here", to="all")
        await bystander.told("Still here")
        assert bystander.connects == 1
        assert await listed(operator, people.alice, lambda rows: not rows) == []


async def test_who_is_signed_out_is_gone_from_both(
    site: Site, people: SimpleNamespace, operator: httpx.AsyncClient
) -> None:
    session = site.do("session", username=people.alice)
    key = people.alice_topic.removeprefix("user.")
    async with all_of(*readers_of(site, session)) as (stream, socket):
        await order(operator, user=key, how="sign_out")
        for each in (stream, socket):
            await each.until(lambda each=each: each.signed_out, "signed out")  # type: ignore[misc]


async def test_one_connection_is_closed_at_the_other_process(
    site: Site, people: SimpleNamespace, operator: httpx.AsyncClient
) -> None:
    session = site.do("session", username=people.alice)
    async with all_of(*readers_of(site, session)) as (stream, socket):
        rows = await listed(operator, people.alice, lambda rows: len(rows) == 2)
        (tag,) = [row["id"] for row in rows if row["transport"] == "websocket"]
        await order(operator, connection=tag, user=rows[0]["user"], how="connection")
        # It is away for moments only, and comes back by itself.
        await socket.until(lambda: socket.connects == 2, "back again")
        assert last_words(socket)["reason"] == "disconnected"
        assert stream.connects == 1
