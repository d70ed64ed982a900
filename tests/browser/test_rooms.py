"""A room in two browsers: what one writes, the other sees once, over each transport."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.people import Desk, live
from tests.support.site import Site

TRANSPORTS = [
    ("websocket", "websocket", "Live"),
    ("sse", "sse", "Live"),
    ("long-polling", "longpoll", "Live"),
    ("polling", "poll", "Delayed"),
]


def enter(
    desk: Desk, who: str | None, slug: str, query: str = "", word: str = "Live", **options: Any
) -> Page:
    return live(desk.open(who, f"/rooms/{slug}/{query}", **options), word)


def posts(page: Page, text: str | None = None) -> Any:
    rows = page.locator("#posts > .post")
    return rows.filter(has_text=text) if text else rows


def write(page: Page, text: str) -> None:
    page.get_by_label("Post in #").fill(text)
    page.get_by_label("Post in #").press("Enter")


def sent(page: Page) -> None:
    """Nothing waits any more."""
    expect(page.locator("#outbox > li")).to_have_count(0)


@pytest.mark.parametrize(("query", "transport", "word"), TRANSPORTS, ids=lambda value: str(value))
def test_what_one_writes_the_other_sees_once(
    desk: Desk, site: Site, people: SimpleNamespace, query: str, transport: str, word: str
) -> None:
    alice = enter(desk, people.alice, people.den, f"?transport={query}", word)
    bob = enter(desk, people.bob, people.den, f"?transport={query}", word)
    live(bob, word, transport)
    write(alice, "Hello **bob**")
    for page in (bob, alice):
        expect(posts(page, "Hello bob")).to_have_count(1)
        expect(posts(page)).to_have_count(1)
    sent(alice)
    expect(bob.locator("#posts strong", has_text="bob")).to_be_visible()
    expect(bob.get_by_role("log").get_by_text("Alice Example")).to_be_visible()
    alice.reload()
    expect(posts(alice)).to_have_count(1)


def test_a_retry_never_doubles_a_post(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    desk.allow("ERR_FAILED")
    context = desk.context(people.alice)
    tries = lose_answers(context, 2)
    alice = context.new_page()
    alice.goto(f"/rooms/{people.den}/?transport=polling")
    live(alice, "Delayed")
    bob = enter(desk, people.bob, people.den)
    write(alice, "Only once")
    sent(alice)
    expect(posts(alice, "Only once")).to_have_count(1)
    expect(posts(bob, "Only once")).to_have_count(1)
    assert len(tries) >= 3


def lose_answers(context: BrowserContext, count: int) -> list[str]:
    """Let so many posts reach the server, and none of their answers the page."""
    tries: list[str] = []

    def post(route: Any) -> None:
        if route.request.method != "POST":
            return route.fallback()
        tries.append(route.request.post_data)
        if len(tries) > count:
            return route.fallback()
        route.fetch()
        route.abort()

    context.route(re.compile(r"/api/rooms/[^/]+/posts/$"), post)
    return tries


def test_a_post_written_offline_is_sent_once_when_the_network_is_back(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("ERR_INTERNET_DISCONNECTED|WebSocket|EventSource")
    alice = enter(desk, people.alice, people.den)
    bob = enter(desk, people.bob, people.den)
    alice.context.set_offline(True)
    expect(alice.locator("#wait")).to_contain_text("You're offline")
    write(alice, "From the tunnel")
    expect(alice.locator("#outbox > li")).to_contain_text("Not sent yet")
    alice.context.set_offline(False)
    sent(alice)
    for page in (alice, bob):
        expect(posts(page, "From the tunnel")).to_have_count(1)


def test_who_reads_above_stays_there_and_is_told_of_new_posts(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    for number in range(25):
        site.do("post", room=people.den, text=f"post {number}\n\nmore of it", username=people.bob)
    alice = enter(desk, people.alice, people.den)
    log = alice.get_by_role("log")
    expect(posts(alice)).to_have_count(25)
    log.evaluate("(log) => { log.scrollTop = 200; }")
    before = log.evaluate("(log) => log.scrollTop")
    site.do("post", room=people.den, text="the newest", username=people.bob)
    button = alice.get_by_role("button", name="1 new post")
    expect(button).to_be_visible()
    assert abs(log.evaluate("(log) => log.scrollTop") - before) <= 1
    button.click()
    expect(posts(alice, "the newest")).to_be_in_viewport()
    expect(button).to_be_hidden()


def test_older_posts_come_in_front_without_a_jump(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    for number in range(30):
        site.do("post", room=people.den, text=f"post {number:02}", username=people.bob)
    alice = enter(desk, people.alice, people.den)
    first = posts(alice).first
    name = first.get_attribute("id")
    older = alice.get_by_role("link", name="Load older posts")
    older.scroll_into_view_if_needed()
    before = first.bounding_box()
    older.click()
    expect(posts(alice)).to_have_count(30)
    after = alice.locator(f"#{name}").bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) <= 40
    expect(alice.get_by_text("This is the start of #")).to_be_attached()


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


def test_the_composer_sends_by_enter_only_when_it_should(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    alice = enter(desk, people.alice, people.den)
    text = alice.get_by_label("Post in #")
    text.fill("first line")
    text.press("Shift+Enter")
    text.press_sequentially("second")
    expect(text).to_have_value("first line\nsecond")
    text.evaluate("""(area) => area.dispatchEvent(new KeyboardEvent(
        "keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))""")
    expect(text).to_have_value("first line\nsecond")
    alice.reload()
    live(alice)
    expect(text).to_have_value("first line\nsecond")
    text.press("Enter")
    expect(text).to_have_value("")
    expect(posts(alice, "second")).to_have_count(1)
    text.fill("x" * 3200)
    expect(alice.locator("#count")).to_have_text("3200 of 4000 characters")
    text.fill("x" * 4001)
    expect(alice.get_by_role("button", name="Send")).to_be_disabled()


def test_too_many_posts_are_counted_down_and_the_text_is_kept(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("429")
    context = desk.context(people.alice)
    answers = iter([True])

    def limit(route: Any) -> None:
        if route.request.method != "POST" or not next(answers, False):
            return route.fallback()
        route.fulfill(
            status=429,
            headers={"Retry-After": "2"},
            json={"error": {"code": "too_many", "detail": "Too many."}},
        )

    context.route(re.compile(r"/api/rooms/[^/]+/posts/$"), limit)
    alice = context.new_page()
    alice.goto(f"/rooms/{people.den}/?transport=sse")
    live(alice)
    write(alice, "Not so fast")
    expect(alice.locator("#wait")).to_contain_text(re.compile(r"in \d seconds?"))
    text = alice.get_by_label("Post in #")
    expect(text).to_have_value("Not so fast")
    expect(alice.locator("#wait")).to_be_hidden()
    text.press("Enter")
    expect(posts(alice, "Not so fast")).to_have_count(1)


def test_staff_delete_pin_and_close_and_open_pages_follow(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("make_staff", username=people.bob)
    for text in ("a slip", "the rules"):
        site.do("post", room=people.den, text=text, username=people.alice)
    alice = enter(desk, people.alice, people.den)
    bob = enter(desk, people.bob, people.den)
    bob.on("dialog", lambda dialog: dialog.accept())
    expect(alice.get_by_role("button", name="Delete")).to_have_count(0)
    posts(bob, "a slip").hover()
    posts(bob, "a slip").get_by_role("button", name="Delete").click()
    expect(posts(alice, "a slip")).to_have_count(0)
    posts(bob, "the rules").hover()
    posts(bob, "the rules").get_by_role("button", name="Pin", exact=True).click()
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
    alice = desk.open(people.alice, f"/rooms/{people.den}/", java_script_enabled=False)
    alice.get_by_label("Post in #").fill("No script\nat all")
    alice.get_by_role("button", name="Send").click()
    expect(posts(alice, "No script")).to_have_count(1)


def test_hostile_and_unusual_texts_are_shown_as_text(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    alice = enter(desk, people.alice, people.den)
    bob = enter(desk, people.bob, people.den)
    write(alice, '<img src=x onerror="document.title = 1"> שלום 👩\u200d👩\u200d👧')
    expect(posts(bob, "<img src=x")).to_have_count(1)
    expect(posts(bob, "👩\u200d👩\u200d👧")).to_have_count(1)
    assert bob.title() != "1"


def test_the_wall_shows_what_is_new_and_waits_when_it_is_told_to(
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


def test_a_wall_without_its_server_says_that_it_is_stale(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("ERR_|WebSocket|EventSource")
    wall = desk.open(None, f"/wall/{people.lobby}/")
    expect(wall.locator("#live")).to_contain_text("Live ·")
    site.kill(0)
    expect(wall.locator("#stale")).to_contain_text(re.compile(r"STALE since \d"))
    site.restart(0)
    expect(wall.locator("#stale")).to_be_hidden()


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
