"""Where one is in a room: links to posts, days, older pages, keys, other rooms."""

import re
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.people import Desk, live
from tests.browser.room import choose, enter, posts, write
from tests.support.site import Site


def focused(page: Page) -> Any:
    return page.locator(".post:focus")


def test_a_link_leads_to_its_post_also_among_older_ones(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    for number in range(60):
        site.do("post", room=people.den, text=f"post {number:02}", username=people.bob)
    alice = enter(desk, people.alice, people.den, permissions=["clipboard-read", "clipboard-write"])
    alice.get_by_role("link", name="Load older posts").click()
    choose(alice, "post 20", "Copy link")
    expect(alice.locator("#polite")).to_contain_text("Link copied.")
    alice.goto(alice.evaluate("navigator.clipboard.readText()"))
    live(alice)
    expect(posts(alice, "post 20")).to_be_in_viewport()
    expect(posts(alice, "post 59")).to_have_count(0)
    site.do("post", room=people.den, text="the newest", username=people.bob)
    # What is shown is kept right, and nothing new comes between.
    posts(alice, "post 20").hover()
    posts(alice, "post 20").get_by_role("button", name="React").click()
    alice.locator("#picker").get_by_role("button", name="👀").click()
    expect(posts(alice, "post 20").locator(".reaction")).to_have_count(1)
    expect(posts(alice, "the newest")).to_have_count(0)
    posts(alice, "post 20").get_by_role("button", name="Reply").click()
    expect(alice.locator("#replying")).to_contain_text("post 20")
    live(alice)
    expect(posts(alice, "the newest")).to_have_count(1)
    write(alice, "An answer")
    expect(posts(alice, "An answer").locator(".post-quote")).to_contain_text("post 20")
    posts(alice, "An answer").locator(".post-quote").click()
    expect(posts(alice, "post 20")).to_be_in_viewport()
    alice.get_by_role("link", name="Newest posts").click()
    expect(posts(alice, "An answer")).to_be_in_viewport()


def test_one_jumps_to_a_day(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    for number in range(27):
        site.do("post", room=people.den, text=f"post {number:02}", username=people.bob)
    alice = enter(desk, people.alice, people.den)
    alice.locator("#room-menu summary").click()
    alice.get_by_label("Jump to a day").fill(
        alice.evaluate("new Date().toISOString().slice(0, 10)")
    )
    alice.get_by_role("button", name="Go").click()
    expect(posts(alice, "post 00")).to_have_count(1)
    expect(posts(alice, "post 26")).to_have_count(0)
    alice.get_by_role("link", name="Newer posts").click()
    expect(posts(alice, "post 26")).to_have_count(1)


def test_the_keys_of_the_list_do_what_it_says(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    for text in ("one", "two", "three"):
        site.do("post", room=people.den, text=text, username=people.bob)
    alice = enter(desk, people.alice, people.den)
    field = alice.get_by_label("Post in #")
    alice.keyboard.press("c")
    expect(field).to_be_focused()
    alice.get_by_role("log").focus()
    alice.keyboard.press("k")
    expect(focused(alice)).to_contain_text("three")
    alice.keyboard.press("k")
    alice.keyboard.press("k")
    expect(focused(alice)).to_contain_text("one")
    alice.keyboard.press("j")
    expect(focused(alice)).to_contain_text("two")
    alice.keyboard.press("r")
    expect(alice.locator("#replying")).to_contain_text("two")
    field.press("Escape")
    expect(alice.locator("#replying")).to_be_hidden()
    alice.get_by_role("log").focus()
    alice.keyboard.press("Escape")
    expect(field).to_be_focused()
    alice.get_by_role("log").focus()
    alice.keyboard.press("?")
    keys = alice.get_by_role("dialog", name="Keyboard shortcuts")
    keys.get_by_label("Keys of one letter").uncheck()
    keys.get_by_role("button", name="Close").click()
    expect(alice.get_by_role("log")).to_be_focused()
    alice.keyboard.press("c")
    alice.keyboard.press("?")
    expect(alice.get_by_role("log")).to_be_focused()
    expect(keys).to_be_hidden()


def test_alt_and_an_arrow_lead_to_the_room_with_something_new(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("post", room=people.lobby, text="in the lobby", username=people.bob)
    alice = enter(desk, people.alice, people.den)
    alice.keyboard.press("Alt+ArrowDown")
    alice.wait_for_url(re.compile(f"/rooms/{people.lobby}/$"))
    live(alice)
    expect(posts(alice, "in the lobby")).to_have_count(1)
