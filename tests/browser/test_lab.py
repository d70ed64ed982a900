"""The transport lab: a short run over all four, what it shows, what it exports, how it stops."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Desk
from tests.browser.test_looks import overflow, violations
from tests.support.site import Site

NAMES = ["websocket", "sse", "longpoll", "poll"]
QUERY = "/lab/?rate=5&payload=100&seconds=4&poll_seconds=1"


def finished(page: Page) -> None:
    expect(page.locator("[data-lab]")).to_have_attribute("data-lab", "finished")


def exported(page: Page, kind: str) -> str:
    with page.expect_download() as download:
        page.locator(f"#lab-{kind}").click()
    return str(download.value.path().read_text())


def working(page: Page) -> Any:
    return page.request.get("/api/lab/run/").json()


def test_it_measures_all_four_at_once(desk: Desk, people: SimpleNamespace) -> None:
    page = desk.open(people.alice, QUERY)
    found = [f"idle: {each}" for each in violations(page)]
    page.locator("#lab-start").click()
    expect(page.locator("#card-websocket")).to_have_attribute("data-state", "live")
    found += [f"running: {each}" for each in violations(page)]
    finished(page)
    found += [f"finished: {each}" for each in violations(page)]
    assert found == []
    results = json.loads(exported(page, "json"))
    rows = {row["transport"]: row for row in results["transports"]}
    assert list(rows) == NAMES
    for name, row in rows.items():
        assert row["received"] == row["expected"] == results["sent"] == 20, name
        assert (row["lost"], row["duplicated"], row["out_of_order"]) == (0, 0, 0), name
        assert row["body_bytes_browser"] == row["body_bytes_server"], name
        assert row["wire_bytes"] > row["body_bytes_server"], name
    assert rows["websocket"]["requests"] == rows["sse"]["requests"] == 1
    assert rows["longpoll"]["requests"] > rows["poll"]["requests"] > 1
    assert rows["poll"]["p50"] > rows["websocket"]["p50"]
    shown(page, rows)
    assert len(exported(page, "csv").splitlines()) == 5
    for name in NAMES:
        assert page.locator(f"#picture-{name} svg line").count() > 2, name
    expect(page.locator("#lab-meaning")).to_contain_text("All four got every event once")


def shown(page: Page, rows: dict[str, Any]) -> None:
    """The table says what the export says."""
    for name, row in rows.items():
        for key in ("received", "lost", "requests", "body_bytes_server", "wire_bytes"):
            text = page.locator(f"#cell-{key}-{name}").inner_text().replace(",", "")
            assert int(text) == row[key], (name, key)


@pytest.mark.parametrize("width", [1280, 320])
def test_it_can_be_used_by_everybody(desk: Desk, people: SimpleNamespace, width: int) -> None:
    page = desk.open(
        people.alice, QUERY, color_scheme="dark", viewport={"width": width, "height": 900}
    )
    assert violations(page) == []
    page.locator("#lab-start").click()
    finished(page)
    assert violations(page) == []
    assert overflow(page) <= 0


def test_it_ends_all_work_when_it_is_stopped(desk: Desk, people: SimpleNamespace) -> None:
    page = desk.open(people.alice, "/lab/?seconds=100")
    page.locator("#lab-start").click()
    expect(page.locator("#cell-received-websocket")).not_to_have_text("–")
    page.locator("#lab-stop").click()
    finished(page)
    assert not working(page)["emitting"]
    page.wait_for_function(
        "fetch('/api/lab/run/').then((answer) => answer.json())"
        ".then(({traffic}) => Object.values(traffic).every(({open}) => open === 0))"
    )


def test_it_goes_on_with_three_when_one_is_blocked(desk: Desk, people: SimpleNamespace) -> None:
    desk.allow("WebSocket")
    page = desk.context(people.alice).new_page()
    page.route_web_socket(lambda url: "topic=lab" in url, lambda socket: socket.close())
    page.goto(QUERY)
    page.locator("#lab-start").click()
    finished(page)
    rows = {row["transport"]: row for row in json.loads(exported(page, "json"))["transports"]}
    assert rows["websocket"]["received"] == 0
    assert [rows[name]["received"] for name in NAMES[1:]] == [20, 20, 20]


def test_it_says_why_it_does_not_start(desk: Desk, people: SimpleNamespace, site: Site) -> None:
    desk.allow("429")
    first = desk.open(people.alice, "/lab/?seconds=60")
    first.locator("#lab-start").click()
    expect(first.locator("#card-sse")).to_have_attribute("data-state", "live")
    second = desk.open(people.alice, QUERY)
    second.locator("#lab-start").click()
    expect(second.locator("#lab-notice")).to_contain_text("Another run is active")
    first.locator("#lab-stop").click()
    finished(first)
