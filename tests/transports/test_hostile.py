"""Bytes that no client sends: the server stays up, quiet, and fair to the others."""

from __future__ import annotations

import contextlib
import random
import socket
from types import SimpleNamespace

import pytest

from tests.support.site import Site
from tests.transports.conftest import SECONDS, frame, socket_to

SEED = 20261121

#: Single frames that RFC 6455 forbids; the mask is zero, so that they can be read here.
MASK = b"\0\0\0\0"
FORBIDDEN = {
    "not masked": b"\x81\x02{}",
    "a reserved bit": b"\xc1\x82" + MASK + b"{}",
    "an opcode that is none": b"\x83\x82" + MASK + b"{}",
    "a continuation of nothing": b"\x80\x82" + MASK + b"{}",
    "a ping in pieces": b"\x09\x82" + MASK + b"{}",
    "a ping of 126 bytes": b"\x89\xfe\x00\x7e" + MASK + b"x" * 126,
    "bytes that are no UTF-8": b"\x81\x82" + MASK + b"\xc3\x28",
    "a close code that is none": b"\x88\x82" + MASK + b"\x03\xed",
}


def raw_socket(site: Site, cookie: dict[str, str]) -> socket.socket:
    """A WebSocket after its handshake, as bytes."""
    connection = socket.create_connection(("127.0.0.1", site.ports[0]), SECONDS)
    lines = [
        "GET /ws/ HTTP/1.1",
        f"Host: {site.address()}",
        f"Origin: http://{site.address()}",
        f"Cookie: {cookie['Cookie']}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    assert connection.recv(4096).startswith(b"HTTP/1.1 101")
    return connection


def is_closed_by_the_server(connection: socket.socket) -> bool:
    """Read to the end; a time-out is a failure."""
    with contextlib.suppress(ConnectionError):
        while connection.recv(65_536):
            pass
    connection.close()
    return True


@pytest.mark.parametrize("name", list(FORBIDDEN))
def test_it_closes_on_a_frame_that_the_protocol_forbids(
    site: Site, cookie: dict[str, str], name: str
) -> None:
    connection = raw_socket(site, cookie)
    connection.sendall(FORBIDDEN[name])
    assert is_closed_by_the_server(connection)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /api/events/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x0bb\r\n\r\n",
        b"GET /api/events/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x85b\r\n\r\n",
        b"GET /api/events/\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /events/?lastEventId=\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /api/events/ HTTP/1.1\r\n\r\n",
    ],
)
def test_bytes_that_a_request_may_not_have_are_a_bad_request(
    site: Site, request_bytes: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", site.ports[0]), SECONDS) as connection:
        connection.sendall(request_bytes)
        assert connection.recv(4096).startswith(b"HTTP/1.1 400")


def test_noise_on_a_hundred_sockets_costs_a_neighbour_nothing(
    site: Site, people: SimpleNamespace, cookie: dict[str, str]
) -> None:
    noise = random.Random(SEED)
    with socket_to(site, cookie) as neighbour:
        assert frame(neighbour)["control"] == "ready"
        for _ in range(100):
            connection = raw_socket(site, cookie)
            with contextlib.suppress(ConnectionError):
                connection.sendall(noise.randbytes(noise.randrange(1, 5000)))
            connection.close()
        site.do("notify", title="still here", to=[people.alice_topic])
        assert frame(neighbour)["data"]["title"] == "still here"
    log = (site.folder / "server-0.log").read_text()
    assert "Traceback" not in log
