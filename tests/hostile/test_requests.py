"""Requests that come by half, slowly, too large, or as two in one: refused, and nobody waits."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from types import SimpleNamespace

import httpx
import pytest

from tests.hostile.conftest import OPTIONS, SECONDS, answer_to, opened, rest_of, rss
from tests.support.site import Site

#: One descriptor each, here and there.
SLOW = 500
HEAD = b"POST /api/inbox/read/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"


def drip(connections: list[socket.socket]) -> list[socket.socket]:
    """Send one more byte on each connection; return those that are still open."""
    left = []
    for connection in connections:
        with contextlib.suppress(ConnectionError):
            connection.send(b"x")
            left.append(connection)
    return left


def closed_among(connections: list[socket.socket]) -> set[socket.socket]:
    """Those on which the server has said its last."""
    readable, _, _ = select.select(connections, [], [], 0.05)
    found = set()
    for connection in readable:
        try:
            while connection.recv(4096):
                pass
            found.add(connection)
        except TimeoutError:
            pass
        except OSError:
            found.add(connection)
    return found


@pytest.mark.parametrize(
    "beginning",
    [b"GET / HT", b"GET / HTTP/1.1\r\nX: ", HEAD + b"Content-Length: 90000\r\n\r\n{"],
    ids=["a first line", "a header", "a body"],
)
def test_who_sends_a_request_byte_by_byte_is_closed_and_others_are_served(
    site: Site, beginning: bytes
) -> None:
    start = time.monotonic()
    slow = [opened(site) for _ in range(SLOW // 3)]
    for connection in slow:
        connection.sendall(beginning)
        connection.settimeout(0.01)
    waiting = set(slow)
    longest = 0.0
    with httpx.Client(base_url=f"http://{site.address()}", timeout=SECONDS) as neighbour:
        while waiting and time.monotonic() < start + SECONDS:
            before = time.monotonic()
            assert neighbour.get("/accounts/login/").status_code == 200
            longest = max(longest, time.monotonic() - before)
            drip(list(waiting))
            waiting -= closed_among(list(waiting))
    assert not waiting, f"{len(waiting)} of {len(slow)} are open after {SECONDS} s"
    # A byte now and then must not have bought any of them more time.
    assert time.monotonic() - start < OPTIONS["REQUEST_SECONDS"] + 20
    assert longest < 10
    for connection in slow:
        connection.close()


def test_who_connects_and_says_nothing_is_closed(site: Site) -> None:
    with opened(site) as connection:
        assert rest_of(connection) == b""


def test_a_request_by_half_is_told_that_it_took_too_long(site: Site) -> None:
    assert answer_to(site, b"GET / HTTP/1.1\r\n").startswith(b"HTTP/1.1 408")


def test_a_slow_answer_is_not_a_slow_request(site: Site, people: SimpleNamespace) -> None:
    """A long poll lasts longer than a request may take to arrive."""
    headers = {"Cookie": f"sessionid={people.session['alice']}"}
    with httpx.Client(base_url=f"http://{site.address()}", timeout=SECONDS) as client:
        head = client.get("/api/events/", headers=headers).json()["cursor"]
        wait = {"after": head, "wait": OPTIONS["REQUEST_SECONDS"] + 1}
        assert client.get("/api/events/", params=wait, headers=headers).status_code == 200
        # The same connection is good for another one.
        assert client.get("/api/events/", headers=headers).status_code == 200


def test_a_body_that_says_it_is_too_large_is_refused_unread(site: Site) -> None:
    request = HEAD + b"Content-Length: 209715200\r\nExpect: 100-continue\r\n\r\n"
    answer = answer_to(site, request)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"100 Continue" not in answer


def test_a_body_in_chunks_without_end_is_cut_and_kept_nowhere(site: Site) -> None:
    server = site.servers[0]
    assert server is not None
    before = rss(server.process.pid)
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    sent = 0
    with opened(site) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while sent < 200_000_000:
                connection.sendall(chunk)
                sent += len(chunk)
    # What the kernels of both sides hold is all that has left us.
    assert sent < 50_000_000
    assert rss(server.process.pid) - before < 30_000_000


def test_a_body_at_the_limit_reaches_the_view(site: Site) -> None:
    body = b"x" * int(OPTIONS["REQUEST_BYTES"])
    head = HEAD + b"Content-Type: application/json\r\n"
    answer = answer_to(site, head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    # It is the view that says what it thinks of it.
    assert answer.startswith((b"HTTP/1.1 401", b"HTTP/1.1 403", b"HTTP/1.1 413"))
    assert b'"error"' in answer


LENGTH, CHUNKED = b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n"
SMUGGLED = {
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "a length and chunks": HEAD
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": HEAD
    + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "an encoding that is none": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "an encoding with a tab": HEAD + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a length with a sign": HEAD + b"Content-Length: +2\r\n\r\n{}",
    "a length in parts": HEAD + b"Content-Length: 2, 2\r\n\r\n{}",
    "a chunk that is no number": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a space before the colon": HEAD + b"Content-Length : 2\r\n\r\n{}",
    "a name with a line feed": HEAD + b"X\nY: 1\r\n\r\n",
    "a vertical tab": HEAD + b"X: a\x0bb\r\n\r\n",
    "a file separator": HEAD + b"X: a\x1cb\r\n\r\n",
    "a next line": HEAD + b"X: a\x85b\r\n\r\n",
    "a zero byte": HEAD + b"X: a\x00b\r\n\r\n",
    "a first line with four words": b"GET / HTTP/1.1 x\r\nHost: 127.0.0.1\r\n\r\n",
    "another protocol": b"GET / HTTP/3.7\r\nHost: 127.0.0.1\r\n\r\n",
    "thousands of headers": HEAD + b"X: y\r\n" * 5_000 + b"\r\n",
    "a header of 100 KB": HEAD + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_a_request_that_two_servers_could_read_differently_is_a_bad_request(
    site: Site, name: str
) -> None:
    answer = answer_to(site, SMUGGLED[name])
    # Refused, and nothing behind it is taken for a request of its own.
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert answer.startswith(b"HTTP/1.1 400") or not answer, answer[:200]
