"""First run: from the README's commands to the first notification, and what the page finds."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import ANY

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.axe import axe, overflow
from tests.browser.people import Desk, live
from tests.browser.places import HARDEST, LOOKS, Look
from tests.support.proxies import spoiling
from tests.support.site import ROOT, Site

# What a project may do without.
OPTIONAL = {"push", "bell"}
FIGURES = re.compile(r"\d+(\.\d+)?")
FIRST_SUCCESS = 300.0
ARRIVED = re.compile(r"^Arrived in \d+ ms over WebSocket\.$")


# The first test also waits for migrations, demo and server, as somebody new does.
pytestmark = pytest.mark.timeout(FIRST_SUCCESS + 120)


class Fresh(Site):
    """What `make run` does in a checkout that is new."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        # A silent connection has to be silent for little longer than a heartbeat.
        super().__init__("", options={"HEARTBEAT_SECONDS": 1})
        self.run("demo")


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[Site]:
    running = Fresh()
    yield running
    running.close()


def opened(desk: Desk, path: str = "/setup/", **options: Any) -> Page:
    return looked_at(live(desk.open("admin", path, **options)))


def begun(page: Page) -> None:
    """Wait until the page has looked at everything but the last."""
    expect(page.locator("#step-idle")).not_to_have_attribute("data-state", "skipped")


def looked_at(page: Page) -> Page:
    """Wait until the page has looked at everything."""
    begun(page)
    expect(page.locator("#steps [data-state=measuring]")).to_have_count(0)
    return page


def findings(page: Page) -> list[dict[str, Any]]:
    """The list as it is read."""
    script = """(all) => all.map((each) => ({
      id: each.dataset.id,
      state: each.dataset.state,
      title: each.querySelector("h3").textContent,
      ...Object.fromEntries(["state", "words", "cure", "fix"].map(
        (name) => [name === "state" ? "word" : name,
                   each.querySelector(`[data-slot=${name}]`).textContent])),
    }))"""
    found: list[dict[str, Any]] = page.locator("#steps > li").evaluate_all(script)
    return found


def wrong(page: Page) -> dict[str, str]:
    return {each["id"]: each["words"] for each in findings(page) if each["state"] == "problem"}


def without_figures(found: list[dict[str, Any]], names: set[str]) -> list[dict[str, str]]:
    return [{name: FIGURES.sub("#", str(each[name])) for name in names} for each in found]


def test_i1_from_the_commands_of_the_readme_to_the_first_notification(
    desk: Desk, site: Fresh
) -> None:
    recipe = (ROOT / "Makefile").read_text().split("\nrun:", 1)[1].split("\n\n", 1)[0]
    assert re.findall(r"manage\.py (\w+)", recipe) == ["migrate", "demo", "runserver"]
    assert "make run" in (ROOT / "README.md").read_text()
    page = desk.open(None, "/setup/")
    page.locator("#id_username").fill("admin")
    page.locator("#id_password").fill("admin")
    page.get_by_role("button", name="Sign in").click()
    looked_at(live(page))
    states = {each["id"]: each["state"] for each in findings(page)}
    assert {state for id, state in states.items() if id not in OPTIONAL} == {"done"}
    expect(page.locator("#summary")).to_have_text("Nothing is wrong.")
    page.get_by_role("button", name="Send myself a notification").click()
    expect(page.locator("#arrived")).to_have_text(ARRIVED)
    assert time.monotonic() - site.began < FIRST_SUCCESS
    expect(page.locator("[data-badge]").first).to_be_visible()
    page.get_by_role("link", name="Inbox").first.click()
    expect(page.locator("#feed").get_by_text("It works", exact=True)).to_be_visible()


def test_it_says_over_which_transport_it_came(desk: Desk) -> None:
    page = live(desk.open("admin", "/setup/?transport=sse"), transport="sse")
    page.get_by_role("button", name="Send myself a notification").click()
    expect(page.locator("#arrived")).to_have_text(re.compile(r"ms over Server-sent events\.$"))


def test_i2_a_buffering_proxy_says_so_on_the_page(desk: Desk, site: Site) -> None:
    with spoiling(site, "--buffer") as address:
        page = opened(desk, base_url=address)
        assert list(wrong(page)) == ["buffering"]
        assert "your proxy buffers" in wrong(page)["buffering"]
        expect(page.locator("#fix-buffering")).to_have_text("proxy_buffering off;")
        expect(page.locator("#summary")).to_have_text("1 thing is wrong.")
        page.context.close()


def test_i2_a_refused_upgrade_says_so_on_the_page(desk: Desk, site: Site) -> None:
    desk.allow("WebSocket")
    with spoiling(site, "--no-upgrade") as address:
        page = opened(desk, base_url=address)
        assert wrong(page) == {"websocket": "The upgrade to a WebSocket was refused."}
        assert "Upgrade $http_upgrade" in (page.locator("#fix-websocket").text_content() or "")
        # Before the proxy goes, and its stream with it.
        page.context.close()


def test_i3_the_page_says_what_the_command_says(desk: Desk, site: Site) -> None:
    page = opened(desk)
    command = [sys.executable, "manage.py", "doctor", "--json", "--url"]
    done = subprocess.run(
        [*command, f"http://{site.address()}"],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)["findings"]
    names = {"id", "state", "title", "word", "words", "cure", "fix"}
    assert without_figures(told, names) == without_figures(findings(page), names)


def test_a_finding_is_looked_at_again_by_its_button(desk: Desk) -> None:
    page = live(desk.open("admin", "/setup/"))
    step = page.locator("#step-layer")
    begun(page)
    with page.expect_request(lambda each: each.method == "POST") as asked:
        step.get_by_role("button", name="Re-check").click()
    assert asked.value.post_data_json == {"measured": ANY, "only": ["layer"]}
    expect(step).to_have_attribute("data-state", "done")
    expect(page.locator("#polite")).to_contain_text("Channel layer: Done.")
    expect(step.get_by_role("button", name="Re-check")).to_be_focused()


def test_what_cannot_be_looked_at_again_says_why(desk: Desk) -> None:
    desk.allow("503")
    page = live(desk.open("admin", "/setup/"))
    begun(page)
    body = {"error": {"code": "unavailable", "detail": "The database is away."}}
    page.route("**/api/setup/", lambda route: route.fulfill(status=503, json=body))
    page.locator("#step-app").get_by_role("button", name="Re-check").click()
    expect(page.locator("#step-app")).to_contain_text("Couldn't check: The database is away.")


def test_fixes_and_snippets_can_be_copied(desk: Desk) -> None:
    page = live(desk.open("admin", "/setup/"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copied = "() => navigator.clipboard.readText()"
    page.locator("#step-bell").get_by_role("button", name="Copy fix").click()
    expect(page.locator("#step-bell").get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate(copied) == "{% load notify %}\n{% notification_bell %}"
    page.locator("[data-copy=snippet-2]").click()
    expect(page.locator("[data-copy=snippet-2]")).to_have_text("Copied")
    assert page.evaluate(copied).startswith("from notifications import notify\n\nnotify(")


def test_it_shows_and_sends_without_javascript(desk: Desk) -> None:
    page = desk.open("admin", "/setup/", java_script_enabled=False)
    expect(page.locator("#step-app")).to_contain_text("All migrations are applied")
    expect(page.get_by_role("button", name="Re-check", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Send myself a notification").click()
    expect(page.locator("#notices")).to_contain_text("Sent. It is in your inbox.")


@pytest.mark.parametrize(
    "look",
    [pytest.param(each, marks=[] if each == HARDEST else pytest.mark.ui) for each in LOOKS],
    ids=str,
)
def test_i6_axe_finds_nothing(desk: Desk, look: Look) -> None:
    desk.allow("503")
    page = desk.open("admin", "/setup/", **look.options)
    expect(page.locator(".chip")).to_have_attribute("data-state", "live")
    found = axe(looked_at(page))
    page.locator("#send button").click()
    expect(page.locator("#arrived")).to_have_text(re.compile(r"\d"))
    found += axe(page)

    def ailing(route: Route) -> None:
        answer = {"id": "layer", "state": "problem", "word": "Problem", "words": "x " * 200}
        fixed = answer | {"title": "Layer", "cure": "y " * 100, "fix": "z" * 300}
        route.fulfill(json={"ok": False, "findings": [fixed]})

    page.route(re.compile("/api/setup/$"), ailing)
    page.locator("#step-layer [data-check]").click()
    expect(page.locator("#step-layer")).to_have_attribute("data-state", "problem")
    found += axe(page)
    assert found == []
    assert overflow(page) <= 0
