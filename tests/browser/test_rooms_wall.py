"""The wall of a room, also where a link has opened it."""

import re
from types import SimpleNamespace

from playwright.sync_api import expect

from tests.browser.people import Desk
from tests.browser.room import enter
from tests.support.site import Site


def test_h9_the_wall_shows_what_is_new_and_waits_when_it_is_told_to(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    for text in ("first", "second"):
        site.do("post", room=people.lobby, text=text, username=people.bob)
    wall = desk.open(None, f"/wall/{people.lobby}/")
    shown = wall.locator(".wall-post:visible")
    expect(wall.locator("#live")).to_contain_text("Live ·")
    expect(shown).to_contain_text("second")
    wall.get_by_role("button", name="Next").click()
    expect(shown).to_contain_text("first")
    wall.get_by_role("button", name="Pause").click()
    site.do("post", room=people.lobby, text="third", username=people.bob)
    expect(wall.locator("#place")).to_have_text("3 of 3")
    expect(shown).to_contain_text("first")
    wall.get_by_role("button", name="Pause").click()
    expect(shown).not_to_contain_text("first")
    site.do("post", room=people.lobby, text="fourth", username=people.bob)
    expect(shown).to_contain_text("fourth")


def test_h9_a_wall_without_its_server_says_that_it_is_stale(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("ERR_|WebSocket|EventSource")
    wall = desk.open(None, f"/wall/{people.lobby}/")
    expect(wall.locator("#live")).to_contain_text("Live ·")
    site.kill(0)
    expect(wall.locator("#stale")).to_contain_text(re.compile(r"STALE since \d"))
    site.restart(0)
    expect(wall.locator("#stale")).to_be_hidden()


def test_a_link_shows_a_private_wall_without_names_until_it_is_taken_back(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("401|403|404|WebSocket|EventSource")
    site.do("post", room=people.den, text="for the screen", username=people.bob)
    alice = enter(desk, people.alice, people.den)
    alice.locator("#room-menu summary").click()
    alice.get_by_role("button", name="Link for a screen").click()
    link = alice.locator("#link-field")
    expect(link).to_have_value(re.compile(r"/wall/.+/open/.+/"))
    wall = desk.open(None, link.input_value())
    assert wall.url.endswith(f"/wall/{people.den}/")
    shown = wall.locator(".wall-post:visible")
    expect(wall.locator("#live")).to_contain_text("Live ·")
    expect(shown).to_contain_text("for the screen")
    expect(wall.get_by_text("To the room")).to_have_count(0)
    site.do("post", room=people.den, text="and at once", username=people.bob)
    expect(shown).to_contain_text("and at once")
    assert "Bob" not in wall.content()
    old = link.input_value()
    alice.get_by_role("button", name="End it and make a new one").click()
    expect(link).not_to_have_value(old)
    expect(wall.locator("#live")).to_contain_text("This link has ended")
    expect(wall.locator("#stale")).to_be_visible()
