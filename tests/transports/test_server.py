"""The server process: who does not read, who sends by half, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import httpx_sse
import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from websockets.exceptions import ConnectionClosed

from notifications.server import TIMEOUT_SECONDS, Server
from notifications.transports.looping import take_loop
from tests.support.site import Program, Site, free_port, wait_until
from tests.transports.conftest import SECONDS, frame, socket_to


class Served(SimpleNamespace):
    """A process of ``manage.py serve`` beside the site's own, over the same database."""

    program: Program
    port: int

    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://{self.address()}/health/ready/").status_code == 200
        return False


@contextlib.contextmanager
def serve(site: Site, *arguments: str) -> Iterator[Served]:
    port = free_port()
    command = ["manage.py", "serve", "--port", str(port), *arguments]
    program = Program(command, site.environment, site.folder / f"serve-{port}.log")
    served = Served(program=program, port=port)
    try:
        wait_until(served.is_ready, "the server is ready")
        yield served
    finally:
        if program.process.poll() is None:
            program.terminate()


def half_of(served: Served, request: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", served.port))
    connection.sendall(request)
    return connection


def test_told_to_stop_it_sends_everybody_away_in_order_and_ends(
    site: Site, cookie: dict[str, str], people: SimpleNamespace
) -> None:
    with serve(site) as served, contextlib.ExitStack() as stack:
        address = f"http://{served.address()}"
        halves = [
            half_of(served, b"GET /api/events/ HTTP/1.1\r\nHost: x"),
            half_of(
                served, b"POST /api/events/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"
            ),
        ]
        client = stack.enter_context(httpx.Client(headers=cookie, timeout=SECONDS))
        cursor = client.get(f"{address}/api/events/").json()["cursor"]
        web_socket = stack.enter_context(socket_to(served, cookie))  # type: ignore[arg-type]
        assert frame(web_socket)["control"] == "ready"
        source = stack.enter_context(httpx_sse.connect_sse(client, "GET", f"{address}/events/"))
        blocks = source.iter_sse()
        assert next(blocks).event == "stream-open"
        waiting = f"GET /api/events/?after={cursor}&wait=25 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        poll = half_of(served, f"{waiting}Cookie: {cookie['Cookie']}\r\n\r\n".encode())
        # What was sent before is read before: the poll waits when this is answered.
        assert served.is_ready()

        served.program.process.send_signal(signal.SIGTERM)

        closing = frame(web_socket)
        assert (closing["control"], closing["come_back"]) == ("closing", True)
        with pytest.raises(ConnectionClosed):
            web_socket.recv(timeout=SECONDS)
        assert web_socket.close_code == 1012
        last = [each for each in blocks if each.event != "keep-alive"][-1]
        assert last.event == "stream-error"
        assert json.loads(last.data)["come_back"] is True
        assert last.retry
        ended = answer_on(poll)
        assert (ended["cursor"], ended["events"], ended["reset"]) == (cursor, [], False)
        assert served.program.process.wait(SECONDS) == 0
        for connection in (*halves, poll):
            connection.close()
    log = served.program.log.read_text()
    assert "Traceback" not in log


def answer_on(connection: socket.socket) -> Any:
    """The JSON of the answer that arrives on a raw connection."""
    connection.settimeout(SECONDS)
    response = http.client.HTTPResponse(connection)
    response.begin()
    return json.loads(response.read())


def test_several_workers_share_a_socket_and_a_dead_one_is_replaced(
    site: Site, cookie: dict[str, str]
) -> None:
    with serve(site, "--workers", "2") as served:
        workers = wait_until(lambda: two_children(served.program.process.pid), "two workers")
        kill(workers[0])
        again = wait_until(
            lambda: new_children(served.program.process.pid, workers), "another worker"
        )
        assert set(again) != set(workers)
        assert served.is_ready()
        assert served.program.terminate() == 0
        wait_until(lambda: not any(alive(each) for each in again), "the workers have ended")


def two_children(parent: int) -> list[int] | None:
    found = children(parent)
    return found if len(found) == 2 else None


def new_children(parent: int, old: list[int]) -> list[int] | None:
    found = two_children(parent)
    return found if found and old[0] not in found else None


def children(parent: int) -> list[int]:
    path = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(each) for each in path.read_text().split()]


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def kill(pid: int) -> None:

    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("kind", ["websocket", "sse"])
def test_who_does_not_read_is_cut_off_and_the_others_get_everything(
    site: Site, people: SimpleNamespace, cookie: dict[str, str], kind: str
) -> None:
    start = site.do("head")
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", site.ports[0]))
    slow.sendall(request_of(kind, site, cookie, start))
    with socket_to(site, cookie, f"?after={start}") as reader:
        assert frame(reader)["control"] == "ready"
        body = "x" * 9000
        for number in range(60):
            site.do("notify", title=f"n{number}", body=body, to=[people.alice_topic])
        titles = [frame(reader)["data"]["title"] for _ in range(60)]
    assert titles == [f"n{number}" for number in range(60)]
    wait_until(lambda: is_cut(slow), "the slow one is cut off")
    slow.close()


def request_of(kind: str, site: Site, cookie: dict[str, str], start: str) -> bytes:
    path = f"/ws/?after={start}" if kind == "websocket" else f"/events/?after={start}"
    lines = [f"GET {path} HTTP/1.1", f"Host: {site.address()}", f"Cookie: {cookie['Cookie']}"]
    if kind == "websocket":
        lines += [
            f"Origin: http://{site.address()}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
    return "\r\n".join([*lines, "", ""]).encode()


def is_cut(connection: socket.socket) -> bool:
    """Whether the other side has closed, without reading what it had sent."""
    connection.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        try:
            connection.send(b"")
            return tcp_state(connection) not in (1, 2, 3)
        except OSError:
            return True
    return False


def tcp_state(connection: socket.socket) -> int:
    """1 is ESTABLISHED; the first byte of struct tcp_info."""
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


class Failing:
    """A connection whose check fails."""

    def check_timeouts(self) -> None:
        raise RuntimeError("this one is broken")


class Counting:
    checks = 0

    def check_timeouts(self) -> None:
        self.checks += 1


def test_one_connection_that_fails_does_not_end_the_periodic_checks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    armed: list[Any] = []
    monkeypatch.setattr(
        "notifications.server.reactor",
        SimpleNamespace(callLater=lambda seconds, call: armed.append(call)),
    )
    server = Server(None, endpoints=["tcp:port=0"], ping_interval=TIMEOUT_SECONDS)
    healthy = Counting()
    for protocol in (Failing(), healthy):
        server.rounds.add(protocol)
    server.timeout_checker()
    server.connections = {Failing(): {"disconnected": 0.0, "application_instance": Failing()}}
    server.lingering = dict.fromkeys(server.connections)
    server.application_checker()
    assert healthy.checks == 1
    assert armed == [server.timeout_checker, server.application_checker]
    assert caplog.text.count("A periodic check of") == 2


def test_its_frames_are_small_and_its_backlog_is_long(settings: Any) -> None:
    server = Server(None, endpoints=["tcp:port=0", "unix:/tmp/x", "fd:fileno=3"])
    assert server.websocket_max_message_size == server.websocket_max_frame_size == 65_536
    assert server.endpoints == [
        "tcp:port=0:backlog=4096",
        "unix:/tmp/x:backlog=4096",
        "fd:fileno=3",
    ]


def test_its_loop_is_that_of_uvloop() -> None:
    uvloop = pytest.importorskip("uvloop")
    reactor: Any = AsyncioSelectorReactor(asyncio.new_event_loop())
    watched = reactor.getReaders()
    take_loop(reactor)
    loop = reactor._asyncioEventloop
    assert isinstance(loop, uvloop.Loop)
    assert reactor.getReaders() == watched
    woken: list[str] = []
    reactor.callFromThread(woken.append, "woken")
    loop.call_later(0.01, loop.stop)
    loop.run_forever()
    assert woken == ["woken"]
    for reader in watched:
        reactor.removeReader(reader)
        reader.connectionLost(None)
    loop.close()
