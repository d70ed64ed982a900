"""Shared pointers: two pages see each other's, by mouse, touch and keys, whatever brings them."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import axe, overflow
from tests.browser.people import Desk, live

ADDRESS = "/lab/pointers/"

OTHERS = ("sse", "long-polling", "polling")


def opened(desk: Desk, username: str, query: str = "", **options: Any) -> Page:
    page = desk.open(username, ADDRESS + query, **options)
    return live(page, word="")


def other(page: Page, name: str) -> Locator:
    return page.locator("#marks .pointer").filter(has_text=name)


def point(page: Page, x: float, y: float) -> None:
    """Move the mouse to a place of the surface."""
    box = page.locator("#stage").bounding_box()
    assert box
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])


def place(mark: Locator) -> tuple[float, float]:
    """Where a pointer stands on its surface, from 0 to 1."""
    x, y = mark.evaluate(
        "(mark) => { const stage = document.getElementById('stage');"
        " const { e, f } = new DOMMatrix(getComputedStyle(mark).transform);"
        " return [e / stage.clientWidth, f / stage.clientHeight]; }"
    )
    return round(x, 2), round(y, 2)


def stands(mark: Locator, x: float, y: float) -> None:
    """Wait until a pointer is at a place."""
    expect(mark).to_have_count(1)
    mark.page.wait_for_function(
        "([x, y]) => { const stage = document.getElementById('stage');"
        " return [...document.querySelectorAll('#marks .pointer')].some((mark) => {"
        " const { e, f } = new DOMMatrix(getComputedStyle(mark).transform);"
        " return Math.abs(e / stage.clientWidth - x) < 0.01"
        " && Math.abs(f / stage.clientHeight - y) < 0.01; }); }",
        arg=[x, y],
    )


@pytest.mark.parametrize(
    "transport",
    ["websocket", *(pytest.param(each, marks=pytest.mark.ui) for each in OTHERS)],
)
def test_two_pages_see_each_other(desk: Desk, people: SimpleNamespace, transport: str) -> None:
    alice = opened(desk, people.alice, f"?transport={transport}")
    bob = opened(desk, people.bob, f"?transport={transport}")
    point(alice, 0.25, 0.75)
    stands(other(bob, "Alice"), 0.25, 0.75)
    expect(bob.locator("#pointing")).to_contain_text("Alice")
    point(bob, 0.5, 0.5)
    point(bob, 0.6, 0.1)
    stands(other(alice, "Bob"), 0.6, 0.1)
    # Nobody is shown himself as another.
    assert alice.locator("#marks .pointer").count() == 1


@pytest.mark.ui
def test_a_pointer_that_is_silent_fades_and_is_gone(desk: Desk, people: SimpleNamespace) -> None:
    alice, bob = opened(desk, people.alice), opened(desk, people.bob)
    point(alice, 0.5, 0.5)
    expect(other(bob, "Alice")).to_have_count(1)
    expect(bob.locator("#nobody")).to_be_hidden()
    expect(other(bob, "Alice")).to_have_count(0)
    expect(bob.locator("#nobody")).to_be_visible()


def test_keys_and_fingers_point_too(desk: Desk, people: SimpleNamespace) -> None:
    alice = opened(desk, people.alice)
    bob = opened(desk, people.bob, has_touch=True, viewport={"width": 360, "height": 740})
    alice.locator("#stage").focus()
    alice.keyboard.press("Shift+ArrowRight")
    alice.keyboard.press("ArrowUp")
    stands(other(bob, "Alice"), 0.6, 0.48)
    for _ in range(12):
        alice.keyboard.press("Shift+ArrowLeft")
    stands(other(bob, "Alice"), 0.0, 0.48)
    box = bob.locator("#stage").bounding_box()
    assert box
    bob.touchscreen.tap(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    stands(other(alice, "Bob"), 0.25, 0.5)


def keep_moving(page: Page) -> None:
    """More often than sixty times a second."""
    page.evaluate(
        "() => { const stage = document.getElementById('stage'); let turn = 0;"
        " setInterval(() => { turn += 1; const { left, top } = stage.getBoundingClientRect();"
        " const at = { clientX: left + 100 + (turn % 100), clientY: top + 99 };"
        " stage.dispatchEvent(new PointerEvent('pointermove', at)); }, 5); }"
    )


@pytest.mark.ui
def test_it_says_how_often_it_is_told(desk: Desk, people: SimpleNamespace) -> None:
    alice, bob = opened(desk, people.alice), opened(desk, people.bob)
    expect(bob.locator("#receiving")).to_have_text(
        "0 positions a second from 0 pointers, via WebSocket"
    )
    keep_moving(alice)
    told = bob.locator("#receiving")
    expect(told).to_contain_text("from 1 pointer, via WebSocket")
    bob.wait_for_function("parseInt(document.getElementById('receiving').textContent) >= 5")
    # A second of the page is never exactly one.
    assert int(told.inner_text().split()[0]) <= 90


def test_a_paused_page_stands_still(desk: Desk, people: SimpleNamespace) -> None:
    alice, bob = opened(desk, people.alice), opened(desk, people.bob)
    point(alice, 0.2, 0.2)
    stands(other(bob, "Alice"), 0.2, 0.2)
    bob.locator(".chip").click()
    bob.get_by_role("button", name="Pause").click()
    point(alice, 0.8, 0.8)
    expect(alice.locator("#sending")).not_to_have_text("0 positions a second")
    assert place(other(bob, "Alice")) == (0.2, 0.2)


@pytest.mark.ui
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 320)])
def test_it_can_be_used_by_everybody(
    desk: Desk, people: SimpleNamespace, theme: Any, width: int
) -> None:
    looks = {"color_scheme": theme, "viewport": {"width": width, "height": 900}}
    page = opened(desk, people.alice, reduced_motion="reduce", **looks)
    bob = opened(desk, people.bob)
    assert axe(page) == []
    point(page, 0.9, 0.9)
    keep_moving(bob)
    expect(other(page, "Bob").locator(".pointer-name")).to_be_visible()
    assert axe(page) == []
    assert overflow(page) <= 0
    assert (
        other(page, "Bob").evaluate("(mark) => getComputedStyle(mark).transitionDuration") == "0s"
    )


def test_it_is_led_to_from_the_lab(desk: Desk, people: SimpleNamespace) -> None:
    page = desk.open(people.alice, "/lab/")
    page.get_by_role("link", name="Shared pointers").click()
    expect(page.get_by_role("heading", name="Shared pointers")).to_be_visible()
