"""Pages of signed-in people, which fail their test for any error that they show."""

import re
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.site import Site

# A loaded machine with two cores.
SECONDS = 40
expect.set_options(timeout=SECONDS * 1000)

# Anything that a browser says about the policy, a script that threw, a file that is missing.
WATCH = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


class Desk:
    """Opens pages and remembers what went wrong in them."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.contexts: list[BrowserContext] = []
        self.errors: list[str] = []
        self.allowed: list[str] = []

    def allow(self, pattern: str) -> None:
        """Expect console errors like this one: the test causes them."""
        self.allowed.append(pattern)

    def context(self, username: str | None = None, **options: Any) -> BrowserContext:
        """A browser of its own, signed in as `username`."""
        context = self.browser.new_context(
            **{"base_url": f"http://{self.site.address()}", "locale": "en-GB", **options}
        )
        context.set_default_timeout(SECONDS * 1000)
        if username is not None:
            key = self.site.do("session", username=username)
            cookie = {"name": "sessionid", "value": key, "domain": "127.0.0.1", "path": "/"}
            context.add_cookies([cookie])  # type: ignore[list-item]
        context.add_init_script(WATCH)
        context.on(
            "console", lambda said: self.note(said.type, f"{said.text} {said.location['url']}")
        )
        context.on("weberror", lambda error: self.note("error", str(error.error)))
        self.contexts.append(context)
        return context

    def open(self, username: str | None = None, path: str = "/", **options: Any) -> Page:
        """A page of that person, connected if it is a live one."""
        page = self.context(username, **options).new_page()
        page.goto(path)
        return page

    def note(self, kind: str, text: str) -> None:
        if kind == "error":
            self.errors.append(text)

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    @property
    def unexpected(self) -> list[str]:
        return [
            error
            for error in self.errors
            if not any(re.search(pattern, error) for pattern in self.allowed)
        ]


def live(page: Page, word: str = "Live", transport: str | None = None) -> Page:
    """Wait until the page's chip says that it is connected."""
    chip = page.locator(".chip")
    expect(chip).to_contain_text(word)
    if transport:
        expect(chip).to_have_attribute("data-transport", transport)
    return page


def titles(page: Page) -> Any:
    return page.locator("#feed .item-title a")


def row(page: Page, title: str) -> Any:
    return page.locator("#feed article").filter(has_text=title)


def choose(page: Page, title: str, name: str) -> None:
    """What stands in the menu of a row."""
    row(page, title).hover()
    row(page, title).get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=name).click()


People = SimpleNamespace
