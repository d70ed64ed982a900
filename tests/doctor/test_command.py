"""`manage.py doctor`: what it writes, how it ends, and what it finds out through an address."""

import io
import json
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.management import CommandError, call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client
from pytest_django import Settings

from notifications.doctor import STEPS, Case, Measured, examine
from notifications.doctor.probe import Probe
from tests.support.proxies import spoiling
from tests.support.site import Site, free_port

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A heartbeat a second: a connection has to be silent for little longer."""
    running = Site("", options={"HEARTBEAT_SECONDS": 1})
    yield running
    running.close()


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.NOTICEBOARD = {"HEARTBEAT_SECONDS": 1}
    settings.DEBUG = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test asks, and knows."""


@pytest.fixture
def wsgi() -> Iterator[str]:
    """The address of this site under WSGI."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def doctor(*arguments: str) -> tuple[int, str]:
    """How it ends, and what it writes."""
    written = io.StringIO()
    status = 0
    try:
        call_command("doctor", *arguments, stdout=written, stderr=io.StringIO(), no_color=True)
    except SystemExit as end:
        status = int(str(end.code))
    return status, written.getvalue()


def measured(address: str) -> tuple[dict[str, Any], Measured]:
    """The findings about an address that are no done ones, by id."""
    seen = Probe(address).measure()
    found = {each.id: each.wire() for each in examine(Case(seen)) if each.state != "done"}
    return {id: each for id, each in found.items() if id not in ("push", "bell")}, seen


def test_i3_it_ends_with_0_where_nothing_is_wrong() -> None:
    status, text = doctor()
    assert status == 0
    lines = [line for line in text.splitlines() if not line.startswith(" ")]
    assert [str(step.title) in line for step, line in zip(STEPS, lines, strict=True)].count(
        False
    ) == 0
    assert "✓ Done  App and tables: All migrations are applied to SQLite." in lines


def test_i3_it_ends_with_1_where_something_is_and_says_the_cure(settings: Settings) -> None:
    settings.ROOT_URLCONF = "django.contrib.auth.urls"
    status, text = doctor()
    assert status == 1
    assert "✗ Problem  Addresses: The addresses of Noticeboard are not in the project's." in text
    assert '      path("", include("notifications.urls")),' in text


@pytest.mark.parametrize("url", ["board.example.org", "ftp://board", "https://", "http://a:b"])
def test_i3_it_refuses_what_is_no_address(url: str) -> None:
    with pytest.raises(CommandError, match="is no address such as"):
        doctor("--url", url)


def test_i3_its_json_is_what_the_page_answers(alice: Any) -> None:
    alice.is_superuser = True
    alice.save()
    client = Client()
    client.force_login(alice)
    page = client.post("/api/setup/", {}, content_type="application/json").json()
    status, text = doctor("--json")
    told = json.loads(text)
    assert (status, told["ok"]) == (0, True)
    # Under the WSGI of the test's client, which the command cannot know; times differ.
    differing = {"server", "clock", "layer"}
    one, other = (
        {each["id"]: each for each in findings if each["id"] not in differing}
        for findings in (told["findings"], page["findings"])
    )
    assert one == other
    assert [each["id"] for each in told["findings"]] == [step.id for step in STEPS]


def test_i2_a_site_with_nothing_on_the_way_is_in_order(site: Site) -> None:
    found, seen = measured(f"http://{site.address()}")
    assert found == {}
    assert (seen.ticks_status, seen.upgrade_status, seen.module_status) == (200, 101, 200)
    assert seen.stream_silent == seen.socket_silent == seen.idle_wanted == 1.2


def test_i2_a_buffering_proxy_is_found(site: Site) -> None:
    with spoiling(site, "--buffer") as address:
        found, _seen = measured(address)
    assert set(found) == {"buffering"}
    assert "your proxy buffers" in found["buffering"]["words"]


def test_i2_a_refused_upgrade_is_found(site: Site) -> None:
    with spoiling(site, "--no-upgrade") as address:
        found, seen = measured(address)
    assert set(found) == {"websocket"}
    assert "refused with status 400" in found["websocket"]["words"]
    assert (seen.stream_silent, seen.socket_silent) == (1.2, None)


def test_i2_a_proxy_that_cuts_what_is_silent_is_found(site: Site) -> None:
    # Longer than the ticks are apart.
    with spoiling(site, "--idle", "0.7") as address:
        found, _seen = measured(address)
    assert set(found) == {"idle"}
    assert "was cut after" in found["idle"]["words"]


def test_i2_a_proxy_that_hides_the_host_is_found(site: Site) -> None:
    with spoiling(site, "--host", "localhost:1") as address:
        found, seen = measured(address)
    assert (set(found), seen.upgrade_code) == ({"websocket"}, 4403)
    assert "another host, port or scheme" in found["websocket"]["words"]


def test_i2_a_server_that_speaks_wsgi_is_found(wsgi: str) -> None:
    found, _seen = measured(wsgi)
    assert "No ASGI server" in found["server"]["words"]
    assert found["server"]["fix"] == "python manage.py serve"


def test_i2_an_address_where_nobody_answers_is_found() -> None:
    found, _seen = measured(f"http://127.0.0.1:{free_port()}")
    assert "Nobody answers" in found["server"]["words"]
    assert {found[id]["state"] for id in ("buffering", "websocket", "idle", "policy")} == {
        "skipped"
    }
