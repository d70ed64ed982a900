"""G2, G6, G8, G9: the keyboard alone, no JavaScript, the strict policy, and where the focus is."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Desk, live, row
from tests.browser.places import PLACES, Place, cast, ready, visit
from tests.support.site import Site

# What the Tab key should come to: seen, not disabled, not one of several with arrow keys.
CONTROLS = """() => {
  const found = document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']");
  window.controls = [...found].filter((each) =>
    each.tabIndex >= 0 && !each.disabled && each.type !== "hidden" &&
    each.checkVisibility({ visibilityProperty: true }) && !each.closest("[inert]"));
  return window.controls.map((each) => each.outerHTML.slice(0, 120));
}"""
PLACED = "() => window.controls.indexOf(document.activeElement)"


@pytest.fixture(scope="module")
def people(site: Site) -> SimpleNamespace:
    return cast(site, "keys")


OTHERS = ("/n/{first}/", "/rooms/", "/preferences/")


@pytest.mark.parametrize(
    "address", ["/", *(pytest.param(each, marks=pytest.mark.ui) for each in OTHERS)]
)
def test_g2_the_tab_key_reaches_every_control(
    desk: Desk, people: SimpleNamespace, address: str
) -> None:
    page = live(desk.open(people.alice, address.format(**vars(people))))
    page.evaluate("document.activeElement.blur()")
    controls = page.evaluate(CONTROLS)
    assert len(controls) > 5
    came: list[int] = []
    # A field for a time has a stop for each of its parts.
    for _ in range(4 * len(controls)):
        page.keyboard.press("Tab")
        place = page.evaluate(PLACED)
        if place >= 0:
            came.append(place)
        if len(set(came)) == len(controls):
            break
    assert [each for number, each in enumerate(controls) if number not in came] == []
    assert came == sorted(came), "in the order in which they stand"


def test_g2_nothing_has_a_place_of_its_own_in_the_tab_order(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = visit(desk, people)
    for address in ("/", "/n/{first}/", "/rooms/{lobby}/", "/preferences/", "/test/host/plain/"):
        page.goto(address.format(**vars(people)))
        indices = page.locator("[tabindex]").evaluate_all("(all) => all.map((n) => n.tabIndex)")
        assert max(indices, default=0) <= 0, address


def test_g6_everything_works_without_javascript(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    topic = people.charlie_topic
    for title in ("First", "Second"):
        site.do("notify", title=title, to=topic)
    page = desk.open(people.charlie, java_script_enabled=False)
    row(page, "First").hover()
    row(page, "First").get_by_role("button", name="Mark read").click()
    expect(row(page, "First")).not_to_have_attribute("data-unread", "")
    row(page, "Second").hover()
    row(page, "Second").get_by_role("button", name="Done").click()
    expect(row(page, "Second")).to_have_count(0)
    page.goto(f"/rooms/{people.lobby}/")
    page.get_by_label("Post in #").fill("Said without a script")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#posts")).to_contain_text("Said without a script")
    page.goto("/preferences/")
    page.get_by_label("Density").select_option("compact")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_label("Density")).to_have_value("compact")


def test_one_chooses_a_language_without_javascript(desk: Desk, people: SimpleNamespace) -> None:
    page = desk.open(people.alice, "/?view=done", java_script_enabled=False)
    page.locator(".top .menu > summary").click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page).to_have_url(re.compile(r"/\?view=done$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("الإشعارات")
    page.locator(".top .menu > summary").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.get_by_role("heading", level=1)).to_contain_text("通知")
    page.locator(".top .menu > summary").click()
    expect(page.locator(".languages [aria-current]")).to_have_text("简体中文")


@pytest.mark.ui
def test_the_scripts_speak_the_language_too_as_soon_as_it_is_chosen(
    desk: Desk, people: SimpleNamespace
) -> None:
    page = live(desk.open(people.alice))
    page.locator(".top .menu > summary").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(ready(page).locator("#theme")).to_contain_text("Farben")


@pytest.mark.parametrize(
    "place",
    [pytest.param(each, marks=pytest.mark.ui) for each in PLACES],
    ids=lambda place: place.__name__,
)
def test_g8_no_page_in_no_state_breaks_the_policy(
    desk: Desk, site: Site, people: SimpleNamespace, place: Place
) -> None:
    page = visit(desk, people)
    answers: list[tuple[str, str]] = []
    page.on(
        "response",
        lambda answer: (
            answers.append((answer.url, answer.headers.get("content-security-policy", "")))
            # django-csp leaves out what DEBUG may have to explain.
            if answer.headers.get("content-type", "").startswith("text/html") and answer.ok
            else None
        ),
    )
    states = list(place(page, site, people))
    assert states
    assert answers
    for url, policy in answers:
        assert "default-src 'self'" in policy, url
        assert "style-src 'self'" in policy, url
        assert "unsafe" not in policy, url
    assert [each for each in desk.errors if "policy" in each] == []


def deeds(page: Page, site: Site, people: SimpleNamespace) -> Iterator[str]:
    """One action of the inbox after another, each by a key or a press on what has the focus."""
    row(page, "A success one").focus()
    for key in ("j", "k", "x", "Escape", "U", "I"):
        page.keyboard.press(key)
        yield key
    page.keyboard.press("h")
    expect(page.locator("[role=menu]:popover-open")).to_be_visible()
    yield "h"
    page.keyboard.press("Escape")
    yield "Escape of the menu"
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    yield "Escape of the keys"
    count = page.locator("#feed article").count()
    page.keyboard.press("e")
    expect(page.locator("#feed article")).to_have_count(count - 1)
    yield "e"
    page.keyboard.press("z")
    expect(page.locator("#feed article")).to_have_count(count)
    yield "z"
    row(page, "A info one").locator("[data-do=done]").press("Enter")
    expect(page.locator("#feed article")).to_have_count(count - 1)
    yield "the button Done"
    page.locator("#undo button").press("Enter")
    expect(page.locator("#feed article")).to_have_count(count)
    yield "the button Undo"
    page.locator("#feed article").first.focus()
    site.do("notify", title="Comes meanwhile", to=people.alice_topic)
    expect(page.locator("#pill")).to_be_visible()
    page.locator("#pill").press("Enter")
    expect(row(page, "Comes meanwhile")).to_be_visible()
    yield "the pill"
    page.locator("[data-view=unread]").press("Enter")
    expect(page).to_have_url(re.compile("view=unread"))
    yield "a view"
    page.locator("#q").fill("nowhere")
    page.locator("#q").press("Enter")
    expect(page.locator("[data-empty=filter]")).to_be_visible()
    yield "a search"
    page.locator("[data-empty=filter] a").press("Enter")
    expect(page.locator("#feed article").first).to_be_visible()
    yield "Clear filters"
    page.locator(".chip").press("Enter")
    page.keyboard.press("Escape")
    yield "Escape of the connection"
    page.locator("#theme").press("Enter")
    yield "the colours"


FOCUSED = "() => document.activeElement !== document.body && document.activeElement !== null"


def test_g9_the_focus_is_never_lost_in_the_inbox(desk: Desk, site: Site) -> None:
    people = cast(site, "focus")
    page = live(desk.open(people.alice))
    for deed in deeds(page, site, people):
        page.wait_for_function(FOCUSED, timeout=10_000)
        assert page.evaluate(FOCUSED), deed


def test_g9_the_focus_is_never_lost_at_a_notification(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    one = site.do("notify", title="To be handled", to=people.alice_topic)
    page = live(desk.open(people.alice, f"/n/{one}/"))
    for do in ("unread", "read", "done", "undone"):
        button = page.locator(f"#note ~ * [data-do={do}]:visible, #note [data-do={do}]:visible")
        button.first.press("Enter")
        expect(button).to_have_count(0)
        page.wait_for_function(FOCUSED, timeout=10_000)
        assert page.evaluate(FOCUSED), do
