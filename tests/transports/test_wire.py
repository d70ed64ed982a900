"""Bytes straight to the socket: in order, whole, and never in the middle of something else."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

from notifications.transports.protocol import SocketProtocol
from notifications.transports.straight import StraightServer
from notifications.transports.wire import StreamWire, WebSocketWire


class Reactor:
    """What a transport asks of the loop."""

    def __init__(self) -> None:
        self.writers: set[Any] = set()

    def addReader(self, reader: Any) -> None: ...

    def removeReader(self, reader: Any) -> None: ...

    def addWriter(self, writer: Any) -> None:
        self.writers.add(writer)

    def removeWriter(self, writer: Any) -> None:
        self.writers.discard(writer)

    def turn(self) -> None:
        for writer in list(self.writers):
            writer.doWrite()


class Pair:
    """A real transport of Twisted's, and the socket at the other end."""

    def __init__(self) -> None:
        near, self.far = socket.socketpair()
        near.setblocking(False)
        self.far.setblocking(False)
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        self.reactor = Reactor()
        protocol: Any = SimpleNamespace(logPrefix=lambda: "test")
        loop: Any = self.reactor
        port: Any = None
        self.transport = StraightServer(near, protocol, ("", 0), port, 0, loop)
        self.near = near

    def received(self) -> bytes:
        """Everything that arrives until nothing more is to be written."""
        got = b""
        while True:
            self.reactor.turn()
            try:
                got += self.far.recv(1 << 20)
            except BlockingIOError:
                if not self.reactor.writers:
                    return got

    def close(self) -> None:
        self.near.close()
        self.far.close()


def web_socket(pair: Pair, **state: Any) -> Any:
    protocol: Any = SocketProtocol()
    opened = {"transport": pair.transport, "state": 3, "send_state": 0, "send_queue": []}
    for name, value in (opened | state).items():
        setattr(protocol, name, value)
    return protocol


def http_request(pair: Pair, **state: Any) -> SimpleNamespace:
    request = SimpleNamespace(
        finished=0,
        _disconnected=False,
        startedWriting=1,
        chunked=1,
        channel=SimpleNamespace(transport=pair.transport),
    )
    vars(request).update(state)
    return request


def test_it_goes_straight_to_a_socket_that_has_nothing_pending() -> None:
    pair = Pair()
    wire = WebSocketWire(web_socket(pair))
    wire.write(b"hello")
    assert pair.far.recv(100) == b"hello"
    assert not pair.reactor.writers
    assert wire.waiting() == 0
    pair.close()


def test_it_keeps_the_order_when_the_socket_is_full() -> None:
    pair = Pair()
    wire = WebSocketWire(web_socket(pair))
    pieces = [bytes([65 + number % 26]) * 10_000 for number in range(100)]
    for number, piece in enumerate(pieces):
        if number % 3:
            wire.write(piece)
        else:
            pair.transport.writeSequence([piece[:10], piece[10:]])
    assert wire.waiting() > 500_000
    assert pair.received() == b"".join(pieces)
    assert wire.waiting() == 0
    pair.close()


def test_it_hands_over_what_the_socket_takes_by_half() -> None:
    pair = Pair()
    wire = WebSocketWire(web_socket(pair))
    payload = bytes(range(256)) * 4000
    wire.write(payload)
    assert 0 < wire.waiting() < len(payload)
    assert pair.received() == payload
    pair.close()


def test_it_is_quiet_about_a_socket_that_is_gone() -> None:
    pair = Pair()
    wire = WebSocketWire(web_socket(pair))
    pair.far.close()
    wire.write(b"hello")
    wire.write(b"hello")
    pair.near.close()
    wire.write(b"hello")


def test_it_writes_nothing_before_the_handshake_or_after_the_farewell() -> None:
    pair = Pair()
    for state in (0, 1, 2, 4):
        WebSocketWire(web_socket(pair, state=state)).write(b"hello")
    WebSocketWire(web_socket(pair, send_state=1)).write(b"hello")
    assert pair.received() == b""
    pair.close()


def test_it_waits_behind_frames_that_autobahn_holds_back() -> None:
    pair = Pair()
    sent: list[bytes] = []
    protocol = web_socket(pair, send_queue=[b"held"], sendData=sent.append)
    WebSocketWire(protocol).write(b"hello")
    assert sent == [b"hello"]
    assert pair.received() == b""
    pair.close()


def test_a_stream_is_cut_into_chunks_where_http_wants_them() -> None:
    pair = Pair()
    StreamWire(http_request(pair)).write(b"data: 1\n\n")
    StreamWire(http_request(pair, chunked=0)).write(b"data: 2\n\n")
    assert pair.received() == b"9\r\ndata: 1\n\n\r\ndata: 2\n\n"
    pair.close()


def test_an_empty_piece_is_not_the_end_of_a_stream() -> None:
    pair = Pair()
    StreamWire(http_request(pair)).write(b"")
    assert pair.received() == b""
    pair.close()


def test_a_stream_that_has_ended_or_not_begun_is_left_alone() -> None:
    pair = Pair()
    for state in ({"finished": 1}, {"_disconnected": True}, {"startedWriting": 0}):
        StreamWire(http_request(pair, **state)).write(b"hello")
    assert pair.received() == b""
    assert StreamWire(http_request(pair, channel=None)).waiting() == 0
    pair.close()


def test_the_relay_writes_past_a_websocket_until_its_closing_frame() -> None:
    pair = Pair()
    protocol = web_socket(pair)
    straight = WebSocketWire(protocol).straight()
    assert straight is not None
    assert straight.open
    assert straight.write(b"hello") == 0
    assert pair.received() == b"hello"
    for state in (0, 1, 2, 4):
        assert WebSocketWire(web_socket(pair, state=state)).straight().open is False
    straight.open = True
    protocol.state = protocol.STATE_CLOSING
    assert not straight.open
    pair.close()


def test_below_tls_and_over_http_nothing_is_written_past_the_protocol() -> None:
    pair = Pair()
    above = SimpleNamespace(transport=pair.transport)
    assert WebSocketWire(web_socket(pair, transport=above)).straight() is None
    assert StreamWire(http_request(pair)).straight() is None
    pair.close()
