"""Daphne, made fit for connections that stay.

What is different from ``daphne.server.Server``: the transports get the socket itself (the ASGI
extension ``noticeboard.wire``), a thousand clients may connect at once, frames are small, one
failing connection does not stop the periodic checks, and SIGTERM lets everybody go in order.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from typing import Any

import daphne.server
from twisted.internet import defer
from twisted.internet import reactor as installed_reactor

from notifications import relay
from notifications.conf import options
from notifications.transports.protocol import SocketProtocol
from notifications.transports.readiness import readiness
from notifications.transports.wire import StreamWire, WebSocketWire, Wire

#: Daphne has put the asyncio one there.
reactor: Any = installed_reactor
logger = logging.getLogger(__name__)

#: Connections that may wait to be accepted; with Daphne's 50 a thousand at once take 17 s.
BACKLOG = 4096
#: The kernel gives a connection up when sent bytes are not acknowledged for so long.
UNACKNOWLEDGED_MS = 30_000
#: What the kernel takes ahead of a slow reader; more would be memory that no bound of ours sees.
UNSENT_BYTES = 131_072
#: Requests that are being answered get this long when the process is told to stop.
FINISH_SECONDS = 10.0
#: An application that does not end when it is cancelled is left behind after this.
CANCEL_SECONDS = 3.0
#: What was written last leaves the process in the next turns of the loop.
FLUSH_SECONDS = 0.1
#: Pauses of Daphne's two periodic checks.
REAP_SECONDS = 1
TIMEOUT_SECONDS = 2


class Server(daphne.server.Server):
    """Daphne's server with a wire for the transports and an orderly end."""

    def __init__(self, application: Any, *, trust_proxy: bool = False, **keywords: Any) -> None:
        """``trust_proxy``: the last address in X-Forwarded-For is the client's."""
        keywords["websocket_max_message_size"] = options.FRAME_BYTES
        keywords["websocket_max_frame_size"] = options.FRAME_BYTES
        keywords["endpoints"] = [_with_backlog(each) for each in keywords.get("endpoints", ())]
        super().__init__(application, **keywords)
        self.trust_proxy = trust_proxy
        self.ports: list[Any] = []
        self.draining: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Serve until the process is told to stop."""
        reactor.callWhenRunning(self._set_up)
        super().run()

    def _set_up(self) -> None:
        self.ws_factory.protocol = SocketProtocol
        # A frame that breaks the rules is answered with a close code, not with a cut; only a pong
        # shows that somebody reads.
        self.ws_factory.setProtocolOptions(failByDrop=False, autoPingRestartOnAnyTraffic=False)
        if self.signal_handlers:
            # Twisted has put its own handlers there, which stop at once.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._on_signal)

    def listen_success(self, port: Any) -> None:
        """Remember what listens, so that it can be closed first."""
        super().listen_success(port)
        self.ports.append(port)
        if port.socket.family != socket.AF_UNIX:
            _bound(port.socket)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Add what Daphne leaves out of the scope: the wire, and the scheme of a WebSocket."""
        wire: Wire
        if scope["type"] == "websocket":
            wire = WebSocketWire(protocol)
            scope["scheme"] = "wss" if getattr(protocol.transport, "TLS", True) else "ws"
        else:
            wire = StreamWire(protocol)
        scope["extensions"] = {"noticeboard.wire": {"wire": wire}}
        if self.trust_proxy:
            scope["client"] = _forwarded_client(scope) or scope["client"]
        return super().create_application(protocol, scope)

    # The periodic checks

    def application_checker(self) -> None:
        """Reap what has ended; one connection that fails must not end the reaping of the others."""
        try:
            for protocol in list(self.connections):
                self._apart(self._reap, protocol)
        finally:
            reactor.callLater(REAP_SECONDS, self.application_checker)

    def timeout_checker(self) -> None:
        """Ping and time out, each connection for itself."""
        try:
            for protocol in list(self.connections):
                self._apart(lambda each: each.check_timeouts(), protocol)
        finally:
            reactor.callLater(TIMEOUT_SECONDS, self.timeout_checker)

    def _apart(self, check: Any, protocol: Any) -> None:
        try:
            check(protocol)
        except Exception:
            logger.exception("A periodic check of %r failed.", protocol)

    def _reap(self, protocol: Any) -> None:
        details = self.connections[protocol]
        application = details.get("application_instance")
        gone_at = details.get("disconnected")
        if application is not None and application.done():
            del details["application_instance"]
            self._report(protocol, application, bool(gone_at))
            application = None
        if gone_at and application is None:
            del self.connections[protocol]
        elif gone_at and _age(gone_at) > self.application_close_timeout:
            application.cancel()

    def _report(self, protocol: Any, application: asyncio.Future[Any], gone: bool) -> None:
        error = None if application.cancelled() else application.exception()
        if isinstance(error, KeyboardInterrupt):
            self.stop()
        elif error is not None:
            logger.error("Exception inside application: %s", error, exc_info=error)
            if not gone:
                protocol.handle_exception(error)

    # The end

    def _on_signal(self, number: int, frame: Any) -> None:
        reactor.callFromThread(self.begin_drain)

    def begin_drain(self) -> None:
        """Let everybody go and stop; asked a second time, stop at once."""
        if self.draining is not None:
            self.stop()
            return
        self.draining = asyncio.get_event_loop().create_task(self._drain())

    async def _drain(self) -> None:
        logger.info("Draining %d connections.", len(self.connections))
        readiness.draining = True
        try:
            for port in self.ports:
                await defer.maybeDeferred(port.stopListening).asFuture(asyncio.get_running_loop())
            await relay.current().drain(FINISH_SECONDS)
            await self._finish(FINISH_SECONDS)
            await asyncio.sleep(FLUSH_SECONDS)
        except Exception:
            logger.exception("The drain failed; stopping all the same.")
        finally:
            self.stop()

    async def _finish(self, seconds: float) -> None:
        """Wait for what is being answered; what has arrived by half has no application yet."""
        running = self._applications()
        if running:
            await asyncio.wait(running, timeout=seconds)

    def kill_all_applications(self) -> Any:
        """Cancel what still runs, and wait a bounded time for it."""
        running = self._applications()
        for application in running:
            application.cancel()
        ended = asyncio.ensure_future(self._finish(CANCEL_SECONDS))
        return defer.Deferred.fromFuture(ended)

    def _applications(self) -> list[asyncio.Future[Any]]:
        found = (details.get("application_instance") for details in self.connections.values())
        return [each for each in found if each is not None and not each.done()]


def _bound(listening: socket.socket) -> None:
    """Notice a peer that vanished, and one that does not read; accepted sockets inherit it."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)


def _age(since: float) -> float:
    # Daphne notes the time of day.
    return daphne.server.time.time() - since


def _with_backlog(endpoint: str) -> str:
    if endpoint.startswith(("tcp:", "unix:")) and "backlog=" not in endpoint:
        return f"{endpoint}:backlog={BACKLOG}"
    return endpoint


def _forwarded_client(scope: dict[str, Any]) -> list[Any] | None:
    """The address that our proxy saw: the last one, because those before it are anybody's words."""
    values = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    last = values[-1].decode("latin-1").split(",")[-1].strip() if values else ""
    return [last, 0] if last else None
