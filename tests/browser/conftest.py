"""A site per file, a browser per file, people and a desk of pages per test."""

import uuid
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launch
from tests.browser.people import Desk
from tests.support.site import Site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the whole run: while Playwright runs, no other test of the process may use a loop."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[Site]:
    """A server on a SQLite file of its own; asks for the browser first, so that a skip is quick."""
    running = Site("", options={"POLL_SECONDS": 1})
    yield running
    running.close()


@pytest.fixture
def people(site: Site) -> SimpleNamespace:
    """alice and bob of one team, charlie outside, all new in each test."""
    return SimpleNamespace(**site.do("people", prefix=f"t{uuid.uuid4().hex[:6]}"))


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Desk]:
    """Opens pages; fails the test if one of them logged an error or broke the policy."""
    opened = Desk(browser, site)
    yield opened
    opened.close()
    assert opened.unexpected == []
