"""Checks A1–A3 and A9–A12: the feed, arrivals, the clock, what a screen reader gets."""

import re
from itertools import pairwise
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Desk, live, row, titles
from tests.support.site import Site, wait_until

FOCUSED = "document.activeElement.closest('article')?.dataset.id ?? document.activeElement.id"
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    for (const { node } of entry.sources)
      // Without a node: a text that was replaced meanwhile.
      if (node && !node.parentElement?.closest("#feed")) shifts.push(node.id || node.className);
}).observe({ type: "layout-shift", buffered: true });
"""


def write(site: Site, people: SimpleNamespace, *names: str, **fields: object) -> list[int]:
    return [site.do("notify", title=name, to=people.alice_topic, **fields) for name in names]


def wrong_articles(page: Page) -> list[str]:
    """What is wrong with the feed's attributes; empty if nothing is."""
    found: list[str] = page.evaluate("""() => {
        const rows = [...document.querySelectorAll("#feed > *")];
        const wrong = [];
        const feed = document.querySelector("[role=feed]");
        if (feed?.getAttribute("aria-busy") !== "false") wrong.push("busy");
        if (!document.getElementById(feed?.getAttribute("aria-labelledby"))) wrong.push("name");
        for (const [index, row] of rows.entries()) {
            if (row.localName !== "article" || row.tabIndex !== 0) wrong.push(`row ${index}`);
            if (row.ariaPosInSet !== String(index + 1)) wrong.push(`place ${index}`);
            if (row.ariaSetSize !== String(rows.length)) wrong.push(`size ${index}`);
            for (const name of ["aria-labelledby", "aria-describedby"])
                for (const id of row.getAttribute(name).split(" "))
                    if (!row.contains(document.getElementById(id))) wrong.push(`${name} ${id}`);
        }
        return wrong;
    }""")
    return found


def test_a1_articles_keep_their_attributes_when_some_come_and_go(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify_many", count=28, to=[people.alice_topic], title="Number")
    page = live(desk.open(people.alice))
    expect(page.locator("#feed article").last).to_have_attribute("aria-setsize", "-1")
    page.locator("#older").scroll_into_view_if_needed()
    expect(titles(page)).to_have_count(28)
    assert wrong_articles(page) == []
    page.evaluate("scrollTo(0, 0)")
    write(site, people, "At the top")
    expect(titles(page)).to_have_count(29)
    assert wrong_articles(page) == []
    row(page, "Number 14").hover()
    row(page, "Number 14").get_by_role("button", name="Done").click()
    expect(titles(page)).to_have_count(28)
    assert wrong_articles(page) == []
    days = page.locator("#feed .item-day:visible")
    expect(days).to_have_text(["Today"])
    assert days.evaluate(
        "day => day.closest('article') === document.querySelector('#feed').firstChild"
    )


@pytest.mark.ui
def test_a1_a_withdrawn_one_says_so_before_it_leaves(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    _one, two, _three = write(site, people, "one", "two", "three")
    page = live(desk.open(people.alice))
    site.do("retract", id=two)
    gone = page.locator("#feed article[data-gone]")
    expect(gone).to_contain_text("This notification was withdrawn")
    expect(page.locator("[data-badge]").first).to_have_text("2")
    assert wrong_articles(page) == []
    write(site, people, "four")
    expect(titles(page)).to_have_text(["four", "three", "two", "one"])
    expect(gone).to_have_count(0)
    expect(titles(page)).to_have_text(["four", "three", "one"])
    assert wrong_articles(page) == []


def test_a2_an_arrival_leaves_who_reads_the_list_alone(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify_many", count=20, to=[people.alice_topic], title="Number")
    page = live(desk.open(people.alice))
    row(page, "Number 8").focus()
    before = page.evaluate(f"[{FOCUSED}, scrollY]")
    write(site, people, "Later")
    pill = page.locator("#pill")
    expect(pill).to_have_accessible_name("1 new notification")
    assert page.evaluate(f"[{FOCUSED}, scrollY]") == before
    expect(titles(page)).to_have_count(20)
    pill.click()
    expect(titles(page).first).to_have_text("Later")
    expect(page.locator("#feed article").first).to_be_focused()
    expect(page.locator("#feed article").first.locator(".item-new")).to_have_text("New")
    expect(pill).to_be_hidden()
    assert page.evaluate("scrollY") == 0


def test_a3_an_arrival_at_the_top_moves_nothing_outside_of_the_feed(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    write(site, people, "first", "second")
    page = live(desk.open(people.alice))
    page.evaluate(SHIFTS)
    page.evaluate("new Promise((go) => requestAnimationFrame(() => setTimeout(go)))")
    page.evaluate("window.shifts.length = 0")
    write(site, people, "third", "fourth")
    expect(titles(page)).to_have_count(4)
    row(page, "third").hover()
    row(page, "third").get_by_role("checkbox").check()
    expect(page.locator("#bulk")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#bulk")).to_be_hidden()
    allowed = {"feed", "end"}  # what stands below the list goes down with it
    assert set(page.evaluate("window.shifts")) <= allowed


def test_a9_what_has_ended_leaves_by_the_clock(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    write(site, people, "Stays")
    write(site, people, "Ends in an hour", expires=3600)
    context = desk.context(people.alice)
    page = context.new_page()
    page.clock.install()
    page.goto("/")
    live(page)
    expect(page.locator("[data-badge]").first).to_have_text("2")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.fast_forward("59:00")
    expect(titles(page)).to_have_count(2)
    page.clock.fast_forward("01:05")
    expect(titles(page)).to_have_text(["Stays"])
    expect(page.locator("[data-badge]").first).to_have_text("1")
    assert not [url for url in asked if url.endswith(page.evaluate("location.pathname"))]


SNAPSHOT = {
    "full": """
      - heading "Notifications 2 unread" [level=1]
      - button "Mark 2 read"
      - heading "Inbox" [level=2]
      - feed "Notifications 2 unread":
        - article "second":
          - paragraph: Today
          - 'checkbox "Select: second"'
          - heading "Unread second" [level=3]:
            - link "second"
          - paragraph: Text.
          - paragraph: /Warning/
          - time
          - button "Done"
          - button "Snooze"
          - button "More actions"
        - article "first"
    """,
    "chosen": """
      - group "Selected notifications":
        - text: 1 selected
        - button "Done"
        - button "Read"
        - button "Snooze"
        - button "Clear"
    """,
    "empty": """
      - heading "Nothing matches these filters" [level=2]
      - paragraph:
        - link "Clear filters"
    """,
    "error": """
      - paragraph:
        - text: Couldn't load notifications. Out of order.
        - button "Try again"
    """,
}


def test_a12_a_screen_reader_gets_the_list_the_choice_the_empty_one_and_the_error(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("500")
    write(site, people, "first", "second", level="warning", body="Text.")
    page = live(desk.open(people.alice))
    main = page.locator("main")
    expect(main).to_match_aria_snapshot(SNAPSHOT["full"])
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(main).to_match_aria_snapshot(SNAPSHOT["chosen"])
    page.keyboard.press("Escape")
    page.get_by_role("navigation", name="Levels").get_by_role("link", name="Critical").click()
    expect(main).to_match_aria_snapshot(SNAPSHOT["empty"])
    error = {"code": "internal", "detail": "Out of order."}
    page.route(
        re.compile(r"/api/inbox/\?"), lambda route: route.fulfill(status=500, json={"error": error})
    )
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator("#failed")).to_be_visible()
    expect(main).to_match_aria_snapshot(SNAPSHOT["error"])


def test_a11_an_address_shows_the_same_list_without_javascript(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    read = write(site, people, "read", level="critical")
    write(site, people, "critical one", "critical two", level="critical")
    write(site, people, "only a warning", level="warning")
    site.do("act", username=people.alice, do="read", ids=read)
    address = "/?view=unread&level=critical"
    plain = desk.open(people.alice, address, java_script_enabled=False)
    page = live(desk.open(people.alice, address))
    for each in (plain, page):
        expect(titles(each)).to_have_text(["critical two", "critical one"])
        expect(each.locator(".views [data-view=unread]")).to_have_attribute("aria-current", "page")
        levels = each.get_by_role("navigation", name="Levels")
        expect(levels.locator("[aria-current]")).to_have_text(["Critical"])
        expect(each.locator("#mark-all")).to_contain_text("Mark 2 read")


@pytest.mark.ui
def test_a10_fifty_arrivals_are_told_together_and_nothing_stands_still(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    write(site, people, "first")
    page = live(desk.open(people.alice))
    page.mouse.move(5, 5)
    page.evaluate("""() => {
        window.said = [];
        window.long = [];
        const polite = document.getElementById("polite");
        const heard = () => polite.textContent && window.said.push(performance.now());
        new MutationObserver(heard).observe(polite, { childList: true, subtree: true });
        const tell = (list) => window.long.push(...list.getEntries().map((each) => each.duration));
        new PerformanceObserver(tell).observe({ type: "longtask" });
    }""")
    site.do("notify_many", count=50, to=[people.alice_topic], title="Storm")
    expect(titles(page)).to_have_count(51)
    times = page.evaluate("window.said")
    gaps = [after - before for before, after in pairwise(times)]
    assert all(gap > 2_900 for gap in gaps), gaps
    # 100 ms on a machine of its own; this one is shared.
    assert max(page.evaluate("window.long"), default=0) < 1_000
    assert page.evaluate("document.querySelectorAll('*').length") <= 3_000


@pytest.mark.ui
def test_a10_two_hundred_rows_are_enough_for_one_page(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify_many", count=230, to=[people.alice_topic], title="Number")
    page = live(desk.open(people.alice))
    older = page.locator("#older")

    def loaded(most: int) -> bool:
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        return titles(page).count() >= most

    wait_until(lambda: loaded(100), "three older pages came by themselves")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(older).to_have_text("Load 25 older")
    for count in (125, 150, 175, 200):
        older.click()
        expect(titles(page)).to_have_count(count)
    expect(older).to_have_text("Open archive")
    older.click()
    expect(page).to_have_url(re.compile(r"\?before=\d+$"))
    expect(titles(page).first).to_have_text("Number 29")
    write(site, people, "New")
    live(page)
    expect(page.locator("[data-badge]").first).to_have_text("99+")
    expect(titles(page).first).to_have_text("Number 29")
