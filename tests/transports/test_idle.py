"""What an open connection costs while nothing happens: pings in turn, a small queue, no residue."""

from __future__ import annotations

import asyncio
import gc
import weakref
from types import SimpleNamespace
from typing import Any

import pytest
from daphne.http_protocol import WebRequest
from daphne.ws_protocol import WebSocketFactory
from twisted.internet.defer import Deferred
from twisted.web.http import HTTPChannel

from notifications.server import Server
from notifications.transports.arriving import Arrivals
from notifications.transports.collecting import untie
from notifications.transports.protocol import SocketProtocol, with_options_of
from notifications.transports.rounds import Rounds
from tests.transports.test_wire import Pair

MASK = b"\x01\x02\x03\x04"


def open_socket(pair: Pair) -> Any:
    """A WebSocket after its handshake, on a real transport."""
    server = SimpleNamespace(websocket_timeout=86400, websocket_connect_timeout=20)
    factory = WebSocketFactory(server)
    protocol: Any = with_options_of(factory)()
    protocol.factory, protocol.server = factory, server
    protocol.openHandshakeTimeout = 0
    protocol.makeConnection(pair.transport)
    protocol.socket_opened = 0.0
    protocol.duration = lambda: 1.0
    protocol.state, protocol.current_frame = protocol.STATE_OPEN, None
    protocol.inside_message = False
    protocol.websocket_version = 13
    return protocol


def masked(opcode: int, payload: bytes) -> bytes:
    body = bytes(byte ^ MASK[place % 4] for place, byte in enumerate(payload))
    return bytes((0x80 | opcode, 0x80 | len(payload))) + MASK + body


def pinged(pair: Pair, protocol: Any) -> bytes:
    """The payload of the ping that is sent now."""
    protocol.check_timeouts()
    frame = pair.received()
    assert frame[:2] == b"\x89\x04"
    return frame[2:]


@pytest.mark.parametrize("beside", [b"", masked(10, b"unsolicited")], ids=["alone", "beside"])
def test_who_answers_pings_stays(beside: bytes) -> None:
    pair = Pair()
    protocol = open_socket(pair)
    for _ in range(5):
        answer = masked(10, pinged(pair, protocol))
        protocol.dataReceived(answer + beside)
    assert protocol.pinged == b""
    assert pair.transport.connected
    pair.close()


def test_a_pong_in_pieces_counts() -> None:
    pair = Pair()
    protocol = open_socket(pair)
    answer = masked(10, pinged(pair, protocol))
    protocol.dataReceived(answer[:3])
    protocol.dataReceived(answer[3:])
    assert protocol.pinged == b""
    pair.close()


def test_who_answers_no_ping_is_cut_whatever_else_he_says() -> None:
    pair = Pair()
    protocol = open_socket(pair)
    cut: list[bool] = []
    transport: Any = pair.transport
    transport.abortConnection = lambda: cut.append(True)
    for _ in range(2):
        pinged(pair, protocol)
        protocol.dataReceived(masked(10, b"none"))
        assert not cut
    protocol.check_timeouts()
    assert cut == [True]
    pair.close()


def test_nothing_of_http_is_kept_for_a_socket() -> None:
    pair = Pair()
    pair.transport.registerProducer(HTTPChannel(), True)
    protocol = open_socket(pair)
    protocol.request = SimpleNamespace(path="/ws/", headers={"cookie": "secret"})
    protocol.forget_handshake()
    assert pair.transport.producer is None
    assert protocol.request.headers == protocol.http_headers == {}
    pair.close()


def test_the_options_are_those_of_the_factory() -> None:
    factory = WebSocketFactory(SimpleNamespace())
    factory.setProtocolOptions(maxFramePayloadSize=123, failByDrop=False)
    protocol = with_options_of(factory)()
    assert isinstance(protocol, SocketProtocol)
    assert (protocol.maxFramePayloadSize, protocol.failByDrop) == (123, False)
    assert protocol.perMessageCompressionAccept([]) is None


def test_everybody_has_one_turn_in_a_round() -> None:
    rounds = Rounds(4)
    for member in range(10):
        rounds.add(member)
    for member in (3, 3, 77):
        rounds.discard(member)
    turns = [list(rounds.turn()) for _ in range(4)]
    assert sorted(member for turn in turns for member in turn) == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert max(map(len, turns)) <= 3
    assert len(rounds) == 9


def test_what_arrives_is_taken_in_its_order_by_whoever_waits() -> None:
    async def scenario() -> list[Any]:
        arrivals = Arrivals()
        given_up = asyncio.ensure_future(arrivals.get())
        first = asyncio.ensure_future(arrivals.get())
        await asyncio.sleep(0)
        given_up.cancel()
        for number in range(3):
            arrivals.put_nowait({"type": str(number)})
        assert arrivals.qsize() == 3
        return [await first, await arrivals.get(), await arrivals.get()]

    taken = asyncio.run(scenario())
    assert [each["type"] for each in taken] == ["0", "1", "2"]


def test_a_connection_is_forgotten_as_soon_as_both_sides_have_ended() -> None:
    async def scenario() -> None:
        ended = asyncio.Event()

        async def application(scope: Any, receive: Any, send: Any) -> None:
            await ended.wait()

        server = Server(application, endpoints=["tcp:port=0"])
        server.connections = {}
        gone, finished = Named(), Named()
        for protocol in (gone, finished):
            server.protocol_connected(protocol)
            server._start(protocol, {})
        server.protocol_disconnected(gone)
        assert list(server.lingering) == [gone]
        ended.set()
        await asyncio.sleep(0.01)
        assert list(server.connections) == [finished]
        server.protocol_disconnected(finished)
        server.protocol_disconnected(finished)
        assert not server.connections
        assert not server.lingering

    asyncio.run(scenario())


class Named:
    """A request, as far as the server looks at it."""


def test_what_has_ended_is_gone_without_a_search_for_circles() -> None:
    protocol: Any = SocketProtocol()
    protocol.is_closed = Deferred()
    protocol.is_closed.callback(protocol)
    request: Any = WebRequest.__new__(WebRequest)
    request.channel, request.transport = HTTPChannel(), None
    request.channel.requests.append(request)
    gc.disable()
    try:
        ended = [weakref.ref(protocol), weakref.ref(request)]
        untie(protocol)
        untie(request)
        del protocol, request
        assert [each() for each in ended] == [None, None]
    finally:
        gc.enable()
