"""A network that lets only some transports through: the page finds one, and says which."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.browser.faults import Network
from tests.browser.people import Desk, choose, live, row, titles
from tests.support.site import Site

STREAM = re.compile(r"^http://[^/]+/events/")
LONG_POLL = re.compile(r"^http://[^/]+/api/events/.*[?&]wait=")


# From the first try, wherever the machine is when it begins, to the word of success.
BEGAN = """
addEventListener("DOMContentLoaded", () => {
  const chip = document.querySelector(".chip");
  const note = () => {
    if (["live", "delayed"].includes(chip.dataset.state)) globalThis.until ??= performance.now();
  };
  globalThis.began = performance.now();
  new MutationObserver(note).observe(chip, { attributes: true });
});
"""


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
def test_d5_it_finds_the_best_transport_that_gets_through_in_eight_seconds(
    desk: Desk,
    site: Site,
    people: SimpleNamespace,
    names: tuple[str, ...],
    transport: str,
    word: str,
) -> None:
    context = desk.context(people.alice)
    block(context, *names)
    context.add_init_script(BEGAN)
    page = context.new_page()
    page.goto("/")
    live(page, word, transport)
    assert page.evaluate("until - began") <= 8_000
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


@pytest.mark.ui
@pytest.mark.parametrize("transport", ["websocket", "sse", "long-polling", "polling"])
def test_d4_what_was_sent_while_it_was_away_comes_once_and_in_order(
    desk: Desk, site: Site, people: SimpleNamespace, transport: str
) -> None:
    desk.allow("ERR_INTERNET_DISCONNECTED")
    page = desk.open(people.alice, f"/?transport={transport}")
    expect(page.locator(".chip")).to_have_attribute("data-state", re.compile("live|delayed"))
    site.do("notify", title="Before", to=people.alice_topic)
    expect(row(page, "Before")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator(".chip")).to_have_attribute("data-state", "offline")
    for number in range(1, 6):
        site.do("notify", title=f"While away {number}", to=people.alice_topic)
    page.context.set_offline(False)
    site.do("notify", title="After", to=people.alice_topic)
    away = [f"While away {number}" for number in range(5, 0, -1)]
    expect(titles(page)).to_have_text(["After", *away, "Before"], use_inner_text=True)
    page.reload()
    expect(titles(page)).to_have_text(["After", *away, "Before"], use_inner_text=True)


@pytest.mark.ui
def test_it_returns_to_a_better_transport_when_there_is_one_again(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    context = desk.context(people.alice)
    shut = Network(context)
    shut.shut = True
    page = context.new_page()
    page.clock.install()
    page.goto("/")
    live(page, transport="sse")
    shut.mend()
    page.clock.fast_forward(16_000)
    live(page, transport="websocket")
    receives(page, site, people)
