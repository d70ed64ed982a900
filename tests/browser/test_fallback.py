"""A network that lets only some transports through: the page finds one, and says which."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.browser.people import Desk, choose, live, row
from tests.support.site import Site

STREAM = re.compile(r"^http://[^/]+/events/")
LONG_POLL = re.compile(r"^http://[^/]+/api/events/.*[?&]wait=")


@pytest.fixture(autouse=True)
def blocked_is_said(desk: Desk) -> None:
    desk.allow("ERR_FAILED|ERR_BLOCKED|WebSocket|EventSource")


def block(context: BrowserContext, *names: str) -> None:
    def shut(socket: WebSocketRoute) -> None:
        socket.close()

    if "websocket" in names:
        context.route_web_socket(re.compile(r"/ws/"), shut)
    if "sse" in names:
        context.route(STREAM, lambda route: route.abort())
    if "longpoll" in names:
        context.route(LONG_POLL, lambda route: route.abort())


def receives(page: Page, site: Site, people: SimpleNamespace) -> None:
    """One that is there, one that comes, and one while nobody can reach the server."""
    site.do("notify", title="Over this transport", to=people.alice_topic)
    expect(row(page, "Over this transport")).to_be_visible()
    choose(page, "Over this transport", "Mark read")
    expect(page.locator("[data-badge]")).to_be_hidden()


@pytest.mark.parametrize(
    ("names", "transport", "word"),
    [
        ((), "websocket", "Live"),
        (("websocket",), "sse", "Live"),
        (("websocket", "sse"), "longpoll", "Live"),
        (("websocket", "sse", "longpoll"), "poll", "Delayed"),
    ],
    ids=["nothing-blocked", "no-websocket", "no-stream", "only-plain-requests"],
)
def test_it_finds_the_best_transport_that_gets_through(
    desk: Desk,
    site: Site,
    people: SimpleNamespace,
    names: tuple[str, ...],
    transport: str,
    word: str,
) -> None:
    context = desk.context(people.alice)
    block(context, *names)
    page = context.new_page()
    page.goto("/")
    live(page, word, transport)
    receives(page, site, people)


@pytest.mark.parametrize(
    ("transport", "word", "spoken"),
    [
        ("websocket", "Live", "WebSocket"),
        ("sse", "Live", "Server-sent events"),
        ("longpoll", "Live", "Long polling"),
        ("poll", "Delayed", "Polling"),
    ],
)
def test_it_lets_one_choose_the_transport_and_says_which_is_in_use(
    desk: Desk, site: Site, people: SimpleNamespace, transport: str, word: str, spoken: str
) -> None:
    page = live(desk.open(people.alice))
    page.locator(".chip").click()
    page.get_by_label("Use a simpler connection").select_option(transport)
    live(page, word, transport)
    expect(page.locator(".chip")).to_have_accessible_name(f"Connection: {word} via {spoken}")
    page.keyboard.press("Escape")
    expect(page.locator("#connection-panel")).to_be_hidden()
    receives(page, site, people)


def test_it_says_that_the_server_is_away_and_comes_back_by_itself(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("ERR_CONNECTION_REFUSED|ERR_SOCKET|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
    page = live(desk.open(people.alice))
    site.kill(0)
    expect(page.locator(".chip")).to_contain_text(re.compile("Reconnecting|Offline"))
    site.do("notify", title="While it was away", to=people.alice_topic)
    site.restart(0)
    live(page)
    expect(row(page, "While it was away")).to_be_visible()
