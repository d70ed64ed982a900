"""What HTTP and WebSocket put on the wire: computed, and as it really is."""

import pytest

from notifications.lab import framing


@pytest.mark.parametrize(
    ("size", "framed"), [(0, 2), (125, 127), (126, 130), (65_535, 65_539), (65_536, 65_546)]
)
def test_it_knows_the_size_of_a_frame(size: int, framed: int) -> None:
    assert framing.frame(size) == framed
    assert framing.frame(size, masked=True) == framed + 4


def test_it_finds_what_is_in_frames() -> None:
    small, large = b"\x81\x03abc", b"\x81\x7e\x00\xc8" + b"x" * 200
    huge = b"\x81\x7f" + (70_000).to_bytes(8) + b"y" * 70_000
    assert framing.contents(small + large + huge) == 70_203


def test_it_knows_the_size_of_a_request() -> None:
    raw = b"GET /events/?topic=lab.1-a HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\n\r\n"
    scope = {
        "method": "GET",
        "path": "/events/",
        "query_string": b"topic=lab.1-a",
        "headers": [(b"host", b"localhost"), (b"cookie", b"a=b")],
    }
    assert framing.request_head(scope) == len(raw)


def test_it_knows_the_size_of_a_response() -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: daphne\r\n\r\n"
    assert framing.response_head(200, [(b"content-length", b"2")]) == len(raw)
    raw = b"HTTP/1.1 200 OK\r\nServer: daphne\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert framing.response_head(200, []) == len(raw)
    assert framing.response_head(304, []) == len(
        b"HTTP/1.1 304 Not Modified\r\nServer: daphne\r\n\r\n"
    )
    assert framing.chunk(200) == len(b"c8\r\n\r\n") + 200
    assert framing.chunk(0) == 0
