"""The site with the static files of production: minified, joined, under the strict policy."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.people import Desk, live, row
from tests.browser.test_j_bell import DESKTOP, HOST, button, opened
from tests.support.joined import joined_site
from tests.support.site import Site

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = joined_site(tmp_path_factory.mktemp("static"), options={"POLL_SECONDS": 1})
    yield running
    running.close()


def watched(page: Page) -> list[Request]:
    """What the page asks for from now on."""
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    return asked


def paths(requests: list[Request], ending: str) -> list[str]:
    found = [request.url.split("?")[0] for request in requests]
    return [url.split("/static/noticeboard/")[1] for url in found if url.endswith(ending)]


def test_the_inbox_is_one_module_and_what_is_needed_later(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify", title="Disk full", to=people.alice_topic)
    page = desk.context(people.alice).new_page()
    asked = watched(page)
    page.goto("/")
    live(page)
    first = paths(asked, ".js")
    assert first[0] == "theme." + first[0].split(".")[1] + ".js"
    assert [path.split(".")[0] for path in first[1:2]] == ["page"]
    asked.clear()
    site.do("notify", title="Coffee is ready", to=people.alice_topic, level="success")
    expect(row(page, "Coffee is ready")).to_be_visible()
    page.locator(".chip").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    later = paths(asked, ".js")
    assert later
    assert all(path.count(".") == 2 for path in later), "each has its hash"
    for path in ("/rooms/", f"/rooms/{people.lobby}/", "/preferences/", "/follow/"):
        page.goto(path)
        expect(page.locator("main")).to_be_visible()


def test_j5_a_page_with_a_bell_asks_for_one_module_and_the_stream(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify", title="Disk full", to=people.alice_topic)
    page = desk.context(people.alice, viewport=DESKTOP).new_page()
    asked = watched(page)
    page.goto(HOST)
    expect(button(page, "Notifications, 1 unread")).to_be_visible()
    page.wait_for_function("navigator.locks.query().then(({ held }) => held.length)")
    site.do("notify", title="Coffee is ready", to=people.alice_topic)
    expect(button(page, "Notifications, 2 unread")).to_be_visible()
    assert [path.split(".")[0] for path in paths(asked, ".js")] == ["bell/index"]
    rest = [request for request in asked if "/static/" not in request.url]
    assert [request.resource_type for request in rest] == ["document", "eventsource"]

    asked.clear()
    button(page, "Notifications, 2 unread").hover()
    opened(page, "Notifications, 2 unread")
    expect(page.get_by_role("listitem")).to_have_count(2)
    assert [path.split(".")[0] for path in paths(asked, ".js")] == ["bell/apart/panel"]


def test_a_page_of_a_host_can_import_the_client(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = live(desk.open(people.alice))
    state = page.evaluate(
        """async () => {
          const { connect } = await import("/static/noticeboard/client/index.js");
          return new Promise((done) => {
            connect({ onState: ({ state }) => state === "live" && done(state) });
          });
        }"""
    )
    assert state == "live"
