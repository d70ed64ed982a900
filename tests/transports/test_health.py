"""Whether a process lives and may be given traffic, as load balancers ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from asgiref.testing import ApplicationCommunicator

from notifications import relay
from notifications.relay import beating
from notifications.relay.database import Threads
from notifications.routing import application
from notifications.transports.readiness import readiness

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 30


@pytest_asyncio.fixture(autouse=True)
async def stopped() -> AsyncIterator[None]:
    yield
    relay.current().stop()


async def ask(path: str, method: str = "GET") -> tuple[int, str, dict[bytes, bytes]]:
    asked = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
    communicator = ApplicationCommunicator(application, asked)
    start = await communicator.receive_output(SECONDS)
    body = await communicator.receive_output(SECONDS)
    await communicator.wait(SECONDS)
    return start["status"], body["body"].decode().strip(), dict(start["headers"])


async def until(path: str, answer: tuple[int, str]) -> None:
    async with asyncio.timeout(SECONDS):
        while (await ask(path))[:2] != answer:
            await asyncio.sleep(0.02)


async def test_a_process_lives_whatever_else_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "draining", True)
    assert (await ask("/healthz/"))[:2] == (200, "alive")
    assert (await ask("/healthz"))[:2] == (200, "alive")


@pytest.mark.parametrize("path", ["/readyz", "/readyz/", "/health/ready/"])
async def test_it_is_ready_when_it_has_read_the_end_of_the_log(path: str) -> None:
    assert (await ask(path))[:2] == (503, "starting")
    await until(path, (200, "ready"))


async def test_it_is_not_ready_while_it_drains(monkeypatch: pytest.MonkeyPatch) -> None:
    await until("/readyz", (200, "ready"))
    monkeypatch.setattr(readiness, "draining", True)
    assert (await ask("/readyz"))[:2] == (503, "draining")


async def test_it_is_not_ready_without_a_database_and_ready_again_with_it(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.NOTICEBOARD = {"RECONCILE_SECONDS": 0.05}
    monkeypatch.setattr(beating, "AWAY_SECONDS", 0.2)
    await until("/readyz", (200, "ready"))
    run = Threads.run

    async def refused(self: Threads, work: Any, *args: Any) -> Any:
        raise OSError("No database.")

    monkeypatch.setattr(Threads, "run", refused)
    await until("/readyz", (503, "no database"))
    assert (await ask("/healthz"))[:2] == (200, "alive")
    monkeypatch.setattr(Threads, "run", run)
    await until("/readyz", (200, "ready"))


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_it_is_only_to_be_read_and_kept_by_no_cache(path: str) -> None:
    status, body, headers = await ask(path, "POST")
    assert (status, headers[b"allow"]) == (405, b"GET, HEAD")
    status, body, headers = await ask(path, "HEAD")
    assert body == ""
    assert headers[b"cache-control"] == b"no-store"
