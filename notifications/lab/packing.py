"""Compression for the lab alone: gzip for answers over HTTP, permessage-deflate for its sockets.

Nothing else that is live is compressed: the length of what is compressed tells what is in it to
who can put a text of his own beside it. A run's events are filler that only their owner gets.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateOfferAccept

from notifications.conf import options
from notifications.lab.framing import NO_BODY

#: A shorter answer hardly gets shorter.
LEAST = 200
#: zlib's word for a gzip stream with the largest window.
GZIP = 31
EXTENSION = "permessage-deflate"


class Gzip:
    """The body of one answer. The pieces of a stream can be read as they come."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(wbits=GZIP)

    def pack(self, piece: bytes, last: bool) -> bytes:
        """The next piece, packed."""
        mode = zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH
        return self._packer.compress(piece) + self._packer.flush(mode) if piece or last else b""


def takes_gzip(scope: dict[str, Any]) -> bool:
    """Whether who asks can read it."""
    listed = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")
    return b"gzip" in listed


def worth_it(status: int, body: bytes, last: bool) -> bool:
    """Whether this answer is to be packed, whose body is all there if it is the ``last`` piece."""
    return status not in NO_BODY and not (last and len(body) < LEAST)


def packed_headers(
    listed: Iterable[tuple[bytes, bytes]], length: int | None
) -> list[tuple[bytes, bytes]]:
    """The headers of an answer that is packed, ``length`` bytes long if that is known."""
    kept = [each for each in listed if each[0] != b"content-length"]
    kept = [(name, value + b", Accept-Encoding" * (name == b"vary")) for name, value in kept]
    known = [] if length is None else [(b"content-length", b"%d" % length)]
    return [*kept, *known, (b"content-encoding", b"gzip")]


def offer_deflate(protocol: Any) -> None:
    """Let this one socket compress if its client offers to. Before it is accepted."""
    protocol.perMessageCompressionAccept = _accept


def deflates(protocol: Any) -> bool:
    """Whether an accepted socket compresses what it sends."""
    extensions = getattr(protocol, "websocket_extensions_in_use", ())
    return any(each.EXTENSION_NAME == EXTENSION for each in extensions)


def _accept(offers: list[Any]) -> PerMessageDeflateOfferAccept | None:
    for offer in offers:
        if isinstance(offer, PerMessageDeflateOffer):
            # A small frame may unfold to a large one.
            return PerMessageDeflateOfferAccept(offer, max_message_size=options.FRAME_BYTES)
    return None
