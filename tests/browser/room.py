"""What people do in a room's page."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.people import Desk, live


def enter(
    desk: Desk, who: str | None, slug: str, query: str = "", word: str = "Live", **options: Any
) -> Page:
    return live(desk.open(who, f"/rooms/{slug}/{query}", **options), word)


def posts(page: Page, text: str | None = None) -> Any:
    rows = page.locator("#posts > .post")
    if not text:
        return rows
    return rows.filter(has=page.locator(".prose, .post-title", has_text=text))


def write(page: Page, text: str) -> None:
    page.get_by_label("Post in #").fill(text)
    page.get_by_label("Post in #").press("Enter")


def sent(page: Page) -> None:
    """Nothing waits any more."""
    expect(page.locator("#outbox > li")).to_have_count(0)


def choose(page: Page, text: str, name: str) -> None:
    """Take something from the menu of a post."""
    posts(page, text).hover()
    posts(page, text).get_by_role("button", name="More").click()
    page.locator("#post-menu").get_by_role("button", name=name, exact=True).click()
