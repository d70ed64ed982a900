"""G3, G4, G5, G7: narrow windows, no motion, forced colours, lines that run the other way."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import overflow
from tests.browser.people import Desk, live, row
from tests.browser.places import Look, cast, ready, visit
from tests.support.site import Site

ADDRESSES = ("/", "/?view=done", "/n/{first}/", "/rooms/", "/rooms/{lobby}/", "/follow/")
PHONE: Any = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def people(site: Site) -> SimpleNamespace:
    return cast(site, "looks")


@pytest.mark.parametrize(
    "language",
    ["ar", pytest.param("en", marks=pytest.mark.ui), pytest.param("de", marks=pytest.mark.ui)],
)
def test_g3_nothing_is_wider_than_320_pixels(
    desk: Desk, people: SimpleNamespace, language: str
) -> None:
    page = visit(desk, people, locale=language, **PHONE)
    for address in ADDRESSES:
        page.goto(address.format(**vars(people)))
        ready(page)
        assert overflow(page) <= 0, address
        page.locator(".chip-word").evaluate("(word) => word.textContent = 'Reconnecting at last'")
        assert overflow(page) <= 0, address
        page.locator(".chip").click()
        assert inside(page, "#connection-panel"), address
        page.keyboard.press("Escape")
        page.locator(".top .menu > summary").click()
        assert inside(page, ".top .menu .panel"), address
        assert overflow(page) <= 0, address


def inside(page: Page, selector: str) -> bool:
    """Whether a part of the page is within the window, from side to side."""
    expect(page.locator(selector)).to_be_visible()
    box = page.locator(selector).bounding_box()
    width = page.evaluate("innerWidth")
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width


def test_g4_nothing_moves_for_who_asked_for_that(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = live(desk.open(people.alice, reduced_motion="reduce"))
    for level in ("success", "critical"):
        title = f"Arrives quietly: {level}"
        site.do("notify", title=title, level=level, to=people.alice_topic)
        expect(row(page, title)).to_be_visible()
        assert page.evaluate("document.getAnimations().length") == 0
    page.goto(f"/rooms/{people.lobby}/")
    live(page)
    site.do("post", room=people.lobby, text="Said quietly", username=people.bob)
    expect(page.get_by_text("Said quietly")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_g5_unread_is_told_by_words_and_shape_where_colours_are_forced(
    desk: Desk, people: SimpleNamespace
) -> None:
    page = live(desk.open(people.alice, forced_colors="active"))
    unread, read = row(page, "A critical one"), row(page, "Known already")
    expect(unread.get_by_role("heading", name=re.compile("^Unread"))).to_have_count(1)
    expect(read.get_by_role("heading", name=re.compile("^Unread "))).to_have_count(0)
    expect(unread.locator(".item-word, [data-slot=word]").first).to_have_text("Critical")
    edges = "(node) => ['Top', 'Left'].map((side) => getComputedStyle(node)[`border${side}Style`])"
    assert "solid" in page.locator("#feed article .level").first.evaluate(edges)
    assert page.screenshot(animations="disabled")


OTHERS = ("/n/{first}/", "/rooms/{lobby}/", "/rooms/", "/preferences/")


@pytest.mark.parametrize(
    "address", ["/", *(pytest.param(each, marks=pytest.mark.ui) for each in OTHERS)]
)
def test_g7_what_is_read_aloud_is_the_same_from_right_to_left(
    desk: Desk, people: SimpleNamespace, address: str
) -> None:
    page = live(desk.open(people.alice, address.format(**vars(people))))
    if "lobby" in address:
        expect(page.locator("#present")).to_be_visible()
    straight = page.locator("body").aria_snapshot()
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.locator("body").aria_snapshot() == straight
    assert overflow(page) <= 0


def test_g7_panels_open_inside_the_window_from_right_to_left(
    desk: Desk, people: SimpleNamespace
) -> None:
    for width in (1280, 360):
        page = visit(desk, people, Look("light", "ar", width))
        page.goto("/")
        ready(page).locator(".chip").click()
        assert inside(page, "#connection-panel")
        page.keyboard.press("Escape")
        page.locator(".top .menu > summary").click()
        assert inside(page, ".top .menu .panel")
        brand = page.locator(".brand").bounding_box()
        assert brand is not None
        assert brand["x"] + brand["width"] > width / 2, "the page begins at the right"


@pytest.mark.ui
def test_g7_what_points_along_the_line_is_mirrored(desk: Desk, people: SimpleNamespace) -> None:
    for language, scale in (("en", "none"), ("ar", "-1 1")):
        page = visit(desk, people, Look("light", language, 1280))
        page.goto(f"/n/{people.first}/")
        arrow = page.locator(".back .icon")
        assert arrow.evaluate("(icon) => getComputedStyle(icon).scale") == scale
        assert page.locator(".brand + nav .icon").first.evaluate(
            "(icon) => getComputedStyle(icon).scale"
        ) == ("none")


def test_an_arrival_moves_nothing_outside_the_list(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = live(desk.open(people.alice))
    side = page.locator(".side").bounding_box()
    head = page.locator(".board-head").bounding_box()
    site.do("notify", title="Pushes in", to=people.alice_topic)
    expect(row(page, "Pushes in")).to_be_visible()
    assert page.locator(".side").bounding_box() == side
    assert page.locator(".board-head").bounding_box() == head
