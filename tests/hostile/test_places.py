"""How many connections one user, and the visitors of one address, may hold."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from notifications.errors import TooMany
from notifications.rights import Admission
from notifications.transports.visitors import Places, forwarded
from tests.hostile.conftest import OPTIONS, SECONDS
from tests.support.site import Site, wait_until

OF_AN_ADDRESS = int(OPTIONS["CONNECTIONS_PER_ADDRESS"])
OF_A_USER = int(OPTIONS["CONNECTIONS_PER_USER"])
VISITOR = Admission(None, "", False, None, None, frozenset({"room.lobby"}), ("room.lobby",))


def first(socket: ClientConnection) -> dict[str, Any]:
    """The first frame that says something."""
    fields: dict[str, Any] = json.loads(socket.recv(timeout=SECONDS))
    return fields


@contextlib.contextmanager
def web_sockets(site: Site, cookie: str | None, query: str) -> Iterator[Any]:
    """Open WebSockets one after the other; all are closed at the end."""
    with contextlib.ExitStack() as stack:

        def another() -> dict[str, Any]:
            socket = connect(
                f"ws://{site.address()}/ws/{query}",
                additional_headers={"Cookie": f"sessionid={cookie}"} if cookie else {},
                origin=Origin(f"http://{site.address()}"),
                compression=None,
                open_timeout=SECONDS,
            )
            stack.enter_context(socket)
            return first(socket)

        yield another


def test_visitors_of_one_address_have_so_many_places_over_all_transports(
    site: Site, people: SimpleNamespace
) -> None:
    query = f"?topic=room.{people.lobby}"
    address = f"http://{site.address()}"
    with web_sockets(site, None, query) as another:
        for _ in range(OF_AN_ADDRESS):
            assert another()["control"] == "ready"
        assert another()["error"]["code"] == "too_many"
        with httpx.Client(base_url=address, timeout=SECONDS) as client:
            stream = client.get(f"/events/{query}")
            assert (stream.status_code, stream.headers["retry-after"]) == (429, "30")
            head = client.get(f"/api/events/{query}").json()["cursor"]
            waiting = client.get(f"/api/events/{query}&after={head}&wait=5")
            assert waiting.status_code == 429
        # Who has an account is not counted among them, wherever it connects from.
        with web_sockets(site, people.session["alice"], "") as alice:
            assert alice()["control"] == "ready"

    def free_again() -> bool:
        with web_sockets(site, None, query) as another:
            return bool(another().get("control") == "ready")

    wait_until(free_again, "who has gone leaves a place")


def test_one_user_has_so_many_places_and_others_have_theirs(
    site: Site, people: SimpleNamespace
) -> None:
    with web_sockets(site, people.session["bob"], "") as another:
        for _ in range(OF_A_USER):
            assert another()["control"] == "ready"
        for _ in range(3):
            assert another()["error"]["code"] == "too_many"
        with web_sockets(site, people.session["charlie"], "") as charlie:
            assert charlie()["control"] == "ready"


def test_a_network_of_ipv6_is_one_address(settings: Any) -> None:
    settings.NOTICEBOARD = {"CONNECTIONS_PER_ADDRESS": 2}
    places = Places()
    for number in range(2):
        places.take(number, VISITOR, {"client": [f"2001:db8::{number}", 1]})
    with pytest.raises(TooMany):
        places.take("third", VISITOR, {"client": ["2001:db8::ffff", 1]})
    places.take("another", VISITOR, {"client": ["2001:db8:0:1::1", 1]})
    places.free(0)
    places.take("third", VISITOR, {"client": ["2001:db8::ffff", 1]})


def test_an_address_that_nobody_knows_is_nobodys(settings: Any) -> None:
    settings.NOTICEBOARD = {"CONNECTIONS_PER_ADDRESS": 1}
    places = Places()
    for number in range(3):
        places.take(number, VISITOR, {"client": None})


def test_it_remembers_nobody_who_has_gone(settings: Any) -> None:
    places = Places()
    for number in range(100):
        with places.held(VISITOR, {"client": [f"192.0.2.{number}", 1]}):
            pass
    places.free("never here")
    assert not places._networks
    assert not places._taken


@pytest.mark.parametrize(
    ("proxies", "values", "client"),
    [
        (0, ["203.0.113.7"], ["203.0.113.7", 0]),
        (1, ["1.1.1.1, 203.0.113.7"], ["203.0.113.7", 0]),
        (1, ["1.1.1.1", "203.0.113.7"], ["203.0.113.7", 0]),
        (2, ["1.1.1.1, 203.0.113.7, 10.0.0.2"], ["203.0.113.7", 0]),
        (2, ["1.1.1.1,203.0.113.7", "10.0.0.2"], ["203.0.113.7", 0]),
        (2, ["203.0.113.7"], ["203.0.113.7", 0]),
        (1, [""], None),
        (1, [], None),
    ],
)
def test_a_made_up_address_does_not_change_who_one_is(
    settings: Any, proxies: int, values: list[str], client: list[Any] | None
) -> None:
    settings.PROXIES = proxies
    headers = [(b"x-forwarded-for", value.encode()) for value in values]
    assert forwarded({"headers": headers}) == client
