"""What was measured through the address that people use, judged; and what a browser may send."""

from typing import Any

import pytest
from pytest_django import Settings

from notifications.doctor import Case, Measured, network
from notifications.errors import NoticeboardError

NO_SESSION, OTHER_SITE = 4401, 4403


def judged(rule: Any, asgi: bool | None = None, **measured: Any) -> Any:
    return rule(Case(Measured(**measured), asgi))


@pytest.mark.parametrize(
    ("ticks", "state"),
    [
        ((3, 310, 605), "done"),
        ((400, 700, 1000), "done"),
        ((610, 611, 612), "problem"),
        # A loaded machine, or a browser, may be late with one of them.
        ((250, 310, 605), "done"),
        ((3, 310), "problem"),
        ((), "problem"),
    ],
)
def test_ticks_that_come_together_were_buffered(ticks: tuple[float, ...], state: str) -> None:
    found = judged(network.buffering, ticks_status=200, ticks=ticks)
    assert found.state == state
    assert set(found.figure) == {f"tick_{number}_ms" for number in range(1, len(ticks) + 1)}


def test_it_says_the_cure_of_a_buffering_proxy_as_it_is_to_be_written() -> None:
    found = judged(network.buffering, ticks_status=200, ticks=(610, 611, 612))
    assert "your proxy buffers" in found.words
    assert "X-Accel-Buffering: no" in found.cure
    assert found.fix == "proxy_buffering off;"


@pytest.mark.parametrize(
    ("status", "code", "state", "words"),
    [
        (101, None, "done", "opens"),
        (101, NO_SESSION, "done", "opens"),
        (101, OTHER_SITE, "problem", "another host, port or scheme"),
        (400, None, "problem", "status 400"),
        (0, None, "problem", "refused."),
        (None, None, "skipped", "Not measured"),
    ],
)
def test_a_websocket_has_to_open(
    status: int | None, code: int | None, state: str, words: str
) -> None:
    found = judged(network.websocket, ticks_status=200, upgrade_status=status, upgrade_code=code)
    assert (found.state, words in found.words) == (state, True)
    assert ("Upgrade $http_upgrade" in found.fix) == (state == "problem")


@pytest.mark.parametrize(
    ("stream", "socket", "state"),
    [
        (30, 30, "done"),
        (30, None, "done"),
        (12.3, 30, "problem"),
        (30, 12.3, "problem"),
        (None, None, "skipped"),
    ],
)
def test_nobody_may_cut_what_is_silent(
    stream: float | None, socket: float | None, state: str
) -> None:
    found = judged(network.idle, idle_wanted=30, stream_silent=stream, socket_silent=socket)
    assert found.state == state
    if state == "problem":
        assert "cut after 12.3 s; heartbeats come every 25 s" in found.words
        assert found.fix == "proxy_read_timeout 75s;"


@pytest.mark.parametrize(
    ("asgi", "status", "state"),
    [
        (True, None, "done"),
        (None, 200, "done"),
        (None, 403, "done"),
        # The page came from an ASGI server: then it is the proxy that leads elsewhere.
        (True, 404, "done"),
        (None, 404, "problem"),
        (False, None, "problem"),
        (False, 404, "problem"),
        (None, 0, "problem"),
        (None, None, "skipped"),
    ],
)
def test_an_asgi_server_has_to_answer(asgi: bool | None, status: int | None, state: str) -> None:
    found = judged(network.server, asgi, ticks_status=status)
    assert found.state == state
    assert (found.fix == "python manage.py serve") == (state == "problem")


def test_a_page_in_the_clear_is_a_problem_where_strangers_are(settings: Settings) -> None:
    assert judged(network.secure, secure=False).state == "problem"
    settings.DEBUG = True
    assert judged(network.secure, secure=False).state == "todo"
    assert judged(network.secure, secure=True).state == "done"


@pytest.mark.parametrize(
    ("policy", "state", "words"),
    [
        ("default-src 'self'", "done", "strict"),
        ("default-src 'none'; script-src 'self' 'nonce-x'; style-src 'self'; connect-src 'self'",
         "done", "strict"),
        ("DEFAULT-SRC 'self'; img-src data:", "done", "strict"),
        ("", "todo", "without"),
        ("default-src 'self' 'unsafe-inline'", "todo", "stand in a page"),
        ("default-src 'none'", "problem", "script-src, style-src, connect-src"),
        ("default-src 'self'; connect-src https://api.example.org", "problem", "connect-src"),
        ("img-src 'self'", "done", "strict"),
    ],
)  # fmt: skip
def test_a_policy_has_to_let_our_pages_through(policy: str, state: str, words: str) -> None:
    found = judged(network.policy, policy=policy)
    assert (found.state, words in found.words) == (state, True)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"colour": 1}, "unknown_field"),
        ({"secure": 1}, "wrong_type"),
        ({"ticks_status": "200"}, "wrong_type"),
        ({"ticks_status": 200.5}, "wrong_type"),
        ({"ticks_status": True}, "wrong_type"),
        ({"ticks": [1, "2"]}, "wrong_type"),
        ({"ticks": 1}, "wrong_type"),
        ({"ticks": [float("inf")]}, "wrong_type"),
        ({"idle_wanted": -1}, "wrong_type"),
        ({"idle_wanted": 1e300}, "wrong_type"),
        ({"policy": "x" * 8_193}, "wrong_type"),
    ],
)
def test_it_refuses_what_cannot_have_been_measured(told: dict[str, Any], code: str) -> None:
    with pytest.raises(NoticeboardError) as refused:
        Measured.read(told)
    assert refused.value.code == code


def test_it_reads_what_a_browser_has_measured() -> None:
    told = {
        "ticks": [1, 2.5],
        "ticks_status": 200,
        "upgrade_code": None,
        "policy": "",
        "secure": True,
    }
    assert Measured.read(told) == Measured(
        ticks=(1.0, 2.5), ticks_status=200, upgrade_code=None, policy="", secure=True
    )
