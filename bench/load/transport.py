"""How a connection is opened: bytes to send, and what shows that it is open."""

from __future__ import annotations

from dataclasses import dataclass

#: What every event carries exactly once and nothing else does, not even the random bytes of a
#: ping: what is counted are events.
MARK = b"~!#="

#: Any 16 bytes: who answers is not checked, because it is not a stranger.
KEY = "bm90aWNlYm9hcmQtYmVuYw=="

Steps = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Transport:
    """A request, and for each step what is waited for and what is then sent.

    In ``request`` the words ``{address}``, ``{path}`` and ``{cookie}`` are filled in for each
    connection.
    """

    path: str
    request: str
    steps: Steps

    def bytes_for(self, address: str, cookie: str = "", query: str = "") -> bytes:
        """The request of one connection."""
        path = f"{self.path}?{query}" if query else self.path
        line = f"Cookie: {cookie}\r\n" if cookie else ""
        return self.request.format(address=address, path=path, cookie=line).encode()


def web_socket(path: str, *steps: tuple[bytes, bytes]) -> Transport:
    """A WebSocket; without steps it is open when the server has agreed to it."""
    request = (
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n{cookie}"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\n\r\n"
    )
    return Transport(path, request, steps or ((b"\r\n\r\n", b""),))


def event_stream(path: str, *steps: tuple[bytes, bytes]) -> Transport:
    """A stream of server-sent events; without steps it is open when its head has come."""
    request = "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n{cookie}\r\n"
    return Transport(path, request, steps or ((b"\r\n\r\n", b""),))


def text_frame(text: bytes) -> bytes:
    """A client's WebSocket frame of at most 125 bytes, masked with nought."""
    return bytes((0x81, 0x80 | len(text))) + bytes(4) + text


def pong_frame(payload: bytes) -> bytes:
    """The answer to a ping."""
    return bytes((0x8A, 0x80 | len(payload))) + bytes(4) + payload
