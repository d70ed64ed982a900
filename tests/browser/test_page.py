"""The page without JavaScript, its filters, its states, the keyboard and the focus."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.people import Desk, live, row, titles
from tests.support.site import Site

FOCUSED = "document.activeElement.closest('article')?.dataset.id ?? document.activeElement.id"


@pytest.fixture
def three(site: Site, people: SimpleNamespace) -> list[int]:
    """An info, a warning and a critical one for alice, oldest first."""
    return [
        site.do("notify", title=f"{level} one", level=level, body="Text.", to=people.alice_topic)
        for level in ("info", "warning", "critical")
    ]


def test_it_works_without_javascript(desk: Desk, people: SimpleNamespace, three: list[int]) -> None:
    page = desk.open(people.alice, java_script_enabled=False)
    expect(titles(page)).to_have_text(["critical one", "warning one", "info one"])
    expect(page.locator(".chip")).to_be_hidden()
    row(page, "warning one").hover()
    row(page, "warning one").get_by_role("button", name="Mark read").click()
    expect(row(page, "warning one")).not_to_have_attribute("data-unread", "")
    expect(page.locator("[data-badge]")).to_have_text("2")
    row(page, "warning one").hover()
    row(page, "warning one").get_by_role("button", name="Mark unread").click()
    expect(page.locator("[data-badge]")).to_have_text("3")
    row(page, "critical one").hover()
    row(page, "critical one").get_by_role("button", name="Done").click()
    expect(titles(page)).to_have_text(["warning one", "info one"])
    page.locator("#mark-all button").click()
    expect(page.locator("[data-badge]")).to_be_hidden()
    page.get_by_role("link", name="Done").click()
    expect(titles(page)).to_have_text(["critical one"])
    row(page, "critical one").hover()
    row(page, "critical one").get_by_role("button", name="Move to inbox").click()
    page.get_by_role("link", name="Inbox", exact=True).last.click()
    expect(titles(page)).to_have_count(3)


def test_it_snoozes_without_javascript(
    desk: Desk, people: SimpleNamespace, three: list[int]
) -> None:
    page = desk.open(people.alice, f"/n/{three[0]}/", java_script_enabled=False)
    page.get_by_text("Snooze", exact=True).click()
    page.get_by_role("button", name="In 1 hour").click()
    page.goto("/?view=snoozed")
    expect(titles(page)).to_have_text(["info one"])


def test_it_keeps_filters_in_the_address(
    desk: Desk, people: SimpleNamespace, three: list[int]
) -> None:
    page = live(desk.open(people.alice))
    levels = page.get_by_role("navigation", name="Levels")
    levels.get_by_role("link", name="Warning").click()
    expect(page).to_have_url(re.compile(r"\?level=warning$"))
    expect(titles(page)).to_have_text(["warning one"])
    expect(page.get_by_role("button", name="Mark 1 read")).to_be_visible()
    levels.get_by_role("link", name="Critical").click()
    expect(page).to_have_url(re.compile(r"\?level=warning&level=critical$"))
    expect(titles(page)).to_have_text(["critical one", "warning one"])
    page.go_back()
    expect(titles(page)).to_have_text(["warning one"])
    page.reload()
    expect(titles(page)).to_have_text(["warning one"])
    expect(levels.get_by_role("link", name="Warning")).to_have_attribute("aria-current", "true")
    live(page).get_by_role("button", name="Mark 1 read").click()
    expect(page.locator("[data-badge]")).to_have_text("2")


def test_it_searches_and_offers_to_clear_a_search_that_finds_nothing(
    desk: Desk, people: SimpleNamespace, three: list[int]
) -> None:
    page = live(desk.open(people.alice))
    page.get_by_role("searchbox").fill("critical")
    page.get_by_role("searchbox").press("Enter")
    expect(titles(page)).to_have_text(["critical one"])
    page.get_by_role("searchbox").fill("nowhere")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", name="Nothing matches these filters")).to_be_visible()
    expect(page.locator("[role=feed]")).to_have_count(0)
    page.get_by_role("link", name="Clear filters").click()
    expect(titles(page)).to_have_count(3)


def test_it_shows_that_it_loads_and_that_it_could_not(
    desk: Desk, people: SimpleNamespace, three: list[int]
) -> None:
    desk.allow("500")
    page = live(desk.open(people.alice))
    held: list[Route] = []
    page.route(re.compile(r"/api/inbox/\?"), lambda route: held.append(route))
    page.get_by_role("link", name=re.compile("^Done")).click()
    expect(page.locator("#loading")).to_be_visible()
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "true")
    error = {"code": "internal", "detail": "Out of order."}
    held[0].fulfill(status=500, json={"error": error})
    page.unroute_all()
    expect(page.locator("#failed")).to_contain_text("Couldn't load notifications.")
    expect(page.get_by_role("alert")).to_contain_text("Couldn't load notifications.")
    expect(titles(page)).to_have_count(3)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    expect(page.locator("#failed")).to_be_hidden()


def test_it_takes_back_what_the_server_refuses(
    desk: Desk, people: SimpleNamespace, three: list[int]
) -> None:
    desk.allow("409|WebSocket|ERR_FAILED")
    context = desk.context(people.alice)
    context.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    context.route(re.compile("/api/inbox/done/"), lambda route: route.fulfill(status=409, json={}))
    page = context.new_page()
    page.goto("/")
    live(page, transport="sse")
    row(page, "warning one").hover()
    row(page, "warning one").get_by_role("button", name="Done").click()
    expect(row(page, "warning one")).to_contain_text("Couldn't save.")
    expect(titles(page)).to_have_count(3)


def test_it_greets_who_never_had_any(desk: Desk, people: SimpleNamespace) -> None:
    page = live(desk.open(people.charlie))
    expect(page.get_by_role("heading", name="No notifications yet")).to_be_visible()


def test_it_keeps_the_focus_on_the_next_one_when_the_focused_one_leaves(
    desk: Desk, site: Site, people: SimpleNamespace, three: list[int]
) -> None:
    page = live(desk.open(people.alice))
    first, second, third = reversed(three)
    row(page, "warning one").get_by_role("button", name="Done").focus()
    page.keyboard.press("Enter")
    expect(titles(page)).to_have_count(2)
    assert page.evaluate(FOCUSED) == str(third)
    row(page, "info one").focus()
    site.do("retract", id=third)
    expect(titles(page)).to_have_count(1)
    assert page.evaluate(FOCUSED) == str(first)
    site.do("retract", id=first)
    expect(titles(page)).to_have_count(0)
    assert page.evaluate(FOCUSED) == "heading"
    assert second


def test_it_holds_new_ones_back_while_the_focus_is_in_the_list(
    desk: Desk, site: Site, people: SimpleNamespace, three: list[int]
) -> None:
    page = live(desk.open(people.alice))
    row(page, "info one").focus()
    site.do("notify", title="Later", to=people.alice_topic)
    pill = page.get_by_role("button", name="1 new notification")
    expect(pill).to_be_visible()
    expect(titles(page)).to_have_count(3)
    expect(row(page, "info one")).to_be_focused()
    expect(page.locator("[data-badge]")).to_have_text("4")
    page.keyboard.press(".")
    expect(titles(page).first).to_have_text("Later")
    expect(row(page, "Later")).to_be_focused()
    expect(pill).to_be_hidden()
    numbers = page.locator("#feed article").evaluate_all(
        "rows => rows.map((row) => [row.ariaPosInSet, row.ariaSetSize])"
    )
    assert numbers == [[str(number), "4"] for number in (1, 2, 3, 4)]


def test_it_pauses_and_goes_on(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    page = live(desk.open(people.alice))
    site.do("notify", title="Before", to=people.alice_topic)
    expect(row(page, "Before")).to_be_visible()
    page.locator(".chip").click()
    page.get_by_role("button", name="Pause live updates").click()
    expect(page.locator(".chip")).to_contain_text("Paused")
    site.do("notify", title="Meanwhile", to=people.alice_topic)
    expect(page.locator("#connection-panel")).to_contain_text("1 waiting.")
    expect(page.locator("[data-badge]")).to_have_text("2")
    expect(row(page, "Meanwhile")).to_have_count(0)
    page.get_by_role("button", name="Pause live updates").click()
    live(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="1 new notification").click()
    expect(row(page, "Meanwhile")).to_be_visible()


def test_it_loads_older_ones_below(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    site.do("notify_many", count=30, to=[people.alice_topic], title="Number")
    page = live(desk.open(people.alice))
    expect(titles(page)).to_have_count(25)
    expect(page.locator("#feed article").first).to_have_attribute("aria-setsize", "-1")
    page.locator("#older").scroll_into_view_if_needed()
    expect(titles(page)).to_have_count(30)
    expect(titles(page).last).to_have_text("Number 0")
    expect(page.get_by_role("link", name="Load 25 older")).to_be_hidden()
    expect(page.locator("#end")).to_be_visible()


def test_it_reaches_everything_with_the_tab_key(
    desk: Desk, people: SimpleNamespace, three: list[int]
) -> None:
    page = live(desk.open(people.alice))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    wanted = page.evaluate(
        """[...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
        .filter((element) => element.checkVisibility() && element.type !== "hidden").length"""
    )
    seen = walk(page, wanted)
    assert len(seen) == wanted
    assert page.evaluate("[...document.querySelectorAll('[tabindex]')].every(e => e.tabIndex <= 0)")


def walk(page: Page, most: int) -> set[str]:
    seen = set()
    mark = "(document.activeElement.dataset.walked ??= String(Math.random()))"
    for _step in range(most):
        seen.add(page.evaluate(mark))
        page.keyboard.press("Tab")
    return seen


def test_it_keeps_the_colours_that_were_chosen(desk: Desk, people: SimpleNamespace) -> None:
    page = live(desk.open(people.alice, color_scheme="light"))
    page.get_by_role("button", name="Colours: automatic").click()
    page.get_by_role("button", name="Colours: light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("localStorage.getItem('theme')") == "dark"


def test_it_speaks_german(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    site.do("notify", title="Eins", level="warning", to=people.alice_topic)
    page = desk.open(people.alice, locale="de-DE")
    live(page, "Live")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mitteilungen")
    expect(page.locator(".board-sum")).to_have_text("1 ungelesen")
    expect(row(page, "Eins")).to_contain_text("Warnung")
