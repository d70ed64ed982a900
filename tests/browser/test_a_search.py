"""The search of the inbox: its terms, its hints, and the views that it is saved as."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.axe import axe
from tests.browser.people import Desk, live, row
from tests.support.site import Site


@pytest.mark.ui
def test_a_search_with_terms_is_hinted_at_and_saved(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify", title="Disk full", to=people.alice_topic, level="critical")
    site.do("notify", title="Backup through", to=people.alice_topic)
    page = live(desk.open(people.alice))
    search = page.get_by_role("searchbox")
    search.fill("level:critical -backup")
    search.press("Enter")
    expect(row(page, "Disk full")).to_be_visible()
    expect(row(page, "Backup through")).to_have_count(0)
    page.get_by_text("Save this view").click()
    page.get_by_role("textbox", name="Name of the view").fill("Fires")
    page.get_by_role("button", name="Save", exact=True).click()
    saved = page.get_by_role("navigation", name="Saved views")
    expect(saved.get_by_role("link", name="Fires")).to_have_attribute("aria-current", "true")
    assert axe(page) == []
    page.goto(page.url.partition("?")[0] + "?q=level:high")
    expect(page.locator("#search-hints")).to_contain_text("level: is one of info")
    saved.get_by_role("link", name="Fires").click()
    expect(page.get_by_role("searchbox")).to_have_value("level:critical -backup")
    saved.get_by_role("button", name="Remove the view Fires").click()
    expect(saved).to_have_count(0)


@pytest.mark.ui
def test_a_search_for_a_state_shows_what_is_in_that_state(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify", title="Put away", to=people.alice_topic)
    page = live(desk.open(people.alice))
    row(page, "Put away").get_by_role("button", name="Done").click()
    expect(row(page, "Put away")).to_have_count(0)
    page.get_by_role("searchbox").fill("is:done")
    page.get_by_role("searchbox").press("Enter")
    expect(row(page, "Put away")).to_be_visible()
