"""What a run asks of its network: compressed, late, cut; and nobody else's changes."""

import zlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from autobahn.websocket.compress import PerMessageDeflateOffer

from notifications.lab import framing
from notifications.lab.accounts import Account, close_account, open_account
from notifications.lab.meter import metered
from notifications.lab.plan import Plan
from tests.lab.test_meter import TOPIC, Wire, nothing, response, scope

EVENT = b'{"cursor":"1.a","type":"lab.tick","data":{"payload":"%b"}}' % (b"x" * 400)
HEADERS = [(b"host", b"a"), (b"accept-encoding", b"gzip, br")]


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    yield open_account(TOPIC, Plan(5, 100, 10, 1, **request.param))
    close_account(TOPIC)


def asked(**network: Any) -> Any:
    return pytest.mark.parametrize("account", [network], indirect=True)


class Client:
    """Keeps what is sent to it."""

    def __init__(self) -> None:
        self.headers: dict[bytes, bytes] = {}
        self.pieces: list[bytes] = []

    async def take(self, event: dict[str, Any]) -> None:
        self.headers |= dict(event.get("headers") or ())
        self.pieces.append(event.get("body", b""))

    def read(self) -> bytes:
        return zlib.decompress(b"".join(self.pieces), wbits=31)


@asked(compression=True)
async def test_it_compresses_an_answer_and_says_so(account: Account) -> None:
    client = Client()
    answer = response(200, EVENT, length=len(EVENT))
    await metered("poll", answer)(scope(headers=HEADERS), nothing, client.take)
    assert client.read() == EVENT
    assert client.headers[b"content-encoding"] == b"gzip"
    assert client.headers[b"content-length"] == b"%d" % len(b"".join(client.pieces))
    traffic = account.traffic["poll"]
    assert traffic.body == len(EVENT)
    assert traffic.sent == len(b"".join(client.pieces))
    assert traffic.wire_out < len(EVENT)
    assert traffic.packed == 1


@asked(compression=True)
async def test_each_piece_of_a_stream_can_be_read_at_once(account: Account) -> None:
    client, wire, unpack = Client(), Wire(), zlib.decompressobj(wbits=31)

    async def stream(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"retry: 1\n", "more_body": True})
        assert unpack.decompress(client.pieces[-1]) == b"retry: 1\n"
        scope["extensions"]["noticeboard.wire"]["wire"].write(EVENT)
        assert unpack.decompress(wire.sent) == EVENT

    given = scope(headers=HEADERS, extensions={"noticeboard.wire": {"wire": wire}})
    await metered("sse", stream)(given, nothing, client.take)
    assert account.traffic["sse"].body == len(EVENT) + len(b"retry: 1\n")


@asked(compression=True)
@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [(200, EVENT, [(b"host", b"a")]), (200, b"short", HEADERS), (304, b"", HEADERS)],
)
async def test_it_leaves_alone_what_cannot_be_made_shorter(
    account: Account, status: int, body: bytes, headers: Any
) -> None:
    client = Client()
    answer = response(status, body, length=len(body))
    await metered("poll", answer)(scope(headers=headers), nothing, client.take)
    assert b"content-encoding" not in client.headers
    assert b"".join(client.pieces) == body
    assert account.traffic["poll"].packed == 0


@asked()
async def test_it_compresses_nothing_unless_the_run_asks_for_it(account: Account) -> None:
    client = Client()
    answer = response(200, EVENT, length=len(EVENT))
    await metered("poll", answer)(scope(headers=HEADERS), nothing, client.take)
    assert b"content-encoding" not in client.headers


class Autobahn(SimpleNamespace):
    """What the meter looks at of a socket's protocol."""

    def count(self, incoming: int = 0, outgoing: int = 0) -> None:
        self.trafficStats.incomingOctetsWireLevel += incoming
        self.trafficStats.outgoingOctetsWireLevel += outgoing
        self.trafficStats.outgoingOctetsWebSocketLevel += max(0, outgoing - 2)


def socket(wire: Wire) -> Autobahn:
    stats = SimpleNamespace(
        incomingOctetsWireLevel=0,
        outgoingOctetsWebSocketLevel=0,
        outgoingOctetsWireLevel=0,
        preopenOutgoingOctetsWireLevel=150,
    )
    wire.protocol = Autobahn(trafficStats=stats, websocket_extensions_in_use=[])  # type: ignore
    return wire.protocol  # type: ignore[no-any-return, attr-defined]


@asked(compression=True)
async def test_a_socket_is_offered_compression_and_counted_by_its_protocol(
    account: Account,
) -> None:
    wire = Wire()
    protocol = socket(wire)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        assert "noticeboard.wire" not in scope["extensions"]
        offered = PerMessageDeflateOffer(True, True, False, 0)
        accepted = protocol.perMessageCompressionAccept([offered])
        protocol.websocket_extensions_in_use.append(accepted)
        await send({"type": "websocket.accept"})
        protocol.count(outgoing=40)
        await send({"type": "websocket.send", "text": EVENT.decode()})
        protocol.count(incoming=9)
        await receive()

    given = scope("websocket", extensions={"noticeboard.wire": {"wire": wire}})
    client = Client()
    await metered("websocket", application)(given, nothing, client.take)
    traffic = account.traffic["websocket"]
    assert (traffic.packed, traffic.body, traffic.sent, traffic.wire_out) == (
        1,
        len(EVENT),
        38,
        190,
    )
    assert traffic.wire_in == framing.request_head(given) + 9


@asked()
async def test_a_socket_is_offered_none_unless_the_run_asks_for_it(account: Account) -> None:
    wire = Wire()
    protocol = socket(wire)
    given = scope("websocket", extensions={"noticeboard.wire": {"wire": wire}})
    await metered("websocket", response(200, b""))(given, nothing, Client().take)
    assert not hasattr(protocol, "perMessageCompressionAccept")


class Cut(Wire):
    cuts = 0

    def abort(self) -> None:
        self.cuts += 1


@asked(drop=100)
async def test_it_cuts_the_connection_instead_of_telling_an_event(account: Account) -> None:
    wire, client = Cut(), Client()
    given = scope(extensions={"noticeboard.wire": {"wire": wire}})
    await metered("poll", response(200, EVENT, length=len(EVENT)))(given, nothing, client.take)
    assert (wire.cuts, client.pieces) == (1, [])
    assert (account.traffic["poll"].cuts, account.traffic["poll"].body) == (1, 0)


@asked(drop=100)
async def test_it_cuts_nothing_when_all_has_been_sent(account: Account) -> None:
    wire, client = Cut(), Client()
    account.calm = True
    given = scope(extensions={"noticeboard.wire": {"wire": wire}})
    await metered("poll", response(200, EVENT, length=len(EVENT)))(given, nothing, client.take)
    assert (wire.cuts, client.pieces[-1]) == (0, EVENT)


@asked(latency=5)
async def test_a_connection_forgets_its_handshake_only_after_it(account: Account) -> None:
    wire, accepted = Wire(), []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        scope["extensions"]["noticeboard.wire"]["wire"].settle()
        assert not wire.settled
        await send({"type": "websocket.close"})

    async def take(event: dict[str, Any]) -> None:
        accepted.append((event["type"], wire.settled))

    given = scope("websocket", extensions={"noticeboard.wire": {"wire": wire}})
    await metered("websocket", application)(given, nothing, take)
    assert accepted == [("websocket.accept", False), ("websocket.close", True)]
