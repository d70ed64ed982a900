"""docs/deploy/nginx.conf in a real nginx, with its default buffering, in front of a real server.

Times are a twentieth of the real ones: a heartbeat each second, and nginx gives up after 3.75 s.
"""

import asyncio
import os
import re
import shutil
import subprocess
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.support.nginx import CONF, certificate, changed, write
from tests.support.readers import READERS, Reader
from tests.support.site import DEADLINE, Site, free_port, wait_until

PATHS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
# Five minutes, scaled.
IDLE_SECONDS = 15
TRANSPORTS = ["websocket", "sse", "long-polling", "polling"]


@pytest.fixture(scope="module")
def nginx() -> str:
    """The program that the set-up of the tests has found, or the machine's."""
    found = os.environ.get("NGINX") or shutil.which("nginx", path=PATHS)
    if not found:
        pytest.skip("no nginx: scripts/nginx.py could have none")
    return found


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A server whose address is that of the nginx in front, once there is one."""
    running = Site("", options={"RECONCILE_SECONDS": 0.2})
    yield running
    running.close()


@pytest.fixture(scope="module")
def front(
    nginx: str, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SimpleNamespace]:
    """A running nginx: what readers take for the site."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    conf = changed(
        CONF.read_text(),
        upstream=("server unix:/run/noticeboard/sock", f"server {site.address()}"),
        others=("listen 80 default_server;", f"listen 127.0.0.1:{free_port()};"),
        strangers=("listen 443 ssl default_server;", ""),
        rejected=("ssl_reject_handshake on;", ""),
        redirect=("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        listen=("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        timeout=("proxy_read_timeout 75s;", "proxy_read_timeout 3750ms;"),
    )
    conf = re.sub(r"(?m)^ *ssl_certificate.*\n", "", conf)
    process = subprocess.Popen([nginx, "-p", folder, "-c", write(folder, conf)])

    def answers() -> bool:
        assert process.poll() is None, (folder / "error.log").read_text()
        try:
            return httpx.get(f"http://127.0.0.1:{port}/accounts/login/").status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_until(answers, "nginx answers")
        yield SimpleNamespace(
            address=lambda _number=0: f"127.0.0.1:{port}", do=site.do, logs=site.logs
        )
    finally:
        process.kill()
        process.wait(DEADLINE)


@pytest.fixture(scope="module")
def people(site: Site) -> SimpleNamespace:
    named = SimpleNamespace(**site.do("people", prefix=f"t{uuid.uuid4().hex[:6]}"))
    named.session = site.do("session", username=named.alice)
    return named


@pytest.fixture
def reader(front: Any, people: SimpleNamespace) -> Callable[[str], Reader]:
    """alice behind nginx, over a transport."""
    return lambda kind: READERS[kind](front, people.session, after=front.do("head"))


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


@asynccontextmanager
async def connected(reader: Reader) -> AsyncIterator[Reader]:
    async with reader:
        await reader.until(lambda: reader.connects, "connected")
        yield reader


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_an_event_comes_through_within_a_second(
    transport: str, reader: Callable[[str], Reader], site: Site, people: SimpleNamespace
) -> None:
    async def tell() -> None:
        async with connected(reader(transport)) as alice:
            times = []
            # The best of a few: the machine may be busy with something else.
            for number in range(3):
                start = time.monotonic()
                await asyncio.to_thread(
                    site.do, "notify", title=f"n{number}", to=people.alice_topic
                )
                await alice.told(f"n{number}")
                times.append(time.monotonic() - start)
            assert min(times) < 1
            assert alice.titles == ["n0", "n1", "n2"]

    run(tell())


def test_a_stream_opens_at_once(front: Any, people: SimpleNamespace) -> None:
    headers = {"Cookie": f"sessionid={people.session}"}
    start = time.monotonic()
    with httpx.stream("GET", f"http://{front.address()}/events/", headers=headers) as answer:
        assert answer.status_code == 200
        first = next(line for line in answer.iter_lines() if line == "event: stream-open")
        assert time.monotonic() - start < 5
    assert first
    assert answer.headers["Content-Type"].startswith("text/event-stream")


def test_connections_survive_idle_minutes(
    reader: Callable[[str], Reader], site: Site, people: SimpleNamespace
) -> None:
    async def tell() -> None:
        async with (
            connected(reader("websocket")) as socket,
            connected(reader("sse")) as stream,
            connected(reader("long-polling")) as poll,
        ):
            before = [socket.connects, stream.connects]
            await asyncio.sleep(IDLE_SECONDS)
            await asyncio.to_thread(site.do, "notify", title="late", to=people.alice_topic)
            for each in (socket, stream, poll):
                await each.told("late")
            assert [socket.connects, stream.connects] == before == [1, 1]

    run(tell())


def test_pages_and_actions_come_through(front: Any, people: SimpleNamespace) -> None:
    address = f"http://{front.address()}"
    with httpx.Client(base_url=address, cookies={"sessionid": people.session}) as client:
        page = client.get("/")
        assert page.status_code == 200
        token = client.cookies["csrftoken"]
        headers = {"X-CSRFToken": token, "Origin": address, "Referer": f"{address}/"}
        cursor = client.get("/api/inbox/").json()["cursor"]
        answer = client.post("/api/inbox/seen/", json={"cursor": cursor}, headers=headers)
        assert answer.json()["ok"], answer.text


def test_the_file_as_it_is_written_is_good(nginx: str, tmp_path: Path) -> None:
    certificate(tmp_path)
    live = "/etc/letsencrypt/live/board.example.org/"
    conf = changed(
        CONF.read_text(),
        others=("listen 80 ", f"listen {free_port()} "),
        redirect=("listen 80;", f"listen {free_port()};"),
        listen=("listen 443", f"listen {free_port()}"),
        certificate=(live, f"{tmp_path}/"),
    )
    done = subprocess.run(
        [nginx, "-t", "-p", tmp_path, "-c", write(tmp_path, conf)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_it_leaves_buffering_as_it_is() -> None:
    directives = re.sub(r"#.*", "", CONF.read_text())
    assert "buffering" not in directives
