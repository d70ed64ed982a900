"""Daphne, made fit for connections that stay.

What is different from ``daphne.server.Server``: sockets are written to at once, and the transports
get them (the ASGI extension ``noticeboard.wire``); a thousand clients may connect at once, frames
are small, an idle connection costs neither memory nor time that it need not, one failing
connection does not stop the periodic checks, and SIGTERM lets everybody go in order.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from functools import partial
from typing import Any

import daphne.server
from twisted.internet import defer
from twisted.internet import reactor as installed_reactor

from notifications import relay
from notifications.conf import options
from notifications.transports.arriving import Arrivals
from notifications.transports.collecting import collect_seldom, untie
from notifications.transports.listening import prepare, with_backlog
from notifications.transports.looping import take_loop
from notifications.transports.protocol import SocketProtocol, with_options_of
from notifications.transports.readiness import readiness
from notifications.transports.rounds import Rounds
from notifications.transports.visitors import forwarded
from notifications.transports.wire import StreamWire, WebSocketWire, Wire

#: Daphne has put the asyncio one there.
reactor: Any = installed_reactor
logger = logging.getLogger(__name__)

#: Requests that are being answered get this long when the process is told to stop.
FINISH_SECONDS = 10.0
#: An application that does not end when it is cancelled is left behind after this.
CANCEL_SECONDS = 3.0
#: What was written last leaves the process in the next turns of the loop.
FLUSH_SECONDS = 0.1
#: Heartbeats keep a connection alive, and the kernel gives up who does not acknowledge one
#: (``listening.UNACKNOWLEDGED_MS``); a ping only shows whether somebody reads.
PING_SECONDS = 240
#: Pauses of Daphne's two periodic checks.
REAP_SECONDS = 1
TIMEOUT_SECONDS = 0.25


class Server(daphne.server.Server):
    """Daphne's server with a wire for the transports and an orderly end."""

    def __init__(self, application: Any, *, trust_proxy: bool = False, **keywords: Any) -> None:
        """``trust_proxy``: the client is whom our proxies say in X-Forwarded-For."""
        keywords.setdefault("ping_interval", PING_SECONDS)
        keywords["websocket_max_message_size"] = options.FRAME_BYTES
        keywords["websocket_max_frame_size"] = options.FRAME_BYTES
        keywords["endpoints"] = [with_backlog(each) for each in keywords.get("endpoints", ())]
        super().__init__(application, **keywords)
        self.trust_proxy = trust_proxy
        self.ports: list[Any] = []
        self.draining: asyncio.Task[None] | None = None
        #: Clients that have gone and whose application has not ended yet.
        self.lingering: dict[Any, None] = {}
        interval = min(self.ping_interval, self.http_timeout or self.ping_interval)
        self.rounds = Rounds(max(1, round(interval / TIMEOUT_SECONDS)))

    def run(self) -> None:
        """Serve until the process is told to stop."""
        take_loop(reactor)
        reactor.callWhenRunning(self._set_up)
        super().run()

    def _set_up(self) -> None:
        collect_seldom()
        # A frame that breaks the rules is answered with a close code, not with a cut.
        self.ws_factory.setProtocolOptions(failByDrop=False)
        self.ws_factory.protocol = with_options_of(self.ws_factory)
        # Twisted would make a line of an access log that goes nowhere; ``log_action`` tells of it.
        self.http_factory.log = lambda request: None
        if self.signal_handlers:
            # Twisted has put its own handlers there, which stop at once.
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, self._on_signal)

    def listen_success(self, port: Any) -> None:
        """Remember what listens, so that it can be closed first."""
        super().listen_success(port)
        self.ports.append(port)
        prepare(port)

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
            scope["client"] = forwarded(scope) or scope["client"]
        return self._start(protocol, scope)

    def _start(self, protocol: Any, scope: dict[str, Any]) -> Arrivals:
        # What Daphne does, with a smaller queue, and told of the end instead of looking for it.
        scope.setdefault("asgi", {"version": "3.0"})
        arrivals = Arrivals()
        application = asyncio.ensure_future(
            self.application(
                scope=scope, receive=arrivals.get, send=partial(self.handle_reply, protocol)
            ),
            loop=asyncio.get_event_loop(),
        )
        self.connections[protocol]["application_instance"] = application
        application.add_done_callback(partial(self._ended, protocol))
        return arrivals

    # Who is here

    def protocol_connected(self, protocol: Any) -> None:
        """Note a request or a WebSocket."""
        super().protocol_connected(protocol)
        if self.http_timeout or isinstance(protocol, SocketProtocol):
            self.rounds.add(protocol)

    def protocol_disconnected(self, protocol: Any) -> None:
        """Forget a request or a WebSocket, as soon as its application has ended too."""
        self.rounds.discard(protocol)
        untie(protocol)
        details = self.connections.get(protocol)
        if details is not None and "disconnected" not in details:
            super().protocol_disconnected(protocol)
            self._reap(protocol)

    def _ended(self, protocol: Any, application: asyncio.Future[Any]) -> None:
        if protocol in self.connections:
            self._apart(self._reap, protocol)

    def _reap(self, protocol: Any) -> None:
        details = self.connections[protocol]
        application = details.get("application_instance")
        gone = "disconnected" in details
        if application is not None and application.done():
            del details["application_instance"]
            self._report(protocol, application, gone)
            application = None
        if gone and application is None:
            self.connections.pop(protocol, None)
            self.lingering.pop(protocol, None)
        elif gone:
            self.lingering[protocol] = None

    # The periodic checks

    def application_checker(self) -> None:
        """End applications that do not notice that their client has gone."""
        try:
            for protocol in list(self.lingering):
                self._apart(self._give_up, protocol)
        finally:
            reactor.callLater(REAP_SECONDS, self.application_checker)

    def _give_up(self, protocol: Any) -> None:
        details = self.connections[protocol]
        if _age(details["disconnected"]) > self.application_close_timeout:
            details["application_instance"].cancel()

    def timeout_checker(self) -> None:
        """Ping and time out those whose turn it is, each for itself."""
        try:
            for protocol in self.rounds.turn():
                self._apart(lambda each: each.check_timeouts(), protocol)
        finally:
            reactor.callLater(TIMEOUT_SECONDS, self.timeout_checker)

    def _apart(self, check: Any, protocol: Any) -> None:
        try:
            check(protocol)
        except Exception:
            logger.exception("A periodic check of %r failed.", protocol)

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


def _age(since: float) -> float:
    # Daphne notes the time of day.
    return daphne.server.time.time() - since
