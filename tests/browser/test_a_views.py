"""Saved views and searches, on two pages of one person."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.people import Desk, live, titles
from tests.support.site import Site


@pytest.mark.ui
def test_a_view_that_is_saved_on_one_page_stands_on_the_other(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify", title="Disk full", level="critical", to=people.alice_topic)
    site.do("notify", title="All well", to=people.alice_topic)
    one, two = (live(desk.open(people.alice)) for _ in range(2))
    search = one.get_by_role("searchbox")
    search.fill("level:critical disk")
    search.press("Enter")
    expect(titles(one)).to_have_text(["Disk full"])
    one.get_by_text("Save this view").click()
    one.get_by_label("Name of the view").fill("Fires")
    one.get_by_role("button", name="Save", exact=True).click()
    fires = two.get_by_role("navigation", name="Saved views").get_by_role("link", name="Fires")
    expect(fires).to_be_visible()
    fires.click()
    expect(titles(two)).to_have_text(["Disk full"])
    expect(fires).to_have_attribute("aria-current", "true")
    two.go_back()
    expect(titles(two)).to_have_count(2)
    expect(fires).not_to_have_attribute("aria-current", "true")
    live(one).get_by_role("button", name="Remove the view Fires").click()
    expect(two.get_by_role("navigation", name="Saved views")).to_be_hidden()


def test_a_search_that_is_not_understood_says_so_and_keeps_the_list(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("400")
    site.do("notify", title="Stays", to=people.alice_topic)
    page = live(desk.open(people.alice))
    search = page.get_by_role("searchbox")
    search.fill("level:nonsense")
    search.press("Enter")
    hints = page.locator("#search-hints")
    expect(hints).to_be_visible()
    expect(hints).to_contain_text(re.compile("nonsense|level", re.IGNORECASE))
    expect(titles(page)).to_have_text(["Stays"])
    search.fill("stays")
    search.press("Enter")
    expect(hints).to_be_hidden()
    expect(titles(page)).to_have_text(["Stays"])
