"""B: what a notification is told to be: snoozed, edited, withdrawn, ended, saved, muted."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe, overflow
from tests.browser.faults import RECORD, SLOW
from tests.browser.people import Desk, live, row
from tests.browser.test_b_detail import NARROW, opened, pane
from tests.support.site import Site

DARK = {"color_scheme": "dark"}

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def site(browser: Any) -> Any:
    """One whose heartbeats are slow, for pages whose clock is moved."""
    running = Site("", options=SLOW)
    yield running
    running.close()


def test_b5_what_was_snoozed_comes_back_unread_and_is_told_once(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify", title="Later", to=people.alice_topic)
    context = desk.context(people.alice)
    context.add_init_script(RECORD)
    page = context.new_page()
    page.clock.install()
    page.goto("/")
    shown = opened(live(page), "Later")
    expect(shown.get_by_role("button", name="Mark unread")).to_be_visible()
    shown.locator("summary").filter(has_text="Snooze").click()
    page.get_by_role("menuitem", name="In 1 hour").click()
    expect(row(page, "Later")).to_have_count(0)
    expect(shown.get_by_role("button", name="Wake now")).to_be_visible()
    site.do("wake", username=people.alice)
    page.clock.fast_forward("01:00:05")
    expect(row(page, "Later")).to_have_attribute("data-unread", "")
    expect(shown.get_by_role("button", name="Wake now")).to_be_hidden()
    page.clock.run_for(10_000)
    page.wait_for_function("spoken.some((text) => text.includes('Back from snooze: Later'))")
    page.clock.run_for(60_000)
    spoken = page.evaluate("spoken.filter((text) => text.includes('Back from snooze'))")
    assert len(spoken) == 1


def test_unsnoozing_restores_what_it_was(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    id = site.do("notify", title="Back", to=people.alice_topic)
    page = live(desk.open(people.alice, f"/n/{id}/"))
    expect(page.get_by_role("button", name="Mark unread")).to_be_visible()
    page.locator("summary").filter(has_text="Snooze").click()
    page.get_by_role("menuitem", name="In 1 hour").click()
    page.get_by_role("button", name="Wake now").click()
    expect(page.get_by_role("button", name="Mark unread")).to_be_visible()
    expect(page.get_by_role("button", name="Wake now")).to_be_hidden()


def test_an_edit_is_shown_at_once_and_what_it_changed_on_request(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    id = site.do("notify", title="Lift", body="It is out of order.", to=people.alice_topic)
    page = live(desk.open(people.alice))
    shown = opened(page, "Lift")
    expect(shown.get_by_text("Show changes")).to_be_hidden()
    site.do("edit", id=id, title="Lift works", body="It is in order.")
    expect(shown.get_by_role("heading", name="Lift works")).to_be_focused()
    expect(shown).to_contain_text("It is in order.")
    expect(shown).to_contain_text("Edited")
    shown.get_by_text("Show changes").click()
    expect(shown.locator(".change ins").first).to_have_text(" works")
    expect(shown.locator(".change del")).to_contain_text(["out of"])
    assert axe(page) == []
    site.do("edit", id=id, actions=[{"label": "Ride", "url": "/rooms/"}])
    expect(shown.get_by_role("link", name="Ride")).to_be_visible()
    page.goto(f"/n/{id}/#changes")
    expect(page.locator(".change ins").first).to_be_visible()


def test_what_is_withdrawn_says_so_and_offers_nothing(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    id = site.do("notify", title="Mistake", to=people.alice_topic)
    page = live(desk.open(people.alice))
    shown = opened(page, "Mistake")
    site.do("retract", id=id)
    expect(shown).to_contain_text("This notification was withdrawn")
    expect(shown.get_by_role("button", name="Done")).to_be_hidden()
    assert axe(page) == []
    desk.allow("404")
    page.goto(f"/n/{id}/")
    expect(page.locator("body")).to_contain_text("no longer exists or isn't addressed to you")


def test_what_ends_says_so_and_its_actions_end_with_it(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    actions = [{"label": "Join", "do": "test.approve"}]
    id = site.do(
        "notify",
        title="Meeting",
        actions=actions,
        acknowledge=True,
        expires=3_600,
        to=people.alice_topic,
    )
    context = desk.context(people.alice)
    page = context.new_page()
    page.clock.install()
    page.goto(f"/n/{id}/")
    live(page)
    done = page.get_by_role("button", name="Done")
    expect(done).to_be_disabled()
    expect(page.get_by_text("Acknowledge it before you mark it done.")).to_be_visible()
    expect(page.get_by_role("button", name="Join")).to_be_enabled()
    page.clock.fast_forward("03:00:00")
    expect(page.get_by_text("What it asked for can no longer be done.")).to_be_visible()
    expect(page.locator("[data-slot=ended]")).to_contain_text("ago")
    for name in ("Join", "Acknowledge"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    expect(done).to_be_enabled()
    assert axe(page) == []


def test_staff_see_how_many_have_acknowledged(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("make_staff", username=people.bob)
    id = site.do("notify", title="Rules", acknowledge=True, to=people.team)
    page = live(desk.open(people.alice, f"/n/{id}/"))
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Acknowledged", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Done")).to_be_enabled()
    expect(page.get_by_text("of 2 acknowledged")).to_have_count(0)
    his = live(desk.open(people.bob, f"/n/{id}/"))
    expect(his.get_by_text("1 of 2 acknowledged")).to_be_visible()
    his.get_by_role("button", name="Acknowledge").click()
    expect(his.get_by_text("2 of 2 acknowledged")).to_be_visible()


def test_without_a_network_it_shows_a_saved_copy(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("ERR_|Failed to fetch|Failed to load")
    for title in ("Known", "Other"):
        site.do("notify", title=title, body=f"Body of {title}.", to=people.alice_topic)
    page = live(desk.open(people.alice))
    opened(page, "Known").get_by_role("button", name="Close").click()
    page.route(re.compile("/pane/"), lambda route: route.abort())
    for title in ("Known", "Other"):
        row(page, title).get_by_role("link").first.click()
        expect(pane(page).get_by_role("heading", name=title)).to_be_focused()
        expect(pane(page)).to_contain_text(f"Body of {title}.")
        expect(pane(page).get_by_text("Saved copy")).to_be_visible()
        assert axe(page) == []


def test_it_mutes_a_topic_and_copies_the_link(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    id = site.do("notify", title="Noise", to=people.team)
    context = desk.context(people.alice)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/")
    shown = opened(live(page), "Noise")
    other = live(desk.open(people.alice, f"/n/{id}/"))
    shown.get_by_role("button", name=f"Mute {people.team_name}").click()
    expect(shown.get_by_role("button", name=f"Unmute {people.team_name}")).to_be_focused()
    expect(other.get_by_role("button", name=f"Unmute {people.team_name}")).to_be_visible()
    shown.get_by_role("button", name="Copy link").click()
    expect(shown.get_by_role("button", name="Link copied.")).to_be_focused()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"/n/{id}/")


@pytest.mark.parametrize("look", [{}, NARROW, DARK], ids=["wide", "narrow", "dark"])
def test_b7_axe_finds_nothing(
    desk: Desk, site: Site, people: SimpleNamespace, look: dict[str, Any]
) -> None:
    actions = [{"label": "Approve", "do": "test.approve"}, {"label": "See", "url": "/rooms/"}]
    id = site.do(
        "notify",
        title="All of it",
        body="# One\n\nText with a [link](https://example.org) and `code`.",
        level="warning",
        link="/rooms/",
        acknowledge=True,
        actions=actions,
        expires=3_600,
        to=people.team,
    )
    site.do("edit", id=id, title="All of it now")
    page = live(desk.open(people.alice, **look))
    row(page, "All of it").get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    page.locator("#note summary").filter(has_text="Show changes").click()
    assert_clean(page)
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".offer-said").first).to_contain_text("Approved by Alice")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Acknowledged", exact=True)).to_be_visible()
    assert_clean(page)
    page.locator("summary").filter(has_text="Snooze").click()
    expect(page.get_by_role("menuitem").first).to_be_focused()
    assert_clean(page)


def assert_clean(page: Page) -> None:
    assert axe(page) == []
    assert overflow(page) <= 0
