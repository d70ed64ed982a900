"""Who is in a room: members, visitors, staff; what each is told and may do."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.people import Desk, live
from tests.browser.room import choose, enter, posts, sent, write
from tests.support.site import Site


def test_it_says_what_is_new_since_the_last_visit(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("post", room=people.den, text="old", username=people.bob)
    alice = enter(desk, people.alice, people.den)
    expect(posts(alice)).to_have_count(1)
    alice.wait_for_function(
        "Object.keys(localStorage).some((k) => k.startsWith('noticeboard.read'))"
    )
    alice.goto("/rooms/")
    site.do("post", room=people.den, text="new", username=people.bob)
    alice.goto(f"/rooms/{people.den}/")
    expect(alice.locator(".divider")).to_have_text(re.compile(r"New since \d"))
    expect(alice.locator(".divider + .post")).to_contain_text("new")


def test_staff_delete_pin_and_close_and_open_pages_follow(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("make_staff", username=people.bob)
    for text in ("a slip", "the rules"):
        site.do("post", room=people.den, text=text, username=people.alice)
    alice = enter(desk, people.alice, people.den)
    bob = enter(desk, people.bob, people.den)
    expect(alice.get_by_text("Moderate", exact=True)).to_have_count(0)
    choose(bob, "a slip", "Delete")
    bob.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(posts(alice, "a slip")).to_have_count(0)
    choose(bob, "the rules", "Pin")
    expect(alice.locator("#pins")).to_contain_text("1 pinned post")
    expect(posts(alice, "the rules").locator('[data-slot="pinned"]')).to_be_visible()
    bob.get_by_text("Moderate", exact=True).click()
    bob.get_by_role("button", name="Close the room").click()
    expect(alice.locator("#refusal")).to_contain_text("This room is closed")
    expect(alice.get_by_label("Post in #")).to_be_hidden()


def test_a_visitor_reads_and_posts_under_the_name_of_the_session(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    bob = enter(desk, people.bob, people.lobby)
    visitor = enter(desk, None, people.lobby)
    visitor.get_by_label("You post as").fill("Dora")
    visitor.get_by_role("button", name="Change").click()
    live(visitor)
    expect(visitor.get_by_label("You post as")).to_have_value("Dora")
    write(visitor, "Hello from outside")
    expect(posts(bob, "Hello from outside")).to_contain_text("Dora")
    sent(visitor)


def test_it_works_without_javascript(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    site.do("post", room=people.den, text="Anybody?", username=people.bob)
    alice = desk.open(people.alice, f"/rooms/{people.den}/", java_script_enabled=False)
    posts(alice, "Anybody?").get_by_role("link", name="Reply").click()
    expect(alice.get_by_text("Replying to Bob Example")).to_be_visible()
    alice.get_by_label("Post in #").fill("No script\nat all")
    alice.get_by_role("button", name="Send").click()
    expect(posts(alice, "No script").locator(".post-quote")).to_contain_text("Anybody?")
    posts(alice, "No script").get_by_role("link", name="Edit").click()
    alice.get_by_label("Edit your post").fill("No script, edited")
    alice.get_by_role("button", name="Save").click()
    expect(posts(alice, "edited")).to_contain_text("Edited")
    posts(alice, "No script").get_by_role("button", name="👍").click()
    given = posts(alice, "No script").locator(".reaction")
    expect(given).to_have_attribute("aria-pressed", "true")
    given.click()
    expect(given).to_have_count(0)
    posts(alice, "No script").get_by_role("button", name="Delete").click()
    expect(posts(alice)).to_have_count(1)
    expect(posts(alice).get_by_role("button", name="More")).to_be_hidden()


@pytest.mark.parametrize(("query", "word"), [("websocket", "Live"), ("polling", "Delayed")])
def test_it_shows_who_is_here_and_who_is_typing(
    desk: Desk, site: Site, people: SimpleNamespace, query: str, word: str
) -> None:
    alice = enter(desk, people.alice, people.den, f"?transport={query}", word)
    expect(alice.locator("#present")).to_contain_text("1 online")
    bob = enter(desk, people.bob, people.den, f"?transport={query}", word)
    for page in (alice, bob):
        expect(page.locator("#present")).to_contain_text("2 online")
    bob.get_by_label("Post in #").press_sequentially("Hm")
    expect(alice.locator("#typing")).to_have_text("Bob Example is typing…")
    expect(alice.locator("#typing")).to_have_text("")
    alice.locator("#present summary").click()
    expect(alice.locator("#present li")).to_have_text(["Alice Example", "Bob Example"])
