"""The nine states of the connection, each reached by what goes wrong, and what the panel says."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, WebSocketRoute, expect

from tests.browser.faults import RECORD, Network, slow_site, stopped
from tests.browser.people import Desk, live, row
from tests.support.site import Site

POLL = re.compile(r"^http://[^/]+/api/events/")
STREAM = re.compile(r"^http://[^/]+/events/")


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[Site]:
    yield from slow_site()


@pytest.fixture
def context(desk: Desk, people: SimpleNamespace) -> BrowserContext:
    desk.allow("WebSocket|ERR_|EventSource|401|426|503")
    opened = desk.context(people.alice)
    opened.add_init_script(RECORD)
    return opened


@pytest.fixture
def network(context: BrowserContext) -> Network:
    return Network(context)


@pytest.fixture
def page(context: BrowserContext, network: Network) -> Page:
    return stopped(context.new_page())


def says(page: Page, state: str, word: str, icon: str, detail: str) -> None:
    """The chip's word and icon, its name, and the sentence of its panel."""
    chip = page.locator(".chip")
    expect(chip).to_have_attribute("data-state", state)
    expect(chip).to_contain_text(word)
    expect(chip.locator("use")).to_have_attribute("href", f"#icon-{icon}")
    expect(chip).to_have_accessible_name(re.compile(rf"^Connection: {re.escape(word)}"))
    chip.click()
    panel = page.get_by_role("region", name="Connection")
    expect(panel.locator("[data-slot=headline]")).to_have_text(word)
    expect(panel.locator("[data-slot=detail]")).to_have_text(re.compile(detail))


@pytest.mark.ui
def test_d1_connecting(context: BrowserContext) -> None:
    """Nobody answers: for two seconds nothing is shown, so that nothing flickers."""
    context.add_init_script(SHOWN)
    context.route_web_socket(re.compile(r"/ws/"), lambda _: None)
    for pattern in (STREAM, POLL):
        context.route(pattern, lambda _: None)
    page = context.new_page()
    page.goto("/")
    says(page, "connecting", "Connecting…", "loader-circle", "^$")
    assert page.evaluate("after") >= 1_900
    context.unroute_all(behavior="ignoreErrors")


SHOWN = """
addEventListener("DOMContentLoaded", () => {
  const began = performance.now();
  const chip = document.querySelector("#connection");
  const note = () => chip.hidden || (globalThis.after ??= performance.now() - began);
  new MutationObserver(note).observe(chip, { attributes: true });
});
"""


def test_d1_live(page: Page) -> None:
    says(page, "live", "Live", "zap", "Updates arrive instantly.")
    expect(page.locator(".chip")).to_have_accessible_name("Connection: Live via WebSocket")


@pytest.mark.ui
def test_d1_delayed(context: BrowserContext, network: Network) -> None:
    network.shut = True
    context.route(STREAM, lambda route: route.abort())
    context.route(POLL, waits_not)
    page = context.new_page()
    page.goto("/")
    live(page, "Delayed", "poll")
    says(page, "delayed", "Delayed", "timer", "Your network blocks live connections. Checking")


def waits_not(route: Route) -> None:
    """A proxy that ends requests which are not answered at once."""
    if "wait=" in route.request.url:
        route.abort()
    else:
        route.continue_()


def test_d1_reconnecting(page: Page, network: Network, context: BrowserContext) -> None:
    """The server is there, but takes no connection."""
    network.shut = True
    context.route(STREAM, lambda route: route.abort())
    context.route(POLL, lambda route: route.fulfill(status=503, body="{}"))
    network.cut()
    for _ in range(5):
        page.clock.run_for(1_000)
    says(page, "reconnecting", "Reconnecting…", "refresh-cw", r"Trying again")


def test_d1_offline(page: Page, context: BrowserContext) -> None:
    # Loaded while there is a network.
    page.locator(".chip").click()
    expect(page.get_by_role("region", name="Connection")).to_be_visible()
    page.keyboard.press("Escape")
    context.set_offline(True)
    says(page, "offline", "Offline", "wifi-off", r"You're offline. Showing notifications from")
    expect(page.locator("#offline")).to_be_visible()


@pytest.mark.ui
def test_d1_offline_because_nothing_of_the_server_answers(page: Page, network: Network) -> None:
    network.shut_all()
    network.cut()
    for _ in range(30):
        page.clock.run_for(1_000)
    says(page, "offline", "Offline", "wifi-off", "You're offline")


def test_d1_paused(page: Page, site: Site, people: SimpleNamespace) -> None:
    page.locator(".chip").click()
    page.get_by_role("button", name="Pause live updates").click()
    page.keyboard.press("Escape")
    site.do("notify", title="Held back", to=people.alice_topic)
    expect(page.locator("#pill")).to_be_visible()
    says(page, "paused", "Paused", "pause", "1 waiting.")
    page.get_by_role("button", name="Pause live updates").click()
    expect(page.locator(".chip")).to_have_attribute("data-state", "live")


@pytest.mark.ui
def test_d1_stale(context: BrowserContext) -> None:
    """A socket that stays open and says nothing more."""
    mute: list[bool] = []

    def connect(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda data: None if mute else socket.send(data))

    context.route_web_socket(re.compile(r"/ws/"), connect)
    page = stopped(context.new_page())
    mute.append(True)
    for _ in range(210):
        page.clock.run_for(1_000)
        if page.locator(".chip").get_attribute("data-state") == "stale":
            break
    says(page, "stale", "Out of date", "hourglass", "Last update")


def test_d1_signed_out(page: Page, site: Site) -> None:
    key = next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")
    site.do("sign_out", session_key=key)
    says(page, "signed-out", "Signed out", "user-x", "Sign in to keep receiving notifications.")
    expect(page.get_by_role("alert")).to_contain_text("You've been signed out")


def test_d1_refresh_needed(page: Page, network: Network) -> None:
    """The server speaks another version: no further try, no reload but the reader's own."""
    network.shut = True
    network.code = 4426
    network.cut()
    page.clock.run_for(2_000)
    says(page, "update", "Refresh needed", "arrow-up", "A new version is available. Refresh.")
    tried = network.tried
    for _ in range(60):
        page.clock.run_for(1_000)
    assert network.tried == tried
    network.mend()
    page.get_by_role("button", name="Refresh", exact=True).click()
    page.clock.resume()
    expect(page.locator(".chip")).to_have_attribute("data-state", "live")


def test_d1_the_panel_says_how_it_has_been(page: Page, site: Site, people: SimpleNamespace) -> None:
    page.locator(".chip").click()
    panel = page.get_by_role("region", name="Connection")
    facts = {name: panel.locator(f"[data-slot={name}]") for name in ("last", "delay", "attempts")}
    expect(facts["last"]).to_have_text("–")
    expect(facts["delay"]).to_have_text("–")
    for number in range(3):
        site.do("notify", title=f"One {number}", to=people.alice_topic)
    expect(page.locator(".badge[data-badge]")).to_have_text("3")
    expect(facts["last"]).to_have_text(re.compile(r"\d\d:\d\d"))
    expect(facts["delay"]).to_have_text(re.compile(r"^[\d,]+ ms$"))
    expect(facts["attempts"]).to_have_text("0")
    expect(panel.locator("[data-slot=since]")).to_have_text(re.compile(r"\d\d:\d\d"))
    expect(panel.locator("[data-slot=transport]")).to_have_text("WebSocket")
    expect(panel.get_by_role("link", name="Connection details")).to_have_count(0)


@pytest.mark.ui
def test_d1_the_panel_counts_down_to_the_next_try(
    page: Page, network: Network, context: BrowserContext
) -> None:
    network.shut_all()
    network.cut()
    for _ in range(8):
        page.clock.run_for(1_000)
    page.locator(".chip").click()
    panel = page.get_by_role("region", name="Connection")
    expect(panel.locator("[data-slot=attempts]")).to_have_text(re.compile(r"^[1-9]"))
    network.mend()
    panel.get_by_role("button", name="Reconnect now").click()
    expect(page.locator(".chip")).to_have_attribute("data-state", "live")
    expect(panel.locator("[data-slot=attempts]")).to_have_text("0")


@pytest.mark.ui
def test_d1_without_web_locks_each_page_has_its_own_and_works(
    context: BrowserContext, site: Site, people: SimpleNamespace
) -> None:
    context.add_init_script("delete Navigator.prototype.locks")
    pages = [context.new_page() for _ in range(2)]
    for each in pages:
        each.goto("/")
        live(each)
        assert each.evaluate("navigator.locks === undefined")
    site.do("notify", title="To both", to=people.alice_topic)
    for each in pages:
        expect(row(each, "To both")).to_have_count(1)
