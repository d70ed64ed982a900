"""What one sees and hears of a connection that fails: D2, D3 and D7 to D10.

D1 is test_d_states.py, D4 and D5 are test_fallback.py, D6 is test_one_connection.py.
"""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.chromium import ARGUMENTS, found
from tests.browser.faults import RECORD, Network, look, slow_site, stepped, stopped
from tests.browser.people import Desk, live, row
from tests.browser.test_one_connection import until
from tests.support.site import Site


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[Site]:
    yield from slow_site()


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
    return stopped(context.new_page())


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
    network.shut_all()
    network.cut()
    for _ in range(60):
        page.clock.run_for(1_000)
    expect(page.locator(".chip")).to_contain_text(re.compile("Reconnecting|Offline"))
    expect(page.locator("#feed article")).to_have_count(0)
    network.mend()
    site.do("notify", title="While it was away", level="success", to=people.alice_topic)
    up = ".chip[data-state=live]"
    until(page, lambda: stepped(page, 200).locator(up).count(), "it is back")
    expect(page.locator("#feed article")).to_have_count(1)
    page.clock.run_for(5_000)
    spoken = " ".join(page.evaluate("spoken"))
    assert spoken.count("Connection lost. Trying again.") == 1
    assert spoken.count("Back online. 1 new notification.") == 1
    assert page.locator("#toasts .toast").count() == 0
    assert spoken.index("lost") < spoken.index("Back")


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
    expect(row(two, "To both")).to_have_count(1)
    for page in (one, two):
        expect(page.locator(".badge[data-badge]")).to_have_text("1")


def test_d10_reconnect_now_does_not_wait(
    page: Page, context: BrowserContext, network: Network
) -> None:
    network.shut_all()
    network.cut()
    for _ in range(20):
        page.clock.run_for(1_000)
    network.mend()
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
