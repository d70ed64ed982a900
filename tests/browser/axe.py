"""What axe says of a page, and whether the page is wider than its window."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    # Only rules about sound need it, and for a shadow root it breaks the strict policy.
    "preload": False,
}
# What an open menu of the header covers is not to be pressed before that is closed.
COVERED = {"exclude": [["#main"]]}


def axe(page: Page) -> list[str]:
    """Every violation on the page as it is now: rule, element, and what to do."""
    context = COVERED if page.locator(".top .menu[open]").count() else None
    found = Axe().run(page, context=context, options=OPTIONS).response["violations"]
    return [
        f"{each['id']} {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window.

    A phone zooms out of a page that is too wide, so what `innerWidth` says proves nothing there.
    """
    assert page.viewport_size is not None
    wide = page.evaluate("Math.max(document.documentElement.scrollWidth, innerWidth)")
    return int(wide) - page.viewport_size["width"]
