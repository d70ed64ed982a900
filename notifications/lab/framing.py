"""How many bytes HTTP/1.1 and WebSocket put on the wire for what an ASGI application says.

Exact for our server, apart from its WebSocket pings; others name themselves differently.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

SERVER = len(b"Server: daphne\r\n")
CHUNKED = len(b"Transfer-Encoding: chunked\r\n")
LINE_END = 2
LAST_CHUNK = len(b"0\r\n\r\n")
UPGRADE = len(
    b"HTTP/1.1 101 Switching Protocols\r\nServer: daphne\r\nUpgrade: WebSocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
MASK = 4
NO_BODY = (204, 304)

Headers = Iterable[tuple[bytes, bytes]]


def request_head(scope: dict[str, Any]) -> int:
    """The request line and the headers of a request, with the empty line behind them."""
    target = len(scope.get("raw_path") or scope["path"].encode())
    if scope["query_string"]:
        target += 1 + len(scope["query_string"])
    method = scope.get("method", "GET")
    return len(f"{method}  HTTP/1.1\r\n") + target + headers(scope["headers"]) + LINE_END


def response_head(status: int, listed: Headers) -> int:
    """The status line and the headers of a response, those of the server too."""
    line = len(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n")
    chunked = CHUNKED if is_chunked(status, listed) else 0
    return line + headers(listed) + SERVER + chunked + LINE_END


def is_chunked(status: int, listed: Headers) -> bool:
    """Whether the body goes in chunks: it does where its length is not known."""
    return status not in NO_BODY and not any(name == b"content-length" for name, _ in listed)


def headers(listed: Headers) -> int:
    """Headers, each as ``Name: value`` and the end of the line."""
    return sum(len(name) + len(value) + len(b": \r\n") for name, value in listed)


def chunk(size: int) -> int:
    """A piece of a chunked body of so many bytes; an empty one is none."""
    return size + len(f"{size:x}") + 2 * LINE_END if size else 0


def frame(size: int, masked: bool = False) -> int:
    """One WebSocket frame with so many bytes in it; a client's is masked."""
    length = 0 if size < 126 else 2 if size < 65_536 else 8
    return 2 + length + (MASK if masked else 0) + size


def contents(frames: bytes) -> int:
    """The bytes in concatenated frames of a server, without their framing."""
    total = at = 0
    while at < len(frames):
        size, begin = frames[at + 1], at + 2
        if size >= 126:
            begin += 2 if size == 126 else 8
            size = int.from_bytes(frames[at + 2 : begin])
        total += size
        at = begin + size
    return total
