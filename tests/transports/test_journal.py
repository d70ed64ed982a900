"""What operators read of connections: who came, went, was refused; nothing that is private."""

from __future__ import annotations

import contextlib
import json
import re
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.site import Site, wait_until
from tests.transports.conftest import SECONDS, frame, socket_to
from tests.transports.test_server import Served, serve

STRANGER = "https://elsewhere.example"
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def served(site: Site) -> Iterator[Served]:
    """A process that logs JSON, and lets a user act twice a minute."""
    environment = site.environment
    options = json.loads(environment["SITE_OPTIONS"]) | {"ACTIONS_PER_MINUTE": 2}
    site.environment = environment | {"LOG_FORMAT": "json", "SITE_OPTIONS": json.dumps(options)}
    try:
        with serve(site) as served:
            yield served
    finally:
        site.environment = environment


def noted(served: Served, **wanted: Any) -> list[dict[str, Any]]:
    """The entries of the journal with these fields; every line of the log is an object."""
    lines = served.program.log.read_text().splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    return [each for each in entries if wanted.items() <= each.items()]


def until_noted(served: Served, **wanted: Any) -> dict[str, Any]:
    found = wait_until(lambda: noted(served, **wanted), f"{wanted} is noted", SECONDS)
    entry: dict[str, Any] = found[-1]
    return entry


def test_a_connection_that_comes_and_goes(
    site: Site, served: Served, cookie: dict[str, str], people: SimpleNamespace
) -> None:
    with socket_to(served, cookie) as socket:  # type: ignore[arg-type]
        assert frame(socket)["control"] == "ready"
        came = until_noted(served, event="connected", transport="websocket")
    assert isinstance(came["user"], int)
    went = until_noted(served, event="closed", connection=came["connection"])
    assert (went["user"], went["reason"]) == (came["user"], "gone")
    assert went["seconds"] >= 0


def test_a_socket_that_is_refused(served: Served, cookie: dict[str, str]) -> None:
    with socket_to(served, cookie, origin=STRANGER) as socket:  # type: ignore[arg-type]
        assert frame(socket)["error"]["code"] == "bad_origin"
    entry = until_noted(served, event="denied", transport="websocket")
    assert (entry["code"], entry["level"]) == ("bad_origin", "warning")


@pytest.mark.parametrize(("path", "transport"), [("/events/", "sse"), ("/api/events/", "poll")])
def test_a_stream_or_a_poll_that_is_refused(
    served: Served, cookie: dict[str, str], path: str, transport: str
) -> None:
    headers = cookie | {"Origin": STRANGER}
    answer = httpx.get(f"http://{served.address()}{path}", headers=headers, timeout=SECONDS)
    assert answer.status_code == 403
    assert until_noted(served, event="denied", transport=transport)["code"] == "bad_origin"


def test_a_deed_that_is_refused(served: Served, cookie: dict[str, str]) -> None:
    address = f"http://{served.address()}/api/inbox/read/"
    answer = httpx.post(address, json={"ids": [1]}, headers=cookie, timeout=SECONDS)
    assert answer.status_code == 403
    assert until_noted(served, event="denied", transport="api")["code"] == "csrf"


def test_one_who_does_too_much(served: Served, cookie: dict[str, str]) -> None:
    with socket_to(served, cookie) as socket:  # type: ignore[arg-type]
        for number in range(4):
            socket.send(json.dumps({"ref": number, "do": "seen", "cursor": "0.000000"}))
        entry = until_noted(served, event="limited", code="too_many")
    assert entry["transport"] == "websocket"
    assert isinstance(entry["user"], int)


def test_one_who_floods(served: Served, cookie: dict[str, str]) -> None:
    with socket_to(served, cookie) as socket:  # type: ignore[arg-type]
        with contextlib.suppress(ConnectionClosed):
            for _ in range(2_000):
                socket.send('{"do":"got"}')
        assert until_noted(served, event="limited", code="flood")["connection"]


def test_signing_in_and_failing_to_by_the_number_of_the_account(site: Site, served: Served) -> None:
    name = f"forged\r\n{uuid.uuid4().hex[:8]}"
    with httpx.Client(base_url=f"http://{served.address()}", timeout=SECONDS) as client:
        client.get("/accounts/login/")
        fields = {"username": name, "password": PASSWORD}
        token = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
        assert client.post("/accounts/login/", data=fields | token).status_code == 200
    entry = until_noted(served, event="sign_in_failed")
    assert name not in str(entry)


def test_nothing_private_is_logged(
    site: Site, served: Served, cookie: dict[str, str], people: SimpleNamespace
) -> None:
    site.do("notify", title="A secret title", body="A secret body", to=[people.alice_topic])
    address = f"http://{served.address()}"
    query = "?topic=room.secret&ticket=secret-ticket"
    httpx.get(f"{address}/api/events/{query}", headers=cookie, timeout=SECONDS)
    httpx.get(f"{address}/api/events/{query}", timeout=SECONDS)
    httpx.get(f"{address}/no-such-page/?q=secret", headers=cookie, timeout=SECONDS)
    entries = [each for each in noted(served) if each["logger"] != "daphne.server"]
    assert entries
    text = json.dumps(entries)
    private = ("secret", "127.0.0.1", people.alice, *people.session.values(), PASSWORD)
    assert [each for each in private if re.search(re.escape(each), text, re.IGNORECASE)] == []


def test_every_line_is_an_object(served: Served) -> None:
    httpx.get(f"http://{served.address()}/not-there/", timeout=SECONDS)
    until_noted(served, logger="django.request")
    lines = served.program.log.read_text().splitlines()
    assert [line for line in lines if not line.startswith("{")] == []
