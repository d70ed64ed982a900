"""Signal events on every transport: told once to whom they are for, and never logged."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.contract.conftest import run
from tests.support.readers import READERS, Reader, all_of
from tests.support.site import DEADLINE, Site

Make = Callable[..., Reader]
TOKEN = "a" * 32

#: A reader that changes its transport is another page each time.
TRANSPORTS = [name for name in READERS if name != "switching"]


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def say(site: Site, people: SimpleNamespace, who: str | None, server: int = 0, **body: Any) -> Any:
    """What a page does without a socket."""
    session = f"sessionid={people.session[who]}; " if who else ""
    answer = httpx.post(
        f"http://{site.address(server)}/api/signals/",
        json=body,
        headers={"Cookie": f"{session}csrftoken={TOKEN}", "X-CSRFToken": TOKEN},
        timeout=DEADLINE,
    )
    assert answer.status_code < 500, site.logs()
    return answer


def point(site: Site, people: SimpleNamespace, x: float, **body: Any) -> str:
    data = {"x": x, "y": 0, "name": "somebody else"}
    fields = {"to": f"room.{people.den}", "type": "pointer", "data": data, **body}
    answer = say(site, people, fields.pop("who", "alice"), **fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def ids(reader: Reader) -> list[str]:
    return [signal["id"] for signal in reader.signals]


def names_in(reader: Reader) -> list[str]:
    return [each["data"]["name"] for each in reader.signals if each["type"] == "typing"]


def present(site: Site, room: str) -> list[str]:
    address = f"http://{site.address()}/api/rooms/{room}/present/"
    return list(httpx.get(address, timeout=DEADLINE).json()["present"])


def named_visitor(site: Site, room: str, name: str) -> str:
    """The session of a visitor who has chosen a name."""
    with httpx.Client(base_url=f"http://{site.address()}", timeout=DEADLINE) as browser:
        browser.get(f"/rooms/{room}/")
        headers = {"X-CSRFToken": browser.cookies["csrftoken"]}
        browser.post(f"/rooms/{room}/name/", data={"name": name}, headers=headers)
        return str(browser.cookies["sessionid"])


class Signals:
    database: str

    def test_a_room_is_told_once_by_name_and_without_a_place_in_the_log(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with all_of(reader("bob", after=start), reader("charlie", after=start)) as (
                bob,
                charlie,
            ):
                sent = []
                for server in range(len(site.ports)):
                    body = {"typing": people.den}
                    sent.append(say(site, people, "alice", server, **body).json()["id"])
                await bob.until(lambda: len(bob.signals) == len(sent), "typing")
                site.do("notify", title="end", to=[people.bob_topic, people.charlie_topic])
                await bob.told("end")
                await charlie.told("end")
                assert sorted(ids(bob)) == sorted(sent)
                data = {"room": people.den, "name": "Alice Example"}
                assert bob.signals[0]["type"] == "typing"
                assert bob.signals[0]["data"] == data
                assert "cursor" not in bob.signals[0]
                assert charlie.signals == []
                assert site.do("head") == bob.cursors[-1]

        run(tell())

    def test_all_but_the_page_that_sends(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with all_of(reader("alice", after=start), reader("alice", after=start)) as (
                page,
                other,
            ):
                await page.until(lambda: page.client and other.client, "client ids")
                first = point(site, people, 1, client=page.client)
                await other.until(lambda: other.signals, "the pointer")
                last = point(site, people, 2, client=other.client)
                await page.until(lambda: page.signals, "the other's pointer")
                assert ids(page) == [last]
                assert ids(other) == [first]
                assert page.signals[0]["data"] == {"x": 2, "y": 0, "name": "Alice Example"}
                assert other.client not in str(page.signals)

        run(tell())

    def test_one_page_alone_by_its_client_id(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with all_of(reader("bob", after=start), reader("bob", after=start)) as (
                page,
                other,
            ):
                await page.until(lambda: page.client and other.client, "client ids")
                sent = point(site, people, 1, to=f"client:{page.client}")
                await page.until(lambda: page.signals, "the pointer")
                later = point(site, people, 2)
                await other.until(lambda: later in ids(other), "the room's pointer")
                assert ids(other) == [later]
                assert ids(page)[0] == sent

        run(tell())

    @pytest.mark.parametrize("to", ["user", "all"])
    def test_another_process_tells_a_user_and_everyone(
        self, site: Site, people: SimpleNamespace, reader: Make, to: str
    ) -> None:
        if self.database == "sqlite":
            pytest.skip("without a shared layer a signal stays in its process")

        async def tell() -> None:
            start = site.do("head")
            async with reader("bob", after=start) as bob:
                topic = people.bob_topic if to == "user" else "all"
                data = {"room": people.den, "name": people.prefix}
                sent = site.do("signal", type="typing", data=data, to=topic)
                await bob.until(lambda: sent in ids(bob), "the signal")
                site.do("notify", title="end", to=[people.bob_topic])
                await bob.told("end")
                assert ids(bob).count(sent) == 1

        run(tell())

    def test_a_visitor_is_called_as_he_wants_to_be(
        self, site: Site, people: SimpleNamespace, reader: Make, transport: str
    ) -> None:
        people.session["dora"] = named_visitor(site, people.lobby, "Dora")

        async def tell() -> None:
            asked = (f"room.{people.lobby}",)
            async with all_of(reader(None, topics=asked), reader("dora", topics=asked)) as (
                other,
                dora,
            ):
                await dora.until(lambda: other.client and dora.client, "client ids")
                assert "Dora" in present(site, people.lobby)
                if transport == "websocket":
                    await dora.socket.send(json.dumps({"do": "typing", "room": people.lobby}))
                else:
                    assert say(site, people, "dora", typing=people.lobby).status_code == 200
                await other.until(lambda: names_in(other), "typing")
                assert names_in(other) == ["Dora"]

        run(tell())

    def test_a_visitor_hears_a_public_room_and_speaks_where_he_may_post(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            asked = (f"room.{people.lobby}",)
            async with reader(None, after=site.do("head"), topics=asked) as visitor:
                await visitor.until(lambda: visitor.client, "a client id")
                assert say(site, people, None, typing=people.lobby).status_code == 200
                assert say(site, people, None, typing=people.den).status_code == 404
                await visitor.until(lambda: visitor.signals, "typing")
                assert visitor.signals[0]["data"]["name"] == "anonymous"

        run(tell())


class TestOnSQLite(Signals):
    database = "sqlite"


class TestOnPostgreSQL(Signals):
    database = "postgresql"
