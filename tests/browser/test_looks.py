"""Everybody can use it: axe on every state, light and dark, wide and narrow; nothing overflows."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.people import Desk, live, row
from tests.support.site import Site

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="module")
def alice(site: Site) -> SimpleNamespace:
    """Somebody with one of each level, one of them read, one about to end, one from a room."""
    people = SimpleNamespace(**site.do("people", prefix="looks"))
    for level in ("info", "success", "warning", "critical"):
        site.do(
            "notify",
            title=f"A {level} one with a title of some length",
            body="A body of *several* words, which says what has happened and what is to be done.",
            level=level,
            to=people.alice_topic,
            link="https://example.org/",
        )
    people.first = site.do("notify", title="Known already", to=people.alice_topic, expires=200_000)
    site.do("act", username=people.alice, do="read", ids=[people.first])
    site.do("post", room=people.den, text="A post in a room.", username=people.bob)
    site.do("notify", title="x" * 100, to=people.alice_topic)
    return people


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[1280, 360])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def states(page: Page, site: Site, alice: SimpleNamespace) -> Iterator[str]:
    """The page in one state after another."""
    page.goto("/")
    yield "live"
    page.locator(".chip").click()
    yield "panel"
    page.keyboard.press("Escape")
    page.locator(".menu > summary").first.click()
    yield "menu"
    page.locator(".menu > summary").first.click()
    page.locator("#feed article").first.focus()
    site.do("notify", title="It burns", level="critical", to=alice.alice_topic)
    expect(page.locator("#pill")).to_be_visible()
    yield "banner and pill"
    page.goto("/?view=snoozed")
    yield "empty"
    page.goto("/?q=nowhere")
    yield "nothing found"
    page.goto(f"/n/{alice.first}/")
    live(page)
    site.do("notify", title="It worked", level="success", to=alice.alice_topic)
    expect(page.locator(".toast")).to_be_visible()
    yield "detail and toast"
    page.get_by_text("Snooze", exact=True).click()
    yield "snooze"


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{each['id']} {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]


def test_axe_finds_nothing(
    desk: Desk, site: Site, alice: SimpleNamespace, theme: Any, width: int
) -> None:
    context = desk.context(
        alice.alice,
        color_scheme=theme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    found = []
    for state in states(page, site, alice):
        found += [f"{state}: {each}" for each in violations(page)]
        assert overflow(page) <= 0, state
    assert found == []


def test_axe_finds_nothing_outside(desk: Desk, alice: SimpleNamespace, theme: Any) -> None:
    desk.allow("404")
    page = desk.open(path="/accounts/login/", color_scheme=theme)
    found = violations(page)
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += violations(page)
    page = desk.open(alice.alice, "/n/999999/", color_scheme=theme)
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    assert found + violations(page) == []


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("address", ["/", "/?view=done", "/n/{first}/"])
def test_nothing_is_wider_than_320_pixels(desk: Desk, alice: SimpleNamespace, address: str) -> None:
    page = desk.open(
        alice.alice,
        address.format(first=alice.first),
        viewport={"width": 320, "height": 640},
        has_touch=True,
        is_mobile=True,
    )
    live(page)
    assert overflow(page) <= 0
    page.locator(".chip").click()
    box = page.locator("#connection-panel").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320


def test_it_looks_the_same_from_right_to_left(desk: Desk, alice: SimpleNamespace) -> None:
    page = live(desk.open(alice.alice, viewport={"width": 360, "height": 800}))
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.locator(".chip").click()
    box = page.locator("#connection-panel").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 360
    assert overflow(page) <= 0


def test_nothing_moves_for_who_asked_for_that(
    desk: Desk, site: Site, alice: SimpleNamespace
) -> None:
    page = live(desk.open(alice.alice, reduced_motion="reduce"))
    site.do("notify", title="Arrives quietly", level="success", to=alice.alice_topic)
    expect(row(page, "Arrives quietly")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_unread_is_a_word_where_colours_are_forced(desk: Desk, alice: SimpleNamespace) -> None:
    page = live(desk.open(alice.alice, forced_colors="active"))
    critical = row(page, "A critical one")
    expect(critical.get_by_role("heading", name=re.compile("^Unread"))).to_have_count(1)
    expect(
        row(page, "Known already").get_by_role("heading", name=re.compile("^Unread "))
    ).to_have_count(0)


def test_an_arrival_moves_nothing_outside_the_list(
    desk: Desk, site: Site, alice: SimpleNamespace
) -> None:
    page = live(desk.open(alice.alice))
    side = page.locator(".side").bounding_box()
    head = page.locator(".board-head").bounding_box()
    site.do("notify", title="Pushes in", to=alice.alice_topic)
    expect(row(page, "Pushes in")).to_be_visible()
    assert page.locator(".side").bounding_box() == side
    assert page.locator(".board-head").bounding_box() == head
