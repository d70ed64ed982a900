"""The bell on a page of somebody else: its name, its panel, its focus, and what it tells others."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.axe import axe
from tests.browser.people import Desk, live, row
from tests.browser.test_one_connection import connections, until
from tests.support.site import Site

HOST = "/test/host/plain/"
DESKTOP = {"width": 1000, "height": 700}
PHONE = {"width": 320, "height": 640}

# What has moved since the page began to load, but not because of what somebody did.
SHIFTS = """new Promise((done) => new PerformanceObserver((list) => done(
  list.getEntries().reduce((sum, { value }) => sum + value, 0)
)).observe({ type: "layout-shift", buffered: true }) ?? setTimeout(() => done(0), 300))"""


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Notifications")


def host(desk: Desk, username: str | None, path: str = HOST, **options: Any) -> Page:
    return desk.open(username, path, **{"viewport": DESKTOP, **options})


def tell(site: Site, people: SimpleNamespace, *titles: str, **fields: Any) -> None:
    for title in titles:
        site.do("notify", title=title, to=people.alice_topic, **fields)


def opened(page: Page, name: str) -> Locator:
    button(page, name).click()
    expect(panel(page)).to_be_visible()
    return panel(page)


def focused(page: Page) -> str:
    """The text of what has the focus, in a shadow root too."""
    return str(
        page.evaluate("""() => {
          let element = document.activeElement;
          while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
          return element.textContent.trim();
        }""")
    )


def violations(desk: Desk, page: Page) -> list[str]:
    """What axe finds. It copies the sheets of a shadow root, which the policy refuses."""
    desk.allow("Applying inline style|policy: style-src-elem inline")
    return axe(page)


def within(page: Page, box: Any) -> bool:
    """Whether a box is in the window, with all its sides."""
    width, height = page.evaluate("[document.documentElement.clientWidth, innerHeight]")
    wide = box["x"] >= 0 and box["x"] + box["width"] <= width
    return bool(wide and box["y"] >= 0 and box["y"] + box["height"] <= height)


def test_j2_its_name_has_the_number_and_changes_with_it(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    tell(site, people, "One", "Two", "Three")
    page = host(desk, people.alice)
    expect(button(page, "Notifications, 3 unread")).to_be_visible()
    until(page, lambda: sum(connections(site).values()), "the bell is connected")
    tell(site, people, "Four")
    expect(button(page, "Notifications, 4 unread")).to_be_visible()
    expect(page.locator("[part=badge]")).to_have_text("4")
    expect(page.locator("[part=badge]")).to_have_attribute("aria-hidden", "true")
    expect(page.locator("#said")).to_have_text("1 new notification")


def test_j3_it_takes_the_focus_when_it_opens_and_gives_it_back(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    tell(site, people, "Disk full", "Coffee is ready")
    page = host(desk, people.alice)
    name = "Notifications, 2 unread"
    opened(page, name)
    expect(button(page, name)).to_have_attribute("aria-expanded", "true")
    assert focused(page) == "Notifications"
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(button(page, name)).to_have_attribute("aria-expanded", "false")
    assert focused(page) == name.replace(" unread", " unread") + "2"

    opened(page, name)
    page.mouse.click(900, 600)
    expect(panel(page)).to_be_hidden()
    until(page, lambda: focused(page).startswith("Notifications, 2"), "the focus is back")

    opened(page, name)
    page.get_by_role("button", name="Elsewhere").click()
    expect(panel(page)).to_be_hidden()
    assert focused(page) == "Elsewhere"

    opened(page, name)
    expect(panel(page).get_by_role("link")).to_have_count(4)
    seen = []
    for _ in range(6):
        page.keyboard.press("Tab")
        seen.append(focused(page))
    assert seen[0] == "Mark 2 read"
    assert "Coffee is ready" in seen[2]
    assert seen[4:] == ["See all notifications", "A shop"]
    expect(panel(page)).to_be_hidden()


def test_j3_what_arrives_leaves_the_focus_where_it_is(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    first = site.do("notify", title="Disk full", to=people.alice_topic)
    page = host(desk, people.alice)
    opened(page, "Notifications, 1 unread").get_by_role("link", name="Disk full").focus()
    tell(site, people, "Coffee is ready")
    expect(panel(page).get_by_role("link", name="Coffee is ready")).to_be_visible()
    assert "Disk full" in focused(page)
    site.do("retract", id=first)
    expect(panel(page).get_by_role("link", name="Disk full")).to_have_count(0)
    assert "Coffee is ready" in focused(page)


def test_j3_opening_it_marks_all_as_seen_and_mark_read_as_read(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    tell(site, people, "One", "Two")
    page = host(desk, people.alice)
    opened(page, "Notifications, 2 unread")
    seen = lambda: site.do("snapshot", username=people.alice)["seen_to"]  # noqa: E731
    until(page, lambda: seen() > 0, "the server knows that they were seen")
    button(page, "Mark 2 read").click()
    expect(button(page, "Notifications")).to_be_visible()
    expect(page.locator("[part=badge]")).to_be_hidden()
    assert focused(page) == "Notifications"
    unread = lambda: site.do("snapshot", username=people.alice)["unread"]  # noqa: E731
    until(page, lambda: unread() == 0, "the server knows that they were read")


def test_j4_without_javascript_it_is_a_link_to_the_inbox(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    tell(site, people, "One")
    page = host(desk, people.alice, java_script_enabled=False)
    page.get_by_role("link", name="Notifications, 1 unread").click()
    page.wait_for_url(f"http://{site.address()}/")


def test_j4_a_visitor_sees_none(desk: Desk) -> None:
    page = host(desk, None)
    expect(page.locator("notify-bell")).to_have_count(0)


def test_j6_nothing_moves_when_it_comes_to_life_late(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    tell(site, people, "One")
    context = desk.context(people.alice, viewport=DESKTOP)
    page = context.new_page()
    held: list[Any] = []
    page.route("**/bell/index.js", lambda route: held.append(route))
    page.goto(HOST, wait_until="commit")
    page.get_by_role("link", name="Notifications, 1 unread").wait_for()
    before = page.locator("#after").bounding_box()
    until(page, lambda: held, "the module was asked for")
    held[0].continue_()
    expect(button(page, "Notifications, 1 unread")).to_be_visible()
    tell(site, people, *(f"Number {number}" for number in range(10)))
    expect(button(page, "Notifications, 11 unread")).to_be_visible()
    assert page.locator("#after").bounding_box() == before
    assert page.evaluate(SHIFTS) == 0


def test_j7_two_bells_and_the_inbox_are_one_connection_and_in_step(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    first = site.do("notify", title="Disk full", to=people.alice_topic)
    tell(site, people, "Coffee is ready")
    context = desk.context(people.alice, viewport=DESKTOP)
    bells = page_in(context, "/test/host/two/")
    for number in range(2):
        expect(bells.get_by_role("button").nth(number)).to_have_accessible_name(
            "Notifications, 2 unread"
        )
    inbox = live(page_in(context, "/"))
    until(inbox, lambda: sum(connections(site).values()) == 1, "there is one connection")

    desk.site.do("act", username=people.alice, do="read", ids=[first])
    expect(row(inbox, "Disk full").locator("[data-slot=unread]")).to_be_hidden()
    for number in range(2):
        expect(bells.get_by_role("button").nth(number)).to_have_accessible_name(
            "Notifications, 1 unread"
        )
    # The second counts what was not seen yet.
    expect(bells.locator("[part=badge]").nth(1)).to_have_text("1")
    bells.get_by_role("button").first.click()
    expect(bells.locator("[part=badge]").nth(1)).to_be_hidden()
    bells.get_by_role("button", name="Mark 1 read").click()
    expect(inbox.locator(".board-sum")).to_have_text("0 unread")
    assert sum(connections(site).values()) == 1


@pytest.mark.ui
def test_j7_when_the_tab_with_the_connection_goes_another_has_it_and_nothing_is_lost(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    context = desk.context(people.alice, viewport=DESKTOP)
    first, second = page_in(context, HOST), page_in(context, HOST)
    until(second, lambda: sum(connections(site).values()) == 1, "there is one connection")
    tell(site, people, "One")
    for page in (first, second):
        expect(button(page, "Notifications, 1 unread")).to_be_visible()
    first.close()
    tell(site, people, "Two", "Three")
    expect(button(second, "Notifications, 3 unread")).to_be_visible()
    until(second, lambda: sum(connections(site).values()) == 1, "there is one connection")
    tell(site, people, "Four")
    expect(button(second, "Notifications, 4 unread")).to_be_visible()


def test_j7_signing_out_takes_it_away(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    context = desk.context(people.alice, viewport=DESKTOP)
    page = page_in(context, HOST)
    until(page, lambda: sum(connections(site).values()) == 1, "the bell is connected")
    key = next(each["value"] for each in context.cookies() if each["name"] == "sessionid")
    site.do("sign_out", session_key=key)
    expect(page.locator("notify-bell")).to_be_hidden()


def page_in(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    return page


@pytest.mark.ui
def test_j8_it_works_under_a_policy_without_inline_styles(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    tell(site, people, "One")
    context = desk.context(people.alice, viewport=DESKTOP)
    page = context.new_page()
    answer = page.goto(f"{HOST}?toasts=True")
    assert answer is not None
    assert "style-src 'self';" in answer.headers["content-security-policy"] + ";"
    opened(page, "Notifications, 1 unread")
    tell(site, people, "Two", level="critical")
    expect(page.locator("[part=toast]")).to_contain_text("Two")
    page.locator("[part=toast]").get_by_role("button", name="Close").click()
    expect(page.locator("[part=toast]")).to_have_count(0)
    # What the browser says about the policy fails the test: see `Desk`.


@pytest.mark.ui
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("corner", ["start", "end"])
def test_j9_its_panel_is_within_the_window_in_every_corner(
    desk: Desk, site: Site, people: SimpleNamespace, direction: str, corner: str
) -> None:
    tell(site, people, *(f"Number {number}" for number in range(9)))
    page = host(desk, people.alice)
    page.evaluate("(direction) => { document.documentElement.dir = direction }", direction)
    expect(button(page, "Notifications, 9 unread")).to_be_visible()
    for top in ("0", "640px"):
        # What a host's style sheet may do.
        page.evaluate(
            """([corner, top]) => {
              const { style } = document.querySelector("notify-bell");
              style.position = "fixed";
              style.top = top;
              style[corner === "start" ? "insetInlineStart" : "insetInlineEnd"] = 0;
            }""",
            [corner, top],
        )
        found = opened(page, "Notifications, 9 unread")
        expect(found.get_by_role("listitem")).to_have_count(8)
        assert within(page, found.bounding_box())
        page.keyboard.press("Escape")


@pytest.mark.ui
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_j9_it_fills_a_phone(
    desk: Desk, site: Site, people: SimpleNamespace, direction: str
) -> None:
    tell(site, people, *(f"A long title that has to go over two lines {n}" for n in range(9)))
    page = host(desk, people.alice, viewport=PHONE)
    page.evaluate("(direction) => { document.documentElement.dir = direction }", direction)
    found = opened(page, "Notifications, 9 unread")
    expect(found.get_by_role("listitem")).to_have_count(8)
    box = found.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (320, 640)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    found.get_by_role("button", name="Close").click()
    expect(found).to_be_hidden()


@pytest.mark.ui
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_j10_axe_finds_nothing_in_its_shadow_root(
    desk: Desk, site: Site, people: SimpleNamespace, scheme: str
) -> None:
    page = host(desk, people.alice, f'{HOST}?theme="{scheme}"')
    expect(button(page, "Notifications")).to_be_visible()
    assert violations(desk, page) == []
    found = opened(page, "Notifications")
    expect(found.get_by_text("You're all caught up.")).to_be_visible()
    assert violations(desk, page) == []
    for level in ("info", "success", "warning", "critical"):
        tell(site, people, f"A {level} one", level=level, body="With some text.")
    expect(found.get_by_role("listitem")).to_have_count(4)
    assert violations(desk, page) == []


@pytest.mark.ui
def test_it_says_that_it_could_not_load_and_tries_again(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("503")
    tell(site, people, "One", "Two")
    page = host(desk, people.alice)
    page.route("**/api/inbox/?*", lambda route: route.fulfill(status=503, body="{}"))
    found = opened(page, "Notifications, 2 unread")
    expect(found.get_by_text("Couldn't load notifications.")).to_be_visible()
    assert violations(desk, page) == []
    page.unroute("**/api/inbox/?*")
    found.get_by_role("button", name="Try again").click()
    expect(found.get_by_role("listitem")).to_have_count(2)


@pytest.mark.ui
def test_it_shows_three_rows_while_it_loads_and_a_note_while_offline(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("ERR_INTERNET_DISCONNECTED|Failed to load")
    tell(site, people, "One", "Two")
    page = host(desk, people.alice)
    held: list[Any] = []
    page.route("**/api/inbox/?*", lambda route: held.append(route))
    found = opened(page, "Notifications, 2 unread")
    expect(found.locator("[data-slot=loading] i")).to_have_count(3)
    expect(found.locator("[data-slot=loading]")).to_be_visible()
    assert violations(desk, page) == []
    until(page, lambda: held, "the snapshot was asked for")
    held[0].continue_()
    expect(found.get_by_role("listitem")).to_have_count(2)
    page.context.set_offline(True)
    expect(found.get_by_text("Offline.")).to_be_visible()
    expect(found.get_by_role("listitem")).to_have_count(2)
    page.context.set_offline(False)
    expect(found.get_by_text("Offline.")).to_be_hidden()


def test_j2_beyond_99_its_name_has_the_true_number(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify_many", count=137, to=[people.alice_topic], title="Number")
    page = host(desk, people.alice)
    expect(button(page, "Notifications, 137 unread")).to_be_visible()
    expect(page.locator("[part=badge]")).to_have_text("99+")
    opened(page, "Notifications, 137 unread")
    tell(site, people, "One more")
    expect(button(page, "Notifications, 138 unread")).to_be_visible()
    button(page, "Mark 138 read").click()
    expect(button(page, "Notifications")).to_be_visible()
