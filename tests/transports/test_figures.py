"""``/metrics``: who may read the figures, and that they are those of all processes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth import get_user_model
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from notifications import notify, relay
from notifications.routing import application
from tests.support.site import Site, wait_until
from tests.transports.conftest import SECONDS, frame, socket_to
from tests.transports.test_server import Served, children, kill, serve

TOKEN = "a token for the tests only"


def values(text: str) -> dict[str, float]:
    """Name of a sample → its value, over all labels."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


def processes(text: str) -> set[str]:
    return {
        sample.labels["pid"]
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "noticeboard_log_head"
    }


class TestWhoMayRead:
    """The token, and staff."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest_asyncio.fixture(autouse=True)
    async def stopped(self) -> AsyncIterator[None]:
        yield
        relay.current().stop()

    async def ask(
        self, *headers: tuple[bytes, bytes], method: str = "GET"
    ) -> tuple[int, str, dict[bytes, bytes]]:
        asked = {
            "type": "http",
            "method": method,
            "path": "/metrics",
            "headers": [(b"host", b"testserver"), *headers],
            "query_string": b"",
            "scheme": "http",
            "client": ["127.0.0.1", 50_000],
        }
        communicator = ApplicationCommunicator(application, asked)
        await communicator.send_input({"type": "http.request"})
        start = await communicator.receive_output(SECONDS)
        body = await communicator.receive_output(SECONDS)
        await communicator.wait(SECONDS)
        return start["status"], body["body"].decode(), dict(start["headers"])

    def session(self, name: str, is_staff: bool) -> tuple[bytes, bytes]:
        user = get_user_model().objects.create_user(name, is_staff=is_staff)
        client = Client()
        client.force_login(user)
        return b"cookie", b"sessionid=" + client.cookies["sessionid"].value.encode()

    async def test_not_a_visitor_even_from_this_machine(self) -> None:
        status, body, headers = await self.ask()
        assert (status, headers[b"www-authenticate"]) == (401, b'Bearer realm="metrics"')
        assert "noticeboard_" not in body

    async def test_not_a_user_who_is_not_staff(self) -> None:
        cookie = await sync_to_async(self.session)("charlie", is_staff=False)
        status, body, _headers = await self.ask(cookie)
        assert status == 403
        assert "noticeboard_" not in body

    async def test_staff(self) -> None:
        cookie = await sync_to_async(self.session)("alice", is_staff=True)
        status, body, headers = await self.ask(cookie)
        assert status == 200
        assert "noticeboard_connections" in body
        assert headers[b"cache-control"] == b"no-store, private"

    async def test_who_has_the_token(self, settings: Any) -> None:
        settings.NOTICEBOARD = {"METRICS_TOKEN": TOKEN}
        status, body, _headers = await self.ask((b"authorization", b"Bearer " + TOKEN.encode()))
        assert status == 200
        assert "noticeboard_connections" in body

    @pytest.mark.parametrize("told", ["Bearer wrong", "Bearer ", "Basic YTpi", "", "Bearer \xe9"])
    @pytest.mark.parametrize("right", [TOKEN, ""])
    async def test_not_who_has_another_one(self, settings: Any, told: str, right: str) -> None:
        settings.NOTICEBOARD = {"METRICS_TOKEN": right} if right else {}
        status, _body, _headers = await self.ask((b"authorization", told.encode("latin-1")))
        assert status == 401

    async def test_it_is_only_to_be_read(self) -> None:
        status, _body, headers = await self.ask(method="POST")
        assert (status, headers[b"allow"]) == (405, b"GET, HEAD")

    async def test_what_is_published_is_counted(self, settings: Any) -> None:
        settings.NOTICEBOARD = {"METRICS_TOKEN": TOKEN}
        token = (b"authorization", b"Bearer " + TOKEN.encode())
        before = values((await self.ask(token))[1])
        await sync_to_async(notify)("One", to="all")
        await sync_to_async(notify)("Two", to="all")
        after = values((await self.ask(token))[1])
        for name in ("noticeboard_publish_total", "noticeboard_stamp_lag_seconds_count"):
            assert after[name] - before[name] == 2


@pytest.fixture(scope="module")
def served(site: Site, people: SimpleNamespace) -> Iterator[Served]:
    """After the people are there: who waits for a quiet log would wait for ever with canaries."""
    environment = site.environment
    options = json.loads(environment["SITE_OPTIONS"]) | {"CANARY_SECONDS": 0.5}
    site.environment = environment | {
        "METRICS_TOKEN": TOKEN,
        "SITE_OPTIONS": json.dumps(options),
    }
    try:
        with serve(site, "--workers", "2") as served:
            yield served
    finally:
        site.environment = environment


def read(served: Served) -> str:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx.get(f"http://{served.address()}/metrics", headers=headers, timeout=SECONDS)
    assert answer.status_code == 200
    return answer.text


def both(served: Served) -> bool:
    """Whether both have read the log: who is asked to start with is chance."""
    return len(processes(read(served))) == 2


def test_any_of_them_answers_for_all(
    served: Served, site: Site, cookie: dict[str, str], people: SimpleNamespace
) -> None:
    wait_until(lambda: both(served), "both tell their figures")
    before = values(read(served))
    start = site.do("head")
    sockets = [socket_to(served, cookie, f"?after={start}") for _ in range(6)]  # type: ignore[arg-type]
    opened = [socket.__enter__() for socket in sockets]
    try:
        for socket in opened:
            assert frame(socket)["control"] == "ready"
        wait_until(
            lambda: values(read(served))["noticeboard_connections"] == len(opened),
            "all connections are counted",
        )
        site.do("notify", title="One", to=[people.alice_topic])
        for socket in opened:
            assert frame(socket)["data"]["title"] == "One"
        delivered = before["noticeboard_deliveries_total"] + len(opened)
        wait_until(
            lambda: values(read(served))["noticeboard_deliveries_total"] == delivered,
            "all deliveries are counted",
        )
    finally:
        for context in sockets:
            context.__exit__(None, None, None)


def test_one_that_died_has_no_gauges_and_its_counts_stay(served: Served) -> None:
    wait_until(lambda: both(served), "both tell their figures")
    before = values(read(served))["noticeboard_deliveries_total"]
    dead = children(served.program.process.pid)[0]
    kill(dead)
    wait_until(lambda: str(dead) not in processes(read(served)), "it is forgotten")
    assert values(read(served))["noticeboard_deliveries_total"] >= before
    assert Path(f"/proc/{served.program.process.pid}").exists()


def test_the_canary_of_each_comes_back(served: Served) -> None:
    wait_until(lambda: both(served), "both tell their figures")
    before = values(read(served))["noticeboard_canary_seconds_count"]
    wait_until(
        lambda: values(read(served))["noticeboard_canary_seconds_count"] >= before + 4,
        "canaries come back",
    )
    assert values(read(served)).get("noticeboard_canary_misses_total", 0) == 0
