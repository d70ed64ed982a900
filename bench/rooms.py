"""A room in two real browsers: one posts, the other shows it once. Times per forced transport.

A is alice's browser and B is bob's, each a Chromium of its own, before one server on SQLite. For
each transport, forced in both by ``?transport=``, A sends posts by Enter, one after another, and B
counts the entries of its log. The time is from the key in A to the entry in B's page, both by the
machine's clock; polling asks every POLL_SECONDS.
"""

from __future__ import annotations

import random
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from bench import support
from scripts import chromium
from tests.support.site import Site

TRANSPORTS = {
    "websocket": "websocket",
    "sse": "sse",
    "long-polling": "longpoll",
    "polling": "poll",
}
POSTS = 10
POLL_SECONDS = 1
SECONDS = 60
#: Enough for whatever would come twice to have come: two polls.
AFTERMATH_MS = 2_500 * POLL_SECONDS
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]

#: Notes when each entry comes into the log, by its text.
WATCH = """() => {
  window.seen = [];
  const note = (row) => row.matches?.(".post") &&
    window.seen.push([row.querySelector(".prose").textContent.trim(), Date.now()]);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) addedNodes.forEach(note);
  }).observe(document.getElementById("posts"), { childList: true });
}"""
#: Notes when Enter is pressed, before the page's own code hears of it.
PRESSES = """() => {
  window.pressed = [];
  const note = ({ key }) => key === "Enter" && window.pressed.push(Date.now());
  addEventListener("keydown", note, true);
}"""


@contextmanager
def browser_of(playwright: Playwright, executable: str) -> Iterator[Browser]:
    """A Chromium of its own."""
    opened = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
    try:
        yield opened
    finally:
        opened.close()


def enter(browser: Browser, site: Site, username: str, room: str, transport: str) -> Page:
    """A page in the room over this transport, connected."""
    address = f"http://{site.address()}"
    context = browser.new_context(base_url=address)
    context.set_default_timeout(SECONDS * 1000)
    key = site.do("session", username=username)
    cookie: Any = {"name": "sessionid", "value": key, "url": address}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"/rooms/{room}/?transport={transport}")
    up = ":is([data-state=live], [data-state=delayed])"
    page.locator(f"[data-transport={TRANSPORTS[transport]}]{up}").wait_for()
    return page


def measure(first: Page, second: Page, count: int) -> dict[str, Any]:
    """Post so many times in the first page; what the second showed of it, and when."""
    first.evaluate(PRESSES)
    second.evaluate(WATCH)
    name = uuid.uuid4().hex[:6]
    texts = [f"{name} {number}" for number in range(count)]
    composer = first.locator("#text")
    for text in texts:
        composer.fill(text)
        composer.press("Enter")
        second.wait_for_function("(text) => window.seen.some(([said]) => said === text)", arg=text)
        # Else each post of a polling page would come right after a poll.
        first.wait_for_timeout(random.uniform(0, 1000 * POLL_SECONDS))
    second.wait_for_timeout(AFTERMATH_MS)
    pressed: list[int] = first.evaluate("window.pressed")
    seen: list[list[Any]] = second.evaluate("window.seen")
    return judge(texts, pressed, seen) | {
        "entries_in_first": first.locator(".post").filter(has_text=name).count(),
        "entries_in_second": second.locator(".post").filter(has_text=name).count(),
    }


def judge(texts: list[str], pressed: list[int], seen: list[list[Any]]) -> dict[str, Any]:
    """What was posted against what was seen: lost, doubled, out of order; milliseconds."""
    said = [text for text, _at in seen if text in texts]
    when: dict[str, int] = dict(reversed(seen))  # type: ignore[arg-type]
    times = [when[text] - at for text, at in zip(texts, pressed, strict=True) if text in when]
    return {
        "posts": len(texts),
        "shown": len(set(said)),
        "lost": len(set(texts) - set(said)),
        "duplicates": len(said) - len(set(said)),
        "in_order": list(dict.fromkeys(said)) == [text for text in texts if text in said],
        "p50_ms": support.percentile(times, 50),
        "p95_ms": support.percentile(times, 95),
    }


def run(count: int) -> dict[str, Any]:
    """All transports, one after another."""
    executable = next(filter(chromium.starts, chromium.candidates()), None)
    if executable is None:
        raise SystemExit("No Chromium here, and none could be installed.")
    with sync_playwright() as playwright:
        site = Site("", options={"POLL_SECONDS": POLL_SECONDS, "HEARTBEAT_SECONDS": 20})
        try:
            people = site.do("people", prefix="bench")
            with (
                browser_of(playwright, executable) as one,
                browser_of(playwright, executable) as other,
            ):
                results = {}
                for transport in TRANSPORTS:
                    first = enter(one, site, people["alice"], people["den"], transport)
                    second = enter(other, site, people["bob"], people["den"], transport)
                    results[transport] = measure(first, second, count)
                    first.context.close()
                    second.context.close()
                return results
        finally:
            site.close()


def main() -> int:
    """0 if every post was shown exactly once."""
    parser = support.arguments(__doc__)
    parser.add_argument("--posts", type=int, default=POSTS, help=f"per transport ({POSTS})")
    options = parser.parse_args()
    results = run(options.posts)
    good = all(
        each["lost"] == each["duplicates"] == 0
        and each["in_order"]
        and each["entries_in_first"] == each["entries_in_second"] == each["posts"]
        for each in results.values()
    )
    support.report({"poll_seconds": POLL_SECONDS, "ok": good, "transports": results}, options.json)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
