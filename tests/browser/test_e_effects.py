"""What the preferences do on the pages: silence, keys, how rows and times look."""

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Desk, live, row
from tests.support.site import Site

pytestmark = pytest.mark.ui

# Counts what would be seen and heard outside of the page.
SPIES = """
window.heard = { sounds: 0, notes: 0 };
HTMLMediaElement.prototype.play = async function () { heard.sounds += 1; };
window.Notification = class { constructor() { heard.notes += 1; } close() {} };
Notification.permission = "granted";
localStorage.setItem("noticeboard.browser", JSON.stringify({ desktop: true, sound: true }));
"""


def prefer(page: Page, **chosen: Any) -> None:
    """Change preferences as the page's own control does."""
    answer = page.evaluate(
        """async (body) => {
          const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
          const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
          const init = { method: "POST", headers, body };
          return (await fetch("/api/preferences/", init)).json();
        }""",
        json.dumps(chosen),
    )
    assert answer["ok"], answer


def test_e4_do_not_disturb_leaves_the_badge_alone_and_ends_by_the_clock(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = desk.context(people.alice).new_page()
    page.add_init_script(SPIES)
    page.clock.install()
    page.goto("/preferences/")
    live(page)
    page.get_by_role("button", name="30 minutes").click()
    expect(page.locator("#dnd-state")).to_contain_text("On until")
    expect(page.locator("#said-dnd")).to_have_text("Saved")
    site.do("notify", title="During silence", level="warning", to=people.alice_topic)
    expect(page.locator("[data-badge]").first).to_have_text("1")
    expect(page.locator("#toasts").get_by_role("link", name="During silence")).to_have_count(0)
    assert page.evaluate("heard") == {"sounds": 0, "notes": 0}
    page.clock.fast_forward("31:00")
    expect(page.locator("#dnd-state")).to_have_text("Off")
    live(page)
    site.do("notify", title="After silence", level="warning", to=people.alice_topic)
    expect(page.locator("#toasts").get_by_role("link", name="After silence")).to_be_visible()
    expect(page.locator("[data-badge]").first).to_have_text("2")
    expect(page.locator("#toasts").get_by_role("link", name="During silence")).to_have_count(0)


def test_e5_quiet_hours_of_another_zone_silence_the_page(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = desk.context(people.alice, timezone_id="America/New_York").new_page()
    page.clock.install()
    page.goto("/preferences/")
    live(page)
    night = {str(day): [["00:00", "00:00"]] for day in range(7)}
    prefer(page, quiet={"zone": "Asia/Tokyo", "days": night})
    expect(page.get_by_label("Monday, from")).to_have_value("00:00")
    site.do("notify", title="In quiet hours", level="warning", to=people.alice_topic)
    site.do("notify", title="At once", level="critical", to=people.alice_topic)
    expect(page.locator("#banners").get_by_role("link", name="At once")).to_be_visible()
    expect(page.locator("#toasts").get_by_role("link", name="In quiet hours")).to_have_count(0)


def test_a_muted_topic_is_counted_and_does_not_pop_up(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = live(desk.open(people.alice, "/rooms/"))
    prefer(page, muted={people.team: True})
    expect(page.locator("html")).to_have_attribute("data-density", "cosy")
    site.do("notify", title="To the team", level="warning", to=people.team)
    site.do("notify", title="To alice", level="warning", to=people.alice_topic)
    expect(page.locator("#toasts").get_by_role("link", name="To alice")).to_be_visible()
    expect(page.locator("#toasts").get_by_role("link", name="To the team")).to_have_count(0)
    expect(page.locator("[data-badge]").first).to_have_text("2")


def test_e8_without_shortcuts_a_key_does_nothing(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify", title="Stays where it is", to=people.alice_topic)
    page = live(desk.open(people.alice))
    prefer(page, shortcuts=False)
    page.wait_for_function("document.documentElement.dataset.times")
    other = live(desk.open(people.alice))
    article = row(other, "Stays where it is")
    article.focus()
    other.keyboard.press("e")
    other.keyboard.press("?")
    expect(other.get_by_role("dialog")).to_have_count(0)
    expect(article).to_be_visible()
    prefer(other, shortcuts=True)
    # Told to this page as to every other; then the same key works.
    expect(other.locator("#feed article")).to_have_count(1)
    other.wait_for_function(
        """async () => (await import("/static/noticeboard/preferences/mine.js"))
           .preferences().shortcuts"""
    )
    article.focus()
    other.keyboard.press("e")
    expect(other.locator("#feed article")).to_have_count(0)


def test_density_and_times_change_on_open_pages(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify", title="A row", body="with an excerpt", to=people.alice_topic)
    page = live(desk.open(people.alice))
    article = row(page, "A row")
    expect(article.locator(".item-time")).to_have_text(re.compile("now"))
    tall = article.bounding_box()
    prefer(page, density="compact", relative_times=False)
    expect(page.locator("html")).to_have_attribute("data-times", "absolute")
    expect(article.locator(".item-time")).to_have_text(re.compile(r"\d:\d\d"))
    small = article.bounding_box()
    assert tall is not None
    assert small is not None
    assert small["height"] < tall["height"]
