"""`make deploy-check`: a site made of docs/deploy, used through TLS, nginx and all the rest."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
import redis
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.deploy.deployed import ORIGIN, PASSWORD, WORKERS, Deployed
from tests.support.nginx import HOST
from tests.support.site import DEADLINE, wait_until

# A whole site is set up first.
pytestmark = pytest.mark.timeout(600)

PATHS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    if not os.environ.get("DEPLOY_CHECK"):
        pytest.skip("`make deploy-check` runs it")
    nginx = os.environ.get("NGINX") or shutil.which("nginx", path=PATHS)
    if not nginx:
        pytest.skip("no nginx: scripts/nginx.py could have none")
    site = Deployed(tmp_path_factory.mktemp("deployed"), nginx)
    try:
        person = ("--username", "alice", "--email", "alice@example.org")
        site.manage("createsuperuser", "--noinput", *person, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
        yield site
    finally:
        site.close()


@pytest.fixture(scope="module")
def alice(site: Deployed) -> Iterator[httpx.Client]:
    """Signed in through the form."""
    with site.client() as client:
        client.get("/accounts/login/")
        form = {
            "username": "alice",
            "password": PASSWORD,
            "csrfmiddlewaretoken": client.cookies["__Host-csrftoken"],
        }
        answer = client.post("/accounts/login/", data=form)
        assert answer.status_code == 302, answer.text
        yield client


@pytest.fixture
def session(alice: httpx.Client) -> str:
    return alice.cookies["__Host-sessionid"]


def test_plain_http_leads_to_https(site: Deployed) -> None:
    answer = httpx.get(f"http://127.0.0.1:{site.plain}/n/1/", headers={"Host": HOST})
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{ORIGIN}/n/1/")


def test_another_name_gets_no_answer(site: Deployed) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"http://127.0.0.1:{site.plain}/", headers={"Host": "evil.example.org"})
    with (
        socket.create_connection(("127.0.0.1", site.https)) as plain,
        pytest.raises(ssl.SSLError),
    ):
        site.trusted.wrap_socket(plain, server_hostname="evil.example.org")


def test_cookies_and_headers_are_those_of_a_public_site(alice: httpx.Client) -> None:
    page = alice.get("/")
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Server"] == "nginx"


def test_static_files_come_from_nginx_for_good(alice: httpx.Client) -> None:
    found = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', alice.get("/").text)
    assert found
    for path in found:
        answer = alice.get(path)
        assert answer.status_code == 200, path
        assert "max-age=315360000" in answer.headers["Cache-Control"]


def test_neither_database_nor_redis_lets_strangers_in(site: Deployed) -> None:
    url = site.database_url
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(re.sub(r":[^:@]+@", ":wrong@", url))
    with redis.Redis(port=site.redis.number) as stranger, pytest.raises(redis.RedisError):
        stranger.ping()


def test_an_event_of_another_process_comes_over_every_transport(
    site: Deployed, alice: httpx.Client, session: str
) -> None:
    cursor = alice.get("/api/events/").json()["cursor"]
    got: dict[str, float] = {}

    def stream() -> None:
        with alice.stream("GET", "/events/") as answer:
            for line in answer.iter_lines():
                if line.startswith("data:") and "End to end" in line:
                    got["sse"] = time.monotonic()
                    return
                got.setdefault("open", time.monotonic())

    def poll() -> None:
        answer = alice.get("/api/events/", params={"after": cursor, "wait": "25"})
        assert "End to end" in answer.text
        got["long-polling"] = time.monotonic()

    threads = [threading.Thread(target=each) for each in (stream, poll)]
    with site.web_socket(session) as reader:
        assert json.loads(reader.recv(DEADLINE))["control"] == "ready"
        for thread in threads:
            thread.start()
        wait_until(lambda: "open" in got, "the stream is open")
        site.manage("notify", "--to", "user:alice", "--title", "End to end")
        assert title(reader) == "End to end"
        for thread in threads:
            thread.join(DEADLINE)
    assert {"sse", "long-polling"} <= got.keys()
    assert "End to end" in alice.get("/api/events/", params={"after": cursor}).text


def title(reader: ClientConnection) -> str:
    """Of the next event; heartbeats and the like come between."""
    while True:
        frame = json.loads(reader.recv(DEADLINE))
        if "title" in frame.get("data", {}):
            return str(frame["data"]["title"])


def closed(reader: ClientConnection) -> int | None:
    """The code with which the server ends it."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            reader.recv(DEADLINE)
    return reader.close_code


def test_a_page_of_another_site_opens_no_web_socket(site: Deployed, session: str) -> None:
    with site.web_socket(session, origin="https://evil.example.org") as reader:
        assert closed(reader) == 4403


def test_what_is_too_large_is_refused_by_nginx(alice: httpx.Client) -> None:
    answer = alice.post("/api/inbox/read/", content=b"x" * 2_000_000)
    assert answer.status_code == 413


def test_a_reload_replaces_the_workers_and_loses_nothing(
    site: Deployed, alice: httpx.Client, session: str
) -> None:
    old = site.children()
    statuses: list[int] = []
    enough = threading.Event()

    def ask() -> None:
        while not enough.is_set():
            with site.client() as client:
                statuses.append(client.get("/accounts/login/").status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        with site.web_socket(session) as reader:
            cursor = json.loads(reader.recv(DEADLINE))["cursor"]
            site.server.process.send_signal(signal.SIGHUP)
            assert closed(reader) == 1012
        site.manage("notify", "--to", "user:alice", "--title", "Meanwhile")
        with site.web_socket(session, f"?after={cursor}") as reader:
            assert title(reader) == "Meanwhile"
        wait_until(
            lambda: len(site.children()) == WORKERS and not set(old) & set(site.children()),
            "all workers are new",
        )
    finally:
        enough.set()
        asking.join()
    assert set(statuses) == {200}


def test_the_log_is_json_and_tells_no_secret(site: Deployed, session: str) -> None:
    lines = site.log().splitlines()
    for line in lines:
        json.loads(line)
    for secret in (session, PASSWORD, site.environment["SECRET_KEY"], "End to end"):
        assert not [line for line in lines if secret in line]


def test_told_to_stop_it_stops_and_starts_again(site: Deployed, session: str) -> None:
    workers = site.children()
    assert site.server.terminate() == 0, site.log()
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    site.start()
    with site.web_socket(session) as reader:
        assert json.loads(reader.recv(DEADLINE))["control"] == "ready"
