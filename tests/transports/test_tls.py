"""Below TLS: what the socket takes by half arrives whole, in order, and is counted as waiting."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.ssl import DefaultOpenSSLContextFactory
from twisted.internet.task import Clock
from twisted.protocols.tls import TLSMemoryBIOFactory

from notifications.transports.wire import WebSocketWire
from tests.transports.test_wire import Pair, web_socket


def certificate(folder: Path) -> tuple[str, str]:
    """Files with a key and its own certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key").write_bytes(key.private_bytes(pem, form, none))
    (folder / "certificate").write_bytes(made.public_bytes(pem))
    return str(folder / "key"), str(folder / "certificate")


class Client:
    """The other side: Python's own TLS."""

    def __init__(self, pair: Pair, clock: Clock) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._pair, self._clock = pair, clock
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out)

    def handshake(self) -> None:
        for _ in range(10):
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._exchange()
        self._exchange()

    def read(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            try:
                got += self._tls.read(1 << 20)
            except ssl.SSLWantReadError:
                self._exchange()
        return got

    def _exchange(self) -> None:
        if self._out.pending:
            protocol: Any = self._pair.transport.protocol
            protocol.dataReceived(self._out.read())
        self._clock.advance(1)
        self._in.write(self._pair.received())


def over_tls(pair: Any, folder: Path, clock: Any) -> Any:
    """The transport that a protocol has with TLS."""
    context: Any = DefaultOpenSSLContextFactory(*certificate(folder), sslmethod=SSL.TLS_METHOD)
    inner: Any = Factory.forProtocol(Protocol)
    factory = TLSMemoryBIOFactory(context, False, inner, clock)
    pair.transport.protocol = tls = factory.buildProtocol(None)
    tls.makeConnection(pair.transport)
    return tls


def test_what_the_socket_takes_by_half_arrives_whole(tmp_path: Path) -> None:
    pair = Pair()
    # Twisted gathers small pieces for a turn of the loop.
    clock = Clock()
    transport = over_tls(pair, tmp_path, clock)
    client = Client(pair, clock)
    client.handshake()
    wire = WebSocketWire(web_socket(pair, transport=transport))
    pieces = [bytes([65 + number % 26]) * 10_000 for number in range(100)]
    for piece in pieces:
        wire.write(piece)
    assert wire.waiting() > 500_000
    assert client.read(1_000_000) == b"".join(pieces)
    assert wire.waiting() == 0
    pair.close()
