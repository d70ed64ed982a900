"""What one sees and hears of a connection that fails: D1 to D10 of the interface's checks.

D1, D4 and D5 are in test_fallback.py and test_live.py, D6 is test_one_connection.py.
"""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, WebSocketRoute, expect

from tests.browser.chromium import ARGUMENTS, found
from tests.browser.people import Desk, live, row
from tests.browser.test_one_connection import until
from tests.support.site import Site

# Every word that the chip has shown, and all that a screen reader was told.
RECORD = """
globalThis.shown = [];
globalThis.spoken = [];
addEventListener("DOMContentLoaded", () => {
  const watch = (selector, note) => {
    const element = document.querySelector(selector);
    if (!element) return;
    const options = { attributes: true, childList: true, characterData: true, subtree: true };
    new MutationObserver(() => note(element)).observe(element, options);
  };
  watch(".chip", (chip) => shown.push(chip.dataset.state));
  for (const id of ["#polite", "#urgent"]) {
    watch(id, ({ textContent }) => textContent && spoken.push(textContent));
  }
});
"""


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[Site]:
    """Its heartbeats are slow: a page whose clock the test moves hears none on time."""
    running = Site("", options={"POLL_SECONDS": 1, "HEARTBEAT_SECONDS": 100})
    yield running
    running.close()


class Network:
    """The sockets of a page, which a test cuts and forbids; all else gets through."""

    def __init__(self, context: BrowserContext) -> None:
        self.open: list[WebSocketRoute] = []
        self.tried = 0
        self.shut = False
        context.route_web_socket(re.compile(r"/ws/"), self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        self.tried += 1
        if self.shut:
            socket.close(code=1013)
            return
        socket.connect_to_server()
        self.open.append(socket)

    def cut(self) -> None:
        self.open.pop().close(code=1013)


@pytest.fixture
def context(desk: Desk, people: SimpleNamespace) -> BrowserContext:
    desk.allow("WebSocket|ERR_|401")
    opened = desk.context(people.alice)
    opened.add_init_script(RECORD)
    return opened


@pytest.fixture
def network(context: BrowserContext) -> Network:
    return Network(context)


@pytest.fixture
def page(context: BrowserContext, network: Network) -> Page:
    """Live, with a clock that only the test moves from now on."""
    page = context.new_page()
    page.clock.install()
    page.goto("/")
    live(page)
    page.clock.run_for(3_000)
    page.evaluate("shown.length = spoken.length = 0")
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    return page


def shut_all(context: BrowserContext, network: Network) -> None:
    """Nothing of the server can be reached; the page itself knows nothing of it."""
    network.shut = True
    context.route(re.compile(r"/(events|api)/"), lambda route: route.abort())


def test_d2_a_short_loss_is_neither_shown_nor_told(
    page: Page, network: Network, site: Site, people: SimpleNamespace
) -> None:
    network.cut()
    site.do("notify", title="In between", to=people.alice_topic)
    page.clock.run_for(1_000)
    expect(row(page, "In between")).to_be_visible()
    assert network.tried == 2
    assert set(page.evaluate("shown")) <= {"live"}
    assert [text for text in page.evaluate("spoken") if "onnection" in text] == []


def test_d3_a_minute_without_the_server_is_told_once_and_so_is_its_end(
    page: Page, context: BrowserContext, network: Network, site: Site, people: SimpleNamespace
) -> None:
    shut_all(context, network)
    network.cut()
    for _ in range(60):
        page.clock.run_for(1_000)
    expect(page.locator(".chip")).to_contain_text(re.compile("Reconnecting|Offline"))
    expect(page.locator("#feed article")).to_have_count(0)
    network.shut = False
    context.unroute_all()
    site.do("notify", title="While it was away", to=people.alice_topic)
    until(page, lambda: stepped(page).locator("#feed article").count(), "it is back")
    page.clock.run_for(5_000)
    spoken = " ".join(page.evaluate("spoken"))
    assert spoken.count("Connection lost. Trying again.") == 1
    assert spoken.count("Back online.") == 1
    assert spoken.index("lost") < spoken.index("Back")


def stepped(page: Page) -> Page:
    page.clock.run_for(500)
    return page


def test_d7_signed_out_it_asks_no_more(page: Page, site: Site) -> None:
    key = next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")
    site.do("sign_out", session_key=key)
    expect(page.locator(".chip")).to_have_attribute("data-state", "signed-out")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    for _ in range(60):
        page.clock.run_for(1_000)
    page.evaluate("for (const type of ['online', 'pageshow']) dispatchEvent(new Event(type))")
    page.clock.run_for(60_000)
    assert asked == []


def test_d9_a_hidden_tab_leaves_polling_to_one_that_is_looked_at(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    context = desk.context(people.alice)
    one, two = context.new_page(), context.new_page()
    polls: list[Page] = []
    context.on(
        "request",
        lambda asked: polls.append(asked.frame.page) if "/api/events/" in asked.url else None,
    )
    for page in (one, two):
        page.goto("/")
        live(page)
    one.locator(".chip").click()
    one.get_by_label("Use a simpler connection").select_option("poll")
    live(two, "Delayed", "poll")
    until(one, lambda: one in polls, "the first tab polls")
    look(two, hidden=True)
    look(one, hidden=True)
    look(two, hidden=False)
    until(two, lambda: polls[-1] is two, "the second tab polls")
    site.do("notify", title="To both", to=people.alice_topic)
    for page in (one, two):
        expect(row(page, "To both")).to_have_count(1)


def look(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        """(state) => {
            const value = { configurable: true, value: state };
            Object.defineProperty(document, "visibilityState", value);
            document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        }""",
        "hidden" if hidden else "visible",
    )


def test_d10_reconnect_now_does_not_wait(
    page: Page, context: BrowserContext, network: Network
) -> None:
    shut_all(context, network)
    network.cut()
    for _ in range(20):
        page.clock.run_for(1_000)
    network.shut = False
    context.unroute_all()
    page.locator(".chip").click()
    page.get_by_role("button", name="Reconnect now").click()
    # The clock stands still: whatever waited still waits.
    expect(page.locator(".chip")).to_have_attribute("data-state", "live")


@pytest.fixture
def remembering(browser: Browser) -> Iterator[Browser]:
    """A browser that keeps pages for the way back, which Playwright's own settings forbid."""
    kind = browser.browser_type
    chromium = kind.launch(
        executable_path=found(kind.executable_path),
        # A page that a test serves itself is of no network, and may reach none.
        args=[*ARGUMENTS, "--disable-features=LocalNetworkAccessChecks"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield chromium
    chromium.close()


@pytest.mark.parametrize("kept", [False, True], ids=["no-store", "kept"])
def test_d8_the_way_back_leads_to_a_page_that_is_connected_and_has_what_it_missed(
    remembering: Browser, site: Site, people: SimpleNamespace, kept: bool
) -> None:
    desk = Desk(remembering, site)
    context = desk.context(people.alice)
    if kept:
        context.route(re.compile(r"^http://[^/]+/$"), without_no_store)
    pages = [context.new_page() for _ in range(2)]
    for page in pages:
        page.goto("/")
        live(page, transport="websocket")
    for page in pages:
        page.evaluate("globalThis.kept = true")
        page.goto("/static/noticeboard/icon.svg")
    site.do("notify", title="Missed", to=people.alice_topic)
    for page in pages:
        page.go_back(wait_until="commit")
        expect(row(page, "Missed")).to_be_visible()
        live(page)
        assert page.evaluate("globalThis.kept === true") is kept
    site.do("notify", title="And after", to=people.alice_topic)
    for page in pages:
        expect(row(page, "And after")).to_have_count(1)
    desk.close()
    assert desk.unexpected == []


def without_no_store(route: Route) -> None:
    """As a site serves its pages that does not mind if the browser keeps them."""
    response = route.fetch()
    headers = {name: value for name, value in response.headers.items() if name != "cache-control"}
    route.fulfill(response=response, headers=headers)
