"""Rooms and the wall for everybody: axe, nothing overflows, keyboard."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe, overflow
from tests.browser.people import Desk, live
from tests.browser.room import choose, enter, posts
from tests.support.site import Site


@pytest.mark.parametrize(
    ("theme", "width"),
    [
        ("dark", 320),
        pytest.param("light", 1280, marks=pytest.mark.ui),
        pytest.param("dark", 1280, marks=pytest.mark.ui),
        pytest.param("light", 320, marks=pytest.mark.ui),
    ],
)
def test_axe_finds_nothing(
    desk: Desk, site: Site, people: SimpleNamespace, theme: Any, width: int
) -> None:
    site.do("make_staff", username=people.bob)
    for text in ("one", "x" * 200, "> quoted\n\n`code`"):
        site.do("post", room=people.lobby, text=text, username=people.alice)
    size: Any = {"viewport": {"width": width, "height": 700}, "color_scheme": theme}
    found = []
    for who, path in (
        (people.bob, "/rooms/"),
        (people.bob, f"/rooms/{people.lobby}/"),
        (None, f"/rooms/{people.lobby}/"),
        (None, f"/wall/{people.lobby}/"),
    ):
        page = desk.open(who, path, reduced_motion="reduce", **size)
        expect(page.locator(".chip, #live").first).to_contain_text("Live")
        found += [f"{who} {path}: {each}" for each in axe(page)]
        assert overflow(page) <= 0, path
    assert found == []


def states(page: Page, older: str) -> Iterator[str]:
    """A room in one state after another: what opens, what is written, what is asked."""
    posts(page, "mine").get_by_role("button", name="React").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#picker")).to_be_visible()
    yield "reactions to choose from"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(posts(page, "mine").locator(".reaction")).to_be_visible()
    posts(page, "mine").get_by_role("button", name="More").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#post-menu")).to_be_visible()
    yield "menu of a post, a reaction"
    page.keyboard.press("Escape")
    choose(page, "mine", "Edit")
    expect(page.get_by_label("Edit your post")).to_be_focused()
    yield "editing"
    page.keyboard.press("Escape")
    posts(page, "theirs").focus()
    page.keyboard.press("r")
    page.keyboard.type("@")
    expect(page.get_by_role("option").first).to_be_visible()
    yield "a reply with the list of people"
    page.keyboard.press("Escape")
    for name in ("Delete", "Report"):
        choose(page, "theirs", name)
        expect(page.get_by_role("dialog")).to_be_visible()
        yield f"dialog: {name}"
        page.keyboard.press("Escape")
    page.locator("#room-menu summary").click()
    yield "menu of the room"
    page.get_by_role("button", name="Link for a screen").click()
    expect(page.locator("#link-field")).to_be_visible()
    yield "link for a screen"
    page.keyboard.press("Escape")
    page.get_by_role("log").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    yield "keys"
    page.goto(older)
    expect(page.get_by_text("You are reading older posts.")).to_be_visible()
    yield "older posts"


@pytest.mark.ui
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_in_what_opens(
    desk: Desk, site: Site, people: SimpleNamespace, theme: Any, width: int
) -> None:
    site.do("make_staff", username=people.alice)
    first = site.do("post", room=people.den, text="The first of all", username=people.bob)
    for number in range(26):
        site.do("post", room=people.den, text=f"{number}", username=people.bob)
    site.do("post", room=people.den, text="theirs", username=people.bob)
    site.do("post", room=people.den, text="mine", username=people.alice)
    size: Any = {"viewport": {"width": width, "height": 700}, "color_scheme": theme}
    page = enter(desk, people.alice, people.den, reduced_motion="reduce", **size)
    found = []
    for state in states(page, f"/rooms/{people.den}/?at={first}"):
        found += [f"{state}: {each}" for each in axe(page)]
        assert overflow(page) <= 0, state
    assert found == []


def test_a_room_is_worked_by_keys_alone(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    site.do("make_staff", username=people.bob)
    site.do("post", room=people.den, text="Pin me", username=people.alice)
    page = live(desk.open(people.bob, f"/rooms/{people.den}/"))
    page.get_by_role("log").focus()
    page.keyboard.press("c")
    expect(page.get_by_label("Post in #")).to_be_focused()
    page.keyboard.type("By keys")
    page.keyboard.press("Enter")
    expect(page.locator("#posts > .post")).to_have_count(2)
    expect(page.get_by_label("Post in #")).to_be_focused()
    page.get_by_role("button", name="More").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#post-menu [name=copy]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#post-menu [name=pin]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#pins")).to_be_visible()
