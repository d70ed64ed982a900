"""What people do with each other's posts: answer, react, edit, delete, report, mention."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.people import Desk
from tests.browser.room import choose, enter, posts, sent, write
from tests.support.site import Site


def test_a_reply_quotes_what_it_answers_and_says_when_that_is_gone(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    alice = enter(desk, people.alice, people.den)
    bob = enter(desk, people.bob, people.den)
    write(alice, "Who has the key?")
    posts(bob, "Who has").hover()
    posts(bob, "Who has").get_by_role("button", name="Reply").click()
    expect(bob.locator("#replying")).to_contain_text("Replying to Alice Example")
    expect(bob.get_by_label("Post in #")).to_be_focused()
    write(bob, "I have.")
    expect(bob.locator("#replying")).to_be_hidden()
    quote = posts(alice, "I have.").locator(".post-quote")
    expect(quote).to_contain_text("Alice Example Who has the key?")
    choose(alice, "Who has", "Delete")
    alice.get_by_role("button", name="Cancel").click()
    expect(posts(alice)).to_have_count(2)
    choose(alice, "Who has", "Delete")
    alice.get_by_role("dialog").get_by_role("button", name="Delete").click()
    for page in (alice, bob):
        expect(posts(page)).to_have_count(1)
        expect(posts(page, "I have.").locator(".post-quote")).to_contain_text("Post deleted")
    assert alice.evaluate("document.activeElement !== document.body")


@pytest.mark.parametrize(("query", "word"), [("websocket", "Live"), ("polling", "Delayed")])
def test_reactions_are_counted_for_all_and_pressed_for_who_gave_them(
    desk: Desk, site: Site, people: SimpleNamespace, query: str, word: str
) -> None:
    site.do("post", room=people.den, text="Lunch?", username=people.alice)
    alice = enter(desk, people.alice, people.den, f"?transport={query}", word)
    bob = enter(desk, people.bob, people.den, f"?transport={query}", word)
    posts(bob, "Lunch?").hover()
    posts(bob, "Lunch?").get_by_role("button", name="React").click()
    bob.locator("#picker").get_by_role("button", name="🎉").click()
    mine, theirs = (posts(page, "Lunch?").locator(".reaction") for page in (bob, alice))
    expect(mine).to_have_attribute("aria-pressed", "true")
    expect(theirs).to_have_attribute("aria-pressed", "false")
    theirs.click()
    for each in (mine, theirs):
        expect(each).to_have_text(re.compile(r"🎉\s*2"))
    mine.click()
    expect(theirs).to_have_text(re.compile(r"🎉\s*1"))
    expect(mine).to_have_attribute("aria-pressed", "false")
    alice.reload()
    expect(theirs).to_have_attribute("aria-pressed", "true")


def test_one_edits_the_own_last_post_where_it_stands(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("post", room=people.den, text="Meet at *nine*", username=people.alice)
    site.do("post", room=people.den, text="Fine", username=people.bob)
    alice = enter(desk, people.alice, people.den)
    bob = enter(desk, people.bob, people.den)
    alice.get_by_label("Post in #").press("ArrowUp")
    field = alice.get_by_label("Edit your post")
    expect(field).to_be_focused()
    expect(field).to_have_value("Meet at *nine*")
    field.press("Escape")
    expect(field).to_have_count(0)
    choose(alice, "Meet at", "Edit")
    field.fill("Meet at **ten**")
    field.press("Enter")
    for page in (alice, bob):
        expect(posts(page, "Meet at ten")).to_contain_text("Edited")
    expect(field).to_have_count(0)
    posts(bob, "Meet at").hover()
    posts(bob, "Meet at").get_by_role("button", name="More").click()
    expect(bob.locator("#post-menu button:visible")).to_have_text(["Copy link", "Report"])


def test_a_report_says_that_it_has_arrived(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    site.do("post", room=people.den, text="Buy my things", username=people.bob)
    alice = enter(desk, people.alice, people.den)
    choose(alice, "Buy my", "Report")
    dialog = alice.get_by_role("dialog", name="Report this post")
    dialog.get_by_label("What is wrong").fill("It is an advertisement.")
    dialog.get_by_role("button", name="Report").click()
    expect(alice.locator("#polite")).to_contain_text("Reported")


def test_an_at_sign_offers_the_people_of_the_room(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    alice = enter(desk, people.alice, people.den)
    bob = enter(desk, people.bob, people.den)
    text = alice.get_by_label("Post in #")
    text.press_sequentially("Ask @bo")
    option = alice.get_by_role("option").first
    expect(option).to_have_text("Bob Example @BobExample")
    expect(option).to_have_attribute("aria-selected", "true")
    text.press("Escape")
    expect(option).to_be_hidden()
    text.press_sequentially("b")
    expect(option).to_be_visible()
    expect(text).to_have_attribute("aria-activedescendant", "mention-0")
    text.press("Enter")
    expect(text).to_have_value("Ask @BobExample ")
    text.press("Enter")
    sent(alice)
    expect(bob.locator("[data-unread-name]")).to_contain_text("2 unread")
    bob.goto("/")
    expect(bob.get_by_text("Alice Example mentioned you in Den")).to_be_visible()


def test_slow_mode_is_said_and_counted_down(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("make_staff", username=people.bob)
    alice = enter(desk, people.alice, people.den)
    bob = enter(desk, people.bob, people.den)
    bob.get_by_text("Moderate", exact=True).click()
    bob.get_by_label("Slow mode").fill("30")
    bob.get_by_role("button", name="Set").click()
    expect(alice.locator("#slow")).to_have_text("Slow mode: one post every 30 seconds.")
    expect(bob.locator("#slow")).to_be_hidden()
    write(alice, "One")
    expect(alice.locator("#wait")).to_contain_text(re.compile(r"post again in \d+ seconds"))
    write(alice, "Two")
    expect(alice.get_by_label("Post in #")).to_have_value("Two")
    alice.reload()
    write(alice, "Two")
    expect(alice.locator("#wait")).to_contain_text(re.compile(r"Slow mode.*in \d+ seconds"))
    expect(alice.get_by_label("Post in #")).to_have_value("Two")
    bob.get_by_text("Moderate", exact=True).click()
    bob.get_by_label("Slow mode").fill("0")
    bob.get_by_role("button", name="Set").click()
    expect(alice.locator("#slow")).to_be_hidden()
    alice.get_by_label("Post in #").press("Enter")
    expect(posts(bob, "Two")).to_have_count(1)


def test_on_a_touch_screen_the_menu_has_everything(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("post", room=people.den, text="Lunch?", username=people.bob)
    phone: Any = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    alice = enter(desk, people.alice, people.den, **phone)
    menu = alice.locator("#post-menu")
    more = posts(alice, "Lunch?").locator(".post-actions").get_by_role("button")
    more.tap()
    menu.get_by_role("button", name="😂").tap()
    expect(posts(alice, "Lunch?").locator(".reaction")).to_have_attribute("aria-pressed", "true")
    more.tap()
    menu.get_by_role("button", name="Reply").tap()
    expect(alice.locator("#replying")).to_be_visible()
