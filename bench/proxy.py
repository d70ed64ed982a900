"""A TCP proxy that counts the bytes of each transport of a run, both ways, headers and framing."""

from __future__ import annotations

import re
import socket
import threading
from collections import Counter

PIECE = 65_536
#: The first line of a request of a run. A browser sends the next only after the answer.
REQUEST = re.compile(rb"(GET|POST) (/[^ ?]*)(\?[^ ]*)? HTTP/1\.1\r\n")
OTHER = "other"


class CountingProxy:
    """Listens on a port of its own and hands everything on to `port` of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def seen(self) -> dict[str, int]:
        """Bytes per transport so far."""
        with self._lock:
            return dict(self._counts)

    def _accept(self) -> None:
        while True:
            client, _address = self._listening.accept()
            Connection(self, client, socket.create_connection(("127.0.0.1", self._port)))

    def count(self, transport: str, size: int) -> None:
        """Add to what was seen."""
        with self._lock:
            self._counts[transport] += size


class Connection:
    """One connection: its bytes belong to the request that was begun last."""

    def __init__(self, proxy: CountingProxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._transport = OTHER
        for ends in ((client, server, True), (server, client, False)):
            for each in ends[:2]:
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, asking: bool) -> None:
        try:
            while piece := source.recv(PIECE):
                if asking:
                    self._transport = _transport(piece, self._transport)
                self._proxy.count(self._transport, len(piece))
                target.sendall(piece)
        except OSError:
            pass  # The other end has gone: so does this one.
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def _transport(piece: bytes, before: str) -> str:
    """Whose request begins here; that of `before` goes on if none does."""
    begun = REQUEST.match(piece)
    if begun is None:
        return before
    path, query = begun[2], begun[3] or b""
    if b"topic=lab." not in query:
        return OTHER
    if path == b"/api/events/":
        return "longpoll" if b"wait=" in query else "poll"
    return {b"/ws/": "websocket", b"/events/": "sse"}.get(path, OTHER)
