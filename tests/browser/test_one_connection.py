"""The pages of one browser share one connection, and pass it on without a hole or a duplicate."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.request import urlopen

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.people import Desk, choose, live, row, titles
from tests.support.site import Site, wait_until

TABS = 5


def connections(site: Site) -> dict[str, int]:
    with urlopen(f"http://{site.address()}/test/connected/", timeout=30) as answer:
        counted: dict[str, int] = json.load(answer)
    return counted


def until(page: Page, condition: Callable[[], object], what: str) -> None:
    """As `wait_until`, while the browser's events are taken."""

    def asked() -> object:
        page.wait_for_timeout(20)
        return condition()

    wait_until(asked, what)


def tabs_of(context: BrowserContext, count: int = TABS, path: str = "/") -> list[Page]:
    pages = []
    for _ in range(count):
        page = context.new_page()
        page.goto(path)
        pages.append(live(page))
    return pages


@contextmanager
def publishing(site: Site, topic: str) -> Iterator[list[str]]:
    """Another process publishes all the time; gives the titles of what was committed."""
    written: list[str] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            title = f"Number {len(written) + 1:03}"
            site.do("notify", title=title, to=topic)
            written.append(title)
            stop.wait(0.1)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


def test_d6_five_tabs_are_one_connection_and_lose_nothing_when_its_tab_is_closed(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    context = desk.context(people.alice)
    opened: list[tuple[float, Page]] = []

    def watch(page: Page) -> None:
        page.on("websocket", lambda _: opened.append((time.monotonic(), page)))

    def close_the_one_that_leads() -> float:
        """Seconds until another page connects."""
        sockets, leader = len(opened), opened[-1][1]
        left.remove(leader)
        leader.close()
        closed = time.monotonic()
        until(left[0], lambda: len(opened) > sockets, "another connects")
        live(left[0])
        assert len(opened) == sockets + 1
        return opened[-1][0] - closed

    def some_more() -> None:
        enough = len(written) + 4
        until(left[0], lambda: len(written) >= enough, "some are written")

    context.on("page", watch)
    left = tabs_of(context)
    assert connections(site) == {"websocket": 1}
    assert len(opened) == 1
    pauses = []
    with publishing(site, people.alice_topic) as written:
        for _ in range(3):
            some_more()
            pauses.append(close_the_one_that_leads())
    # The machine may have had something else to do once.
    assert sorted(pauses)[1] < 1.0, pauses
    for page in left:
        expect(titles(page)).to_have_text([*reversed(written)])
    assert connections(site) == {"websocket": 1}


def test_what_one_chooses_on_one_page_holds_for_all(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    one, two = tabs_of(desk.context(people.alice), 2)
    two.locator(".chip").click()
    two.get_by_label("Use a simpler connection").select_option("longpoll")
    one.locator(".chip").click()
    for page in (one, two):
        live(page, transport="longpoll")
        expect(page.locator("#transport")).to_have_value("longpoll")
        page.keyboard.press("Escape")
    until(one, lambda: connections(site).get("websocket", 0) == 0, "the socket is closed")
    site.do("notify", title="To both", to=people.alice_topic)
    for page in (one, two):
        expect(row(page, "To both")).to_be_visible()
    choose(two, "To both", "Mark read")
    expect(one.locator("[data-badge]")).to_be_hidden()
    one.close()
    live(two, transport="longpoll")
    two.locator(".chip").click()
    two.get_by_role("button", name="Pause live updates").click()
    expect(two.locator(".chip")).to_contain_text("Paused")


def test_a_page_that_asks_for_a_transport_has_its_own(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    context = desk.context(people.alice)
    tabs_of(context, 2)
    tabs_of(context, 1, "/?transport=websocket")
    until(context.pages[0], lambda: connections(site) == {"websocket": 2}, "two connections")


def test_it_signs_out_all_pages_and_another_user_has_another_connection(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("WebSocket|401")
    context = desk.context(people.alice)
    alices = tabs_of(context, 3)
    key = site.do("session", username=people.bob)
    context.add_cookies([{"name": "sessionid", "value": key, "domain": "127.0.0.1", "path": "/"}])
    bobs = tabs_of(context, 2)
    assert connections(site) == {"websocket": 2}
    bobs[1].locator(".menu > summary").click()
    bobs[1].get_by_role("button", name="Sign out").click()
    expect(bobs[0].locator(".chip")).to_contain_text("Signed out")
    site.do("notify", title="Still here", to=people.alice_topic)
    for page in alices:
        expect(row(page, "Still here")).to_be_visible()
        live(page)
