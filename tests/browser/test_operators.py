"""The operators' page in a browser: it is kept up to date, and disconnects after a question."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe, overflow
from tests.browser.people import Desk, live
from tests.support.site import Site

LIGHT = {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}}
DARK = {"color_scheme": "dark", "viewport": {"width": 320, "height": 740}, "locale": "ar"}
LOOKS = [pytest.param(LIGHT, marks=pytest.mark.ui, id="light"), pytest.param(DARK, id="dark")]


@pytest.fixture
def people(site: Site, people: SimpleNamespace) -> SimpleNamespace:
    """bob is the operator."""
    site.do("make_operator", username=people.bob)
    return people


def rows_of(page: Page, username: str) -> Any:
    cell = page.locator('[data-slot="username"]', has_text=re.compile(f"^{username}$"))
    return page.locator("#connections tr").filter(has=cell)


def test_it_shows_who_comes_and_who_goes(desk: Desk, people: SimpleNamespace) -> None:
    page = live(desk.open(people.bob, f"/operators/?user={people.alice}"))
    expect(page.locator("#line")).to_have_text("Nobody is connected.")
    other = live(desk.open(people.alice))
    expect(rows_of(page, people.alice)).to_have_count(1)
    row = rows_of(page, people.alice)
    expect(row.locator('[data-slot="transport"]')).to_have_text("WebSocket")
    expect(row.locator('[data-slot="state"]')).to_have_text("Live")
    expect(page.locator("#processes tr")).to_have_count(1)
    other.close()
    expect(rows_of(page, people.alice)).to_have_count(0)


@pytest.mark.ui
def test_it_rests_while_it_is_paused(desk: Desk, people: SimpleNamespace) -> None:
    page = live(desk.open(people.bob, "/operators/"))
    expect(rows_of(page, people.bob)).to_have_count(1)
    pause = page.get_by_role("button", name="Pause", exact=True)
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    live(desk.open(people.alice))
    # A page that is not paused has asked twice by now.
    second = live(desk.open(people.bob, "/operators/"))
    expect(rows_of(second, people.alice)).to_have_count(1)
    assert [url for url in asked if "/api/operators/" in url] == []
    pause.click()
    expect(rows_of(page, people.alice)).to_have_count(1)


@pytest.mark.ui
def test_the_focus_stays_on_a_link_while_the_table_changes(
    desk: Desk, people: SimpleNamespace
) -> None:
    page = live(desk.open(people.bob, "/operators/"))
    link = rows_of(page, people.bob).get_by_role("link")
    expect(link).to_have_accessible_name(re.compile("^Disconnect… "))
    link.focus()
    live(desk.open(people.alice))
    expect(rows_of(page, people.alice)).to_have_count(1)
    expect(link).to_be_focused()


def test_a_trace_shows_what_is_told_and_who_is_past_it(
    desk: Desk, people: SimpleNamespace, site: Site
) -> None:
    live(desk.open(people.alice))
    page = live(desk.open(people.bob, f"/operators/?user={people.alice}&transport=sse"))
    expect(rows_of(page, people.alice)).to_have_count(1)
    page.get_by_role("button", name="Trace for a minute").click()
    expect(page.locator("#trace-line")).to_have_text("Tracing…")
    with page.expect_response(re.compile("after=")):
        # From here on there is a place to go on from.
        pass
    site.do("notify", title="Told", to=people.alice_topic)
    row = page.locator("#events tr")
    expect(row).to_have_count(1)
    expect(row.locator('[data-slot="type"]')).to_have_text("notification.created")
    expect(row.locator('[data-slot="past"]')).to_have_text("1 of 1")


def test_a_person_is_disconnected_after_a_question_and_told_to_wait(
    desk: Desk, people: SimpleNamespace
) -> None:
    reader = live(desk.open(people.alice))
    page = live(desk.open(people.bob, f"/operators/?user={people.alice}"))
    rows_of(page, people.alice).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Disconnect {people.alice}")
    page.get_by_label("All connections of this person").check()
    page.get_by_role("button", name="Disconnect", exact=True).click()
    said = f"{people.alice} is disconnected for 60 seconds."
    expect(page.locator(".notice.success")).to_have_text(said)
    expect(reader.locator(".chip")).to_contain_text("Reconnecting")
    page.goto(f"/operators/?user={people.alice}")
    expect(page.locator("#line")).to_have_text("Nobody is connected.")


def test_it_works_without_javascript(desk: Desk, people: SimpleNamespace, site: Site) -> None:
    reader = live(desk.open(people.alice))
    page = desk.open(people.bob, f"/operators/?user={people.alice}", java_script_enabled=False)
    expect(page.get_by_role("button", name="Pause")).to_be_hidden()

    def listed() -> bool:
        page.get_by_role("button", name="Show").click()
        return rows_of(page, people.alice).count() == 1

    while not listed():
        pass
    rows_of(page, people.alice).get_by_role("link").click()
    page.get_by_label("sign out everywhere").check()
    page.get_by_role("button", name="Disconnect", exact=True).click()
    expect(page.locator(".notice.success")).to_contain_text("1 session ended.")
    expect(reader.locator(".chip")).to_contain_text("Signed out")


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(desk: Desk, people: SimpleNamespace, look: Any) -> None:
    page = desk.open(people.bob, "/operators/", **look)
    expect(page.locator(".chip")).to_have_attribute("data-state", "live")
    expect(rows_of(page, people.bob)).to_have_count(1)
    found = axe(page)
    assert overflow(page) <= 0
    rows_of(page, people.bob).get_by_role("link").click()
    expect(page.get_by_role("radio")).to_have_count(3)
    assert overflow(page) <= 0
    assert found + axe(page) == []
