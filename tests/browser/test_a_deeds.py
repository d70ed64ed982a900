"""Checks A4–A8 of the inbox: the keys, undo, refusals, no network, and the current filter only."""

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.people import Desk, live, row, titles
from tests.support.site import Site, wait_until

WAITS = "Object.keys(localStorage).some((name) => name.includes('waiting'))"
FOCUSED = "document.activeElement.closest('article')?.dataset.id ?? document.activeElement.id"
NAMES = ("one", "two", "three", "four", "five")


@pytest.fixture
def five(site: Site, people: SimpleNamespace) -> list[int]:
    """For alice, oldest first; the fourth needs to be acknowledged."""
    return [
        site.do("notify", title=name, to=people.alice_topic, acknowledge=name == "four")
        for name in NAMES
    ]


def undo_bar(page: Page) -> Any:
    return page.get_by_role("region", name="Last action")


def standing(site: Site, people: SimpleNamespace) -> list[Any]:
    """What the server has, without the times at which it was seen."""
    snapshot = site.do("snapshot", username=people.alice)
    rows = [
        (item["id"], item["receipt"] and {**item["receipt"], "seen_at": None})
        for item in snapshot["items"]
    ]
    nothing = dict.fromkeys(
        ("seen_at", "read_at", "done_at", "snoozed_until", "acknowledged_at"), None
    )
    unread = set(snapshot["unread_ids"])
    return [(id, {**nothing, **(receipt or {}), "unread": id in unread}) for id, receipt in rows]


@pytest.mark.ui
def test_a4_each_key_does_what_it_says(
    desk: Desk, site: Site, people: SimpleNamespace, five: list[int]
) -> None:
    page = live(desk.open(people.alice))
    press = page.keyboard.press
    press("j")
    expect(row(page, "five")).to_be_focused()
    for key in ("j", "PageDown"):
        press(key)
    expect(row(page, "three")).to_be_focused()
    for key in ("k", "PageUp", "j"):
        press(key)
    expect(row(page, "four")).to_be_focused()
    press("Shift+I")
    expect(row(page, "four")).not_to_have_attribute("data-unread", "")
    press("Shift+U")
    expect(row(page, "four")).to_have_attribute("data-unread", "")
    press("a")
    expect(row(page, "four")).not_to_have_attribute("data-unread", "")
    expect(undo_bar(page)).to_contain_text("Acknowledged.")
    press("j")
    press("x")
    press("j")
    press("j")
    press("Shift+X")
    expect(page.locator("#bulk")).to_contain_text("3 selected")
    press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    press("e")
    expect(titles(page)).to_have_text(["five", "four", "three", "two"])
    expect(undo_bar(page)).to_contain_text("Marked done.")
    press("z")
    expect(titles(page)).to_have_text(["five", "four", "three", "two", "one"])
    expect(row(page, "one")).to_be_focused()
    press("h")
    page.get_by_role("menuitem", name="In 1 hour").press("Enter")
    expect(titles(page)).to_have_count(4)
    expect(undo_bar(page)).to_contain_text("Snoozed until")
    press("z")
    expect(titles(page)).to_have_count(5)
    site.do("notify", title="six", to=people.alice_topic)
    expect(page.locator("#pill")).to_be_visible()
    press(".")
    expect(row(page, "six")).to_be_focused()


@pytest.mark.ui
def test_a4_keys_lead_to_other_places(desk: Desk, people: SimpleNamespace, five: list[int]) -> None:
    page = live(desk.open(people.alice))
    press = page.keyboard.press
    press("p")
    expect(page.locator(".chip")).to_contain_text("Paused")
    press("p")
    live(page)
    press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    press("e")
    expect(titles(page)).to_have_count(5)
    press("Escape")
    expect(keys).to_have_count(0)
    press("j")
    press("Control+End")
    assert page.evaluate("document.activeElement.closest('#feed')") is None
    press("Shift+Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('#feed'))")
    press("Control+Home")
    assert page.evaluate("document.activeElement.closest('#feed')") is None
    press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    for key in ("j", "e", "x", "?", "p", "z"):
        press(key)
    expect(page.get_by_role("searchbox")).to_have_value("jex?pz")
    expect(titles(page)).to_have_count(5)
    expect(page.locator(".chip")).to_contain_text("Live")
    row(page, "two").focus()
    page.evaluate("document.addEventListener('keydown', (event) => (window.last = event))")
    press("Control+e")
    assert page.evaluate("window.last.defaultPrevented") is False
    expect(titles(page)).to_have_count(5)
    press("g")
    press("r")
    expect(page).to_have_url(re.compile("/rooms/$"))


@pytest.mark.ui
def test_a4_the_letters_can_be_turned_off(
    desk: Desk, people: SimpleNamespace, five: list[int]
) -> None:
    page = live(desk.open(people.alice))
    page.get_by_role("button", name="Keyboard shortcuts").click()
    with page.expect_response(re.compile("/api/preferences/")):
        page.get_by_role("checkbox", name="Keys of one letter work").uncheck()
        page.get_by_role("button", name="Close").click()
    page.reload()
    live(page)
    row(page, "two").focus()
    for key in ("e", "j", "x", "?", "h"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row(page, "two")).to_be_focused()
    expect(titles(page)).to_have_count(5)
    expect(page.locator("#bulk")).to_be_hidden()
    page.keyboard.press("PageDown")
    expect(row(page, "one")).to_be_focused()


def test_a5_undo_brings_a_row_back_to_its_place_with_the_focus(
    desk: Desk, site: Site, people: SimpleNamespace, five: list[int]
) -> None:
    page = live(desk.open(people.alice))
    before = standing(site, people)
    for name in ("five", "three", "one"):
        row(page, name).focus()
        with page.expect_response(re.compile("/api/inbox/done/")):
            page.keyboard.press("e")
        expect(titles(page)).to_have_count(4)
        with page.expect_response(re.compile("/api/inbox/undone/")):
            page.keyboard.press("z")
        expect(titles(page)).to_have_text(list(reversed(NAMES)))
        expect(row(page, name)).to_be_focused()
        expect(undo_bar(page)).to_be_hidden()
    assert standing(site, people) == before
    expect(page.locator("[data-badge]").first).to_have_text("5")


def test_a6_what_the_server_refuses_comes_back_with_one_alert(
    desk: Desk, people: SimpleNamespace, five: list[int]
) -> None:
    desk.allow("500")
    page = live(desk.open(people.alice))
    page.route(re.compile("/api/inbox/done/"), lambda route: route.fulfill(status=500, json={}))
    row(page, "three").focus()
    page.keyboard.press("e")
    expect(row(page, "three")).to_contain_text("Couldn't save.")
    expect(titles(page)).to_have_text(list(reversed(NAMES)))
    expect(page.locator("[role=alert]:not(:empty)")).to_have_count(1)
    expect(page.get_by_role("alert").filter(has_text="Couldn't save.")).to_have_count(1)
    expect(undo_bar(page)).to_be_hidden()
    page.unroute_all()
    row(page, "three").get_by_role("button", name="Try again").click()
    expect(titles(page)).to_have_count(4)


def test_a7_what_is_done_offline_is_sent_once_and_in_order(
    desk: Desk, site: Site, people: SimpleNamespace, five: list[int]
) -> None:
    desk.allow("ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket")
    page = live(desk.open(people.alice))
    posts: list[tuple[str, Any, str]] = []
    cut: list[str] = []

    def note(route: Route) -> None:
        """The first one reaches the server, but its answer is lost."""
        request = route.request
        key = request.headers["idempotency-key"]
        posts.append((request.url.split("/")[-2], json.loads(request.post_data or ""), key))
        if cut:
            return route.continue_()
        cut.append(key)
        route.fetch()
        return route.abort()

    page.mouse.move(9, 9)
    page.evaluate("import('/static/noticeboard/inbox/later/deeds.js')")
    page.context.set_offline(True)
    expect(page.locator(".chip")).to_contain_text("Offline")
    for name, key in (("five", "e"), ("three", "Shift+I"), ("one", "e")):
        row(page, name).focus()
        page.keyboard.press(key)
        expect(undo_bar(page)).to_contain_text("Will sync when online")
    expect(titles(page)).to_have_text(["four", "three", "two"])
    assert len(site.do("snapshot", username=people.alice)["items"]) == 5
    page.route(re.compile("/api/inbox/(done|read)/"), note)
    page.context.set_offline(False)
    wait_until(lambda: not page.evaluate(WAITS), "what waited was sent")
    expect(titles(page)).to_have_text(["four", "three", "two"])
    said = [(action, body["ids"]) for action, body, _key in posts]
    wanted = [("done", [five[4]]), ("read", [five[2]]), ("done", [five[0]])]
    assert said == [wanted[0], *wanted]
    keys = [key for _action, _body, key in posts]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    snapshot = site.do("snapshot", username=people.alice)
    assert [item["title"] for item in snapshot["items"]] == ["four", "three", "two"]
    assert five[2] not in snapshot["unread_ids"]


@pytest.mark.ui
def test_a7_what_waits_survives_a_reload_and_can_be_taken_back(
    desk: Desk, site: Site, people: SimpleNamespace, five: list[int]
) -> None:
    desk.allow("ERR_FAILED")
    page = live(desk.open(people.alice))
    page.route(re.compile("/api/inbox/(done|undone)/"), lambda route: route.abort())
    for name in ("five", "one"):
        row(page, name).focus()
        page.keyboard.press("e")
        expect(undo_bar(page)).to_contain_text("Will sync when online")
    page.keyboard.press("z")
    expect(titles(page)).to_have_text(["four", "three", "two", "one"])
    page.reload()
    expect(titles(page)).to_have_text(["four", "three", "two", "one"])
    assert len(site.do("snapshot", username=people.alice)["items"]) == 5
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until(lambda: not page.evaluate(WAITS), "what waited was sent")
    assert len(site.do("snapshot", username=people.alice)["items"]) == 4


def test_a8_only_what_the_filter_shows_is_marked_read(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    for number in range(7):
        site.do("notify", title=f"warning {number}", level="warning", to=people.alice_topic)
    site.do("notify", title="an info", to=people.alice_topic)
    site.do("notify", title="an emergency", level="critical", to=people.alice_topic)
    page = live(desk.open(people.alice, "/?level=warning"))
    expect(titles(page)).to_have_count(7)
    page.get_by_role("button", name="Mark 7 read").click()
    expect(page.locator("[data-badge]").first).to_have_text("2")
    page.get_by_role("link", name="Warning", exact=True).click()
    expect(titles(page)).to_have_count(9)
    expect(page.locator("#feed article[data-unread]")).to_have_count(2)
    page.get_by_role("button", name="Mark 2 read").click()
    question = page.get_by_role("dialog", name="Mark 2 read?")
    expect(question).to_contain_text("1 of them is critical and unread.")
    question.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-badge]").first).to_have_text("2")
    page.get_by_role("button", name="Mark 2 read").click()
    question.get_by_role("button", name="Mark 2 read").click()
    expect(page.locator("[data-badge]").first).to_be_hidden()
    page.keyboard.press("z")
    expect(page.locator("[data-badge]").first).to_have_text("2")


@pytest.mark.ui
def test_a8_what_the_filter_shows_is_marked_also_where_it_is_not_loaded(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify_many", count=30, to=[people.alice_topic], title="Number")
    site.do("notify", title="Another", to=people.alice_topic)
    page = live(desk.open(people.alice, "/?q=number"))
    page.get_by_role("button", name="Mark 30 read").click()
    expect(page.locator("[data-badge]").first).to_have_text("1")
    expect(page.locator("#mark-all")).to_be_hidden()


@pytest.mark.ui
def test_what_needs_acknowledgement_is_not_done_with_the_rest(
    desk: Desk, people: SimpleNamespace, five: list[int]
) -> None:
    page = live(desk.open(people.alice))
    for name in ("five", "four", "three"):
        row(page, name).hover()
        row(page, name).get_by_role("checkbox").check()
    page.locator("#bulk").get_by_role("button", name="Done").click()
    expect(titles(page)).to_have_text(["four", "two", "one"])
    expect(undo_bar(page)).to_contain_text("2 marked done.")
    expect(page.locator("#polite")).to_contain_text("1 needs your acknowledgement and stays.")
    assert page.evaluate(FOCUSED)
    page.keyboard.press("z")
    expect(titles(page)).to_have_count(5)


@pytest.mark.ui
def test_the_rows_menu_has_the_rest(desk: Desk, people: SimpleNamespace, five: list[int]) -> None:
    page = live(desk.open(people.alice))
    row(page, "four").hover()
    more = row(page, "four").get_by_role("button", name="More actions")
    more.click()
    menu = page.get_by_role("menu", name="More actions")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    expect(menu.get_by_role("menuitem")).to_have_text(
        ["Mark read", "Acknowledge", "Select", "Copy link"]
    )
    page.keyboard.press("ArrowUp")
    expect(menu.get_by_role("menuitem", name="Copy link")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    more.click()
    menu.get_by_role("menuitem", name="Mark read").click()
    expect(row(page, "four")).not_to_have_attribute("data-unread", "")
    more.click()
    menu.get_by_role("menuitem", name="Mark unread").click()
    expect(row(page, "four")).to_have_attribute("data-unread", "")
