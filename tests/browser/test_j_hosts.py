"""J1: the bell on pages of other projects looks and works the same, whatever their style sheets."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hosts import RULES, SHEETS, sheet
from tests.browser.people import Desk
from tests.browser.test_j_bell import DESKTOP, button, opened, panel, tell, within
from tests.support.site import Site

pytestmark = pytest.mark.ui

# What a host's sheet could change of the panel, were it not in a shadow root.
LOOK = """(element) => {
  const parts = [element, ...element.querySelectorAll("h2, ul, li, a, button, time")];
  const names = ["color", "backgroundColor", "fontSize", "fontFamily", "lineHeight", "display",
    "paddingInlineStart", "marginBlockStart", "borderBlockStartWidth", "listStyleType",
    "textAlign"];
  return parts.map((part) => names.map((name) => getComputedStyle(part)[name]).join(" "));
}"""


def on(desk: Desk, username: str, host: str) -> Page:
    page = desk.context(username, viewport=DESKTOP, color_scheme="light").new_page()
    css = sheet(host)
    page.route("**/host.css", lambda route: route.fulfill(content_type="text/css", body=css))
    page.goto(f"/test/host/{host}/")
    return page


@pytest.mark.parametrize("host", [*RULES, *SHEETS])
def test_j1_it_looks_and_works_the_same_on_every_host(
    desk: Desk, site: Site, people: SimpleNamespace, host: str
) -> None:
    site.do("make_staff", username=people.alice)
    tell(site, people, "Disk full", level="critical", body="91 % used")
    name = "Notifications, 1 unread"
    looks = []
    for each in ("plain", host):
        page = on(desk, people.alice, each)
        expect(button(page, name)).to_be_visible()
        box = button(page, name).bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (40, 40)
        found = opened(page, name)
        expect(found.get_by_role("listitem")).to_contain_text("Disk full")
        assert within(page, found.bounding_box())
        found.get_by_role("button", name="Mark 1 read").hover()
        looks.append(found.evaluate(LOOK))
        assert len(page.screenshot()) > 5_000
        page.keyboard.press("Escape")
        expect(panel(page)).to_be_hidden()
        expect(button(page, name)).to_be_focused()
    assert looks[0] == looks[1]
