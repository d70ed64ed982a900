"""Rooms and the wall for everybody: axe, nothing overflows, keyboard."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.people import Desk, live
from tests.browser.test_looks import overflow, violations
from tests.support.site import Site


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
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
        found += [f"{who} {path}: {each}" for each in violations(page)]
        assert overflow(page) <= 0, path
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
    page.get_by_role("button", name="Pin", exact=True).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pins")).to_be_visible()
