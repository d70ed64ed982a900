"""Several processes on one socket: over TCP and Unix sockets, and replaced one by one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import unix_connect

from notifications.workers import listen, shared_figures, take_place
from notifications.workers.figures import VARIABLE, forget
from tests.support.site import ROOT, Program, Site, free_port, wait_until
from tests.transports.conftest import SECONDS, frame

WORKERS = 2


class Served(SimpleNamespace):
    """A supervisor with its workers beside the site's own server, over the same database."""

    program: Program
    client: Callable[[], httpx.Client]

    def is_ready(self) -> bool:
        with contextlib.suppress(httpx.TransportError), self.client() as client:
            return client.get("/readyz").status_code == 200
        return False

    def pids(self) -> list[int]:
        parent = self.program.process.pid
        path = Path(f"/proc/{parent}/task/{parent}/children")
        return [int(each) for each in path.read_text().split()]

    def all_new(self, old: list[int]) -> list[int] | None:
        found = self.pids()
        return found if len(found) == WORKERS and not set(found) & set(old) else None

    def roll(self) -> None:
        self.program.process.send_signal(signal.SIGHUP)

    def log(self) -> str:
        return self.program.log.read_text()


@contextlib.contextmanager
def serve(
    site: Site, where: list[str], client: Callable[[], httpx.Client], manage: str = "manage.py"
) -> Iterator[Served]:
    command = [manage, "serve", "--workers", str(WORKERS), *where]
    log = site.folder / f"workers-{free_port()}.log"
    served = Served(program=Program(command, site.environment, log), client=client)
    try:
        wait_until(lambda: len(served.pids()) == WORKERS, "the workers are started")
        wait_until(served.is_ready, "one is ready")
        yield served
    finally:
        if served.program.process.poll() is None:
            assert served.program.terminate() == 0


def over_unix(path: Path) -> Callable[[], httpx.Client]:
    def client() -> httpx.Client:
        transport = httpx.HTTPTransport(uds=str(path))
        return httpx.Client(transport=transport, base_url="http://localhost", timeout=SECONDS)

    return client


class Asking(threading.Thread):
    """Asks without a pause, each time on a new connection, and keeps what went wrong."""

    def __init__(self, client: Callable[[], httpx.Client]) -> None:
        super().__init__()
        self._client = client
        self._enough = threading.Event()
        self.answers = 0
        self.failures: list[str] = []

    def run(self) -> None:
        while not self._enough.is_set():
            try:
                with self._client() as client:
                    status = client.get("/accounts/login/").status_code
            except httpx.TransportError as error:
                self.failures.append(repr(error))
            else:
                self.answers += 1
                if status != 200:
                    self.failures.append(str(status))

    def __exit__(self, *error: object) -> None:
        self._enough.set()
        self.join()

    def __enter__(self) -> Asking:
        self.start()
        return self


def test_all_are_replaced_one_by_one_and_nobody_is_refused(
    site: Site, cookie: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "sock"
    client = over_unix(path)
    with serve(site, ["--uds", str(path)], client) as served, Asking(client) as asking:
        old = served.pids()
        headers = {**cookie, "Origin": "http://localhost"}
        with unix_connect(str(path), "ws://localhost/ws/", additional_headers=headers) as reader:
            assert frame(reader)["control"] == "ready"

            served.roll()

            closing = frame(reader)
            assert (closing["control"], closing["come_back"]) == ("closing", True)
            with pytest.raises(ConnectionClosed):
                reader.recv(timeout=SECONDS)
            assert reader.close_code == 1012
        wait_until(lambda: served.all_new(old), "all workers are new")
        before = asking.answers
        wait_until(lambda: asking.answers > before + 5, "the new ones answer")
    assert asking.failures == []
    assert "Traceback" not in served.log()


def test_a_release_that_cannot_start_changes_nothing(site: Site, tmp_path: Path) -> None:
    manage = tmp_path / "manage.py"
    shutil.copy(ROOT / "manage.py", manage)
    environment = {**site.environment, "PYTHONPATH": str(ROOT)}
    at_home = SimpleNamespace(folder=site.folder, environment=environment)
    host, port = v6_or_v4(), free_port()

    def client() -> httpx.Client:
        name = f"[{host}]" if ":" in host else host
        headers = {"Host": "localhost"}
        return httpx.Client(base_url=f"http://{name}:{port}", headers=headers, timeout=SECONDS)

    where = ["--host", host, "--port", str(port)]
    with serve(at_home, where, client, str(manage)) as served:  # type: ignore[arg-type]
        old = served.pids()
        manage.write_text("raise SystemExit(3)")
        served.roll()
        wait_until(lambda: "ended with 3 before it was ready" in served.log(), "it is given up")
        assert served.pids()[:WORKERS] == old
        assert served.is_ready()

        # Who watches over them is killed: they must not stay where its successor wants to listen.
        served.program.kill()
        wait_until(lambda: not any(map(alive, old)), "the orphans have ended")
        socket.create_server((host, port), family=family_of(host)).close()


def test_workers_have_a_folder_for_their_figures_while_they_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with shared_figures():
        folder = Path(os.environ[VARIABLE])
        for name in ("gauge_livesum_7.db", "counter_7.db", "gauge_livesum_8.db"):
            (folder / name).touch()
        forget(7)
        assert [each.name for each in folder.glob("*.db")] == ["gauge_livesum_8.db"]
    assert not folder.exists()
    assert VARIABLE not in os.environ
    forget(8)


def test_a_folder_that_was_set_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with shared_figures():
        assert os.environ[VARIABLE] == str(tmp_path)
    assert tmp_path.exists()


def test_a_socket_that_was_left_behind_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "sock"
    for _ in range(2):
        # Closed, not removed: as after a kill -9.
        listen("", 0, str(path)).close()
    take_place(path)
    assert not path.exists()
    path.write_text("not a socket")
    take_place(path)
    assert path.read_text() == "not a socket"


def test_a_socket_that_somebody_listens_on_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sock"
    with listen("", 0, str(path)):
        for take in (lambda: take_place(path), lambda: listen("", 0, str(path))):
            with pytest.raises(OSError, match="in use"):
                take()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.connect(str(path))


def v6_or_v4() -> str:
    """The loopback address of IPv6 where there is one."""
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return "::1"
    return "127.0.0.1"


def family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
    return False
