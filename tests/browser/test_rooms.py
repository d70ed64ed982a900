"""A room in two browsers: what one writes, the other sees once, over each transport; H1 to H10."""

import json
import re
from statistics import median
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.people import Desk, live
from tests.browser.room import enter, posts, sent, write
from tests.support.site import Site

TRANSPORTS = [
    ("websocket", "websocket", "Live"),
    ("sse", "sse", "Live"),
    ("long-polling", "longpoll", "Live"),
    ("polling", "poll", "Delayed"),
]


@pytest.mark.parametrize(("query", "transport", "word"), TRANSPORTS, ids=lambda value: str(value))
def test_h1_what_one_writes_the_other_sees_once(
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


def test_h4_a_post_written_offline_is_sent_once_when_the_network_is_back(
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


def test_h2_who_reads_above_stays_there_and_is_told_of_new_posts(
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


# Notes for each row that comes whether a screen reader reads it out.
SPY = """() => {
  window.spoken = [];
  const log = document.getElementById("log");
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const row of addedNodes) {
      if (row.matches?.(".post") && log.getAttribute("aria-live") !== "off") {
        window.spoken.push(row.querySelector(".prose").textContent.trim());
      }
    }
  }).observe(document.getElementById("posts"), { childList: true });
}"""


def test_h3_older_posts_come_in_front_without_a_jump_and_are_not_read_out(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    for number in range(30):
        site.do("post", room=people.den, text=f"post {number:02}", username=people.bob)
    alice = enter(desk, people.alice, people.den)
    alice.evaluate(SPY)
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
    expect(alice.get_by_role("log")).not_to_have_attribute("aria-live", "off")
    site.do("post", room=people.den, text="news", username=people.bob)
    expect(posts(alice, "news")).to_have_count(1)
    assert alice.evaluate("window.spoken") == ["news"]


def test_h5_the_composer_sends_by_enter_only_when_it_should(
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


def test_h10_too_many_posts_are_counted_down_and_the_text_is_kept(
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


def test_h6_hostile_and_unusual_texts_are_shown_as_text(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    family = "👩\u200d👩\u200d👧"
    alice = enter(desk, people.alice, people.den)
    bob = enter(desk, people.bob, people.den, viewport={"width": 360, "height": 700})
    write(alice, f'<img src=x onerror="document.title = 1"> {family}')
    expect(posts(bob, "<img src=x")).to_have_count(1)
    expect(posts(bob, family)).to_have_count(1)
    assert bob.title() != "1"
    write(alice, "שלום לכולם")
    words = posts(bob, "שלום").locator(".prose")
    expect(words).to_have_css("direction", "rtl")
    write(alice, "x" * 4000)
    expect(posts(bob, "x" * 4000)).to_have_count(1)
    assert bob.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    log = bob.get_by_role("log")
    assert log.evaluate("(log) => log.scrollWidth - log.clientWidth") <= 0
    text = alice.get_by_label("Post in #")
    text.fill("x" * 5000)
    text.press("Enter")
    expect(text).to_have_value("x" * 5000)


# How many nodes of the log are touched.
WATCHED = """() => {
  window.touched = 0;
  new MutationObserver((changes) => (window.touched += changes.length))
    .observe(document.getElementById("posts"), { childList: true, subtree: true,
      characterData: true, attributes: true });
}"""
ARRIVALS = 10
# Looking through all rows, as a locator does, would be the longest task itself.
NEWEST = "(text) => document.getElementById('posts').lastElementChild.textContent.includes(text)"


def longest_tasks(trace: bytes) -> list[float]:
    """What the page's tasks took of the processor, in ms, the longest first.

    Not what they took by the clock: on a machine that is busy with other tests they wait.
    """
    events = json.loads(trace)["traceEvents"]
    main = {
        (each["pid"], each["tid"])
        for each in events
        if each["name"] == "thread_name" and each["args"]["name"] == "CrRendererMain"
    }
    tasks = [each for each in events if each["name"] == "ThreadControllerImpl::RunTask"]
    own = [each["tdur"] for each in tasks if (each["pid"], each["tid"]) in main and "tdur" in each]
    return sorted((micros / 1000 for micros in own), reverse=True)


@pytest.mark.ui
def test_h7_with_a_thousand_posts_one_more_costs_next_to_nothing(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify_many", count=1000, to=[f"room.{people.den}"], title="Old post")
    alice = enter(desk, people.alice, people.den)
    older = alice.get_by_role("link", name="Load older posts")
    count = "document.querySelectorAll('#posts > .post').length"
    while older.is_visible():
        before = alice.evaluate(count)
        older.evaluate("(link) => link.click()")
        alice.wait_for_function(f"(before) => {count} > before", arg=before)
    assert alice.evaluate(count) == 1000
    alice.keyboard.press("c")
    alice.evaluate(WATCHED)
    desk.browser.start_tracing(page=alice, categories=["toplevel"])
    for number in range(ARRIVALS):
        alice.keyboard.type(f"So {number}")
        alice.keyboard.press("Enter")
        alice.wait_for_function(NEWEST, arg=f"So {number}")
    longest = longest_tasks(desk.browser.stop_tracing())[:ARRIVALS]
    assert longest
    # 70 to 90 ms of processor time on the machine of docs/benchmarks.md, where 100 are allowed; a
    # slower one must not fail for that. A style rule that looks at all rows costs 450 and more.
    assert median(longest) <= 250, longest
    # The new row, the one that goes for it at the other end, and nothing of the thousand others.
    assert alice.evaluate("window.touched") <= 40 * ARRIVALS


def test_h8_a_room_that_is_not_ours_is_not_there(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("404")
    charlie = desk.context(people.charlie).new_page()
    for path in (f"/rooms/{people.den}/", f"/wall/{people.den}/", "/rooms/nowhere/"):
        answer = charlie.goto(path)
        assert answer
        assert answer.status == 404
        expect(charlie.get_by_text("Den", exact=True)).to_have_count(0)
