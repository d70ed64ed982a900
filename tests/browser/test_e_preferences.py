"""The preferences in a browser: each control saves itself, says so, and shows what others chose."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.people import Desk, live
from tests.support.site import Site

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[Site]:
    """Here every warning is required by the administrators."""
    running = Site("", options={"POLL_SECONDS": 1, "MANDATORY": ["warning"]})
    yield running
    running.close()


def said(page: Page, control: Any) -> Any:
    """What stands beside a control and describes it."""
    id = control.get_attribute("aria-describedby").split()[-1]
    return page.locator(f"[id='{id}']")


def open_preferences(desk: Desk, username: str, **options: Any) -> Page:
    page = live(desk.open(username, "/preferences/", **options))
    expect(page.locator("#save-all")).to_be_hidden()
    return page


def test_e1_the_names_of_all_switches_are_unique(desk: Desk, people: SimpleNamespace) -> None:
    page = open_preferences(desk, people.alice)
    switches = page.get_by_role("switch").all()
    tree = page.locator("#preferences").aria_snapshot()
    names = re.findall(r'- switch "([^"]+)"', tree)
    assert len(names) == len(switches) >= 12
    assert len(set(names)) == len(names)
    assert {"Everyone In-app", "Everyone Desktop", f"{people.team_name} In-app"} <= set(names)


def test_a_control_saves_itself_and_says_so_beside_it(desk: Desk, people: SimpleNamespace) -> None:
    page = open_preferences(desk, people.alice)
    everyone = page.get_by_role("switch", name="Everyone In-app")
    everyone.click()
    expect(said(page, everyone)).to_have_text("Saved")
    density = page.get_by_label("Density")
    density.select_option("compact")
    expect(said(page, density)).to_have_text("Saved")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    expect(everyone).not_to_be_checked()
    expect(density).to_have_value("compact")


def test_what_is_inherited_says_its_default_and_is_taken_back_by_reset(
    desk: Desk, people: SimpleNamespace
) -> None:
    page = open_preferences(desk, people.alice)
    shortcuts = page.get_by_role("switch", name="Keyboard shortcuts")
    row = page.locator("[data-row]").filter(has=shortcuts)
    expect(row.get_by_text("Default: on")).to_be_visible()
    shortcuts.click()
    expect(row.get_by_text("Default: on")).to_be_hidden()
    page.get_by_role("button", name="Reset: Keyboard shortcuts").click()
    expect(shortcuts).to_be_checked()
    expect(shortcuts).to_be_focused()
    expect(said(page, shortcuts)).to_have_text("Saved")
    expect(row.get_by_role("button")).to_be_hidden()


def test_all_topics_is_on_off_or_neither(desk: Desk, people: SimpleNamespace) -> None:
    page = open_preferences(desk, people.alice)
    every = page.get_by_role("checkbox", name="All topics In-app")
    expect(every).to_be_checked()
    page.get_by_role("switch", name="Everyone In-app").click()
    expect(every).to_be_checked(indeterminate=True)
    every.click()
    expect(every).to_be_checked()
    expect(page.get_by_role("switch", name="Everyone In-app")).to_be_checked()
    every.click()
    own = page.locator('input[data-preference="muted"]:not(:disabled)')
    for switch in own.all():
        expect(switch).not_to_be_checked()
        expect(said(page, switch)).to_have_text(re.compile("Saved|^$"))


def test_e2_a_refused_change_is_taken_back_with_an_error_that_describes_the_control(
    desk: Desk, people: SimpleNamespace
) -> None:
    desk.allow("500")
    page = open_preferences(desk, people.alice)

    def fail(route: Route) -> None:
        route.fulfill(status=500, body="no")

    page.route("**/api/preferences/", fail)
    for control in (
        page.get_by_role("switch", name="Keep what pops up"),
        page.get_by_role("switch", name="Everyone Desktop"),
    ):
        before = control.is_checked()
        control.click()
        expect(said(page, control)).to_contain_text("Not saved")
        expect(control).to_be_checked(checked=before)
        expect(control).to_have_accessible_description(re.compile("Not saved.*Try again"))
    times = page.get_by_label("Times", exact=True)
    times.select_option("false")
    expect(said(page, times)).to_contain_text("Not saved")
    expect(times).to_have_value("true")
    page.unroute("**/api/preferences/")
    times.select_option("false")
    expect(said(page, times)).to_have_text("Saved")


def test_e3_what_administrators_require_is_on_and_cannot_be_changed(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = open_preferences(desk, people.alice)
    warnings = page.get_by_role("switch", name="Every warning In-app")
    expect(warnings).to_be_checked()
    expect(warnings).to_be_disabled()
    expect(warnings).to_have_accessible_description("Required by your administrators")
    expect(page.get_by_text("Required by your administrators").first).to_be_visible()


def test_e6_it_is_one_form_without_javascript(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = desk.open(people.alice, "/preferences/", java_script_enabled=False)
    page.get_by_role("switch", name="Everyone In-app").uncheck()
    page.get_by_label("Density").select_option("compact")
    page.get_by_label("Monday, from").fill("22:00")
    page.get_by_label("Monday, to").fill("07:00")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_label("Den", exact=True).select_option("mentions")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("switch", name="Everyone In-app")).not_to_be_checked()
    expect(page.get_by_role("switch", name="Everyone Desktop")).to_be_checked()
    expect(page.get_by_label("Density")).to_have_value("compact")
    expect(page.get_by_label("Monday, to")).to_have_value("07:00")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    expect(page.get_by_label("Den", exact=True)).to_have_value("mentions")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    page.get_by_role("button", name="30 minutes").click()
    expect(page.locator("#dnd-state")).to_contain_text("On until")
    page.get_by_role("button", name="Turn off").click()
    expect(page.locator("#dnd-state")).to_have_text("Off")
    page.get_by_role("button", name="Reset: Density").click()
    expect(page.get_by_label("Density")).to_have_value("cosy")
    page.get_by_label("Tuesday, from").fill("12:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not saved:")).to_be_visible()


def test_e7_another_tab_and_another_browser_follow_at_once(
    desk: Desk, people: SimpleNamespace
) -> None:
    here = open_preferences(desk, people.alice)
    tab = here.context.new_page()
    tab.goto("/preferences/")
    live(tab)
    other = open_preferences(desk, people.alice)
    inbox = live(desk.open(people.alice))
    here.get_by_label("Density").select_option("compact")
    here.get_by_role("switch", name="Everyone In-app").click()
    for page in (tab, other):
        density = page.get_by_label("Density")
        expect(density).to_have_value("compact", timeout=20_000)
        expect(said(page, density)).to_have_text("Changed elsewhere")
        expect(page.get_by_role("switch", name="Everyone In-app")).not_to_be_checked()
    expect(inbox.locator("html")).to_have_attribute("data-density", "compact")
    expect(said(here, here.get_by_label("Density"))).not_to_have_text("Changed elsewhere")


def test_quiet_hours_are_copied_and_cleared(desk: Desk, people: SimpleNamespace) -> None:
    page = open_preferences(desk, people.alice, timezone_id="Asia/Tokyo")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    expect(page.get_by_text("This browser is in Asia/Tokyo.")).to_be_visible()
    page.get_by_label("Monday, from").fill("22:00")
    page.get_by_label("Monday, to").fill("07:00")
    quiet = page.locator("#said-quiet")
    expect(quiet).to_have_text("Saved")
    page.locator("summary", has_text="Copy Monday to…").click()
    page.locator('[data-day="0"]').get_by_role("button", name="Monday to Friday").click()
    expect(page.get_by_label("Friday, to")).to_have_value("07:00")
    page.get_by_role("button", name="Clear: Tuesday").click()
    expect(page.locator("#quiet")).not_to_have_attribute("aria-busy", "true")
    page.reload()
    expect(page.get_by_label("Friday, from")).to_have_value("22:00")
    expect(page.get_by_label("Tuesday, from")).to_have_value("")
    expect(page.get_by_label("Sunday, from")).to_have_value("")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
