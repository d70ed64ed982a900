"""What is live is never compressed: its length would tell what else is in it (CRIME, BREACH)."""

from __future__ import annotations

from types import SimpleNamespace

import httpx
from websockets import Origin
from websockets.sync.client import connect

from tests.hostile.conftest import SECONDS
from tests.support.site import Site


def test_nothing_that_is_live_is_compressed(site: Site, people: SimpleNamespace) -> None:
    headers = {"Cookie": f"sessionid={people.session['alice']}"}
    greedy = {**headers, "Accept-Encoding": "gzip, deflate, br, zstd"}
    address = f"http://{site.address()}"
    with httpx.Client(headers=greedy, timeout=SECONDS) as client:
        with client.stream("GET", f"{address}/events/") as stream:
            assert stream.status_code == 200
            assert "content-encoding" not in stream.headers
        for path in ("/api/events/", "/api/inbox/", "/"):
            assert "content-encoding" not in client.get(address + path).headers
    with connect(
        f"ws://{site.address()}/ws/",
        additional_headers=headers,
        origin=Origin(address),
        # It asks for it, as browsers do.
        compression="deflate",
        open_timeout=SECONDS,
    ) as socket:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers
