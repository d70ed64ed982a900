"""The transport lab: a run over all four is what it says it is (L1-L4, L6, L10 of one run)."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Desk
from tests.support.site import Site

NAMES = ["websocket", "sse", "longpoll", "poll"]
INTERVAL = 1
EVENTS = 40
QUERY = f"/lab/?rate=5&payload=100&seconds=8&poll_seconds={INTERVAL}"
PATHS = {"/ws/": "websocket", "/events/": "sse"}
#: A task of the page that takes longer is a stutter, in ms.
LONG = 100
#: Two cores are shared by all tests: a stutter of one run may be another process's.
TRIES = 3
WATCH_TASKS = """() => {
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.tasks.push(duration);
  }).observe({ type: "longtask" });
}"""


@dataclass
class Measured:
    """A page with a finished run, and what was seen of it besides."""

    page: Page
    results: dict[str, Any] = field(default_factory=dict)
    #: Transport → bytes of bodies and frames, as the browser's own inspector says.
    inspected: Counter[str] = field(default_factory=Counter)
    #: Its tasks that took longer than 50 ms.
    tasks: list[float] = field(default_factory=list)

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        return {row["transport"]: row for row in self.results["transports"]}


def finish(page: Page) -> None:
    """Start what the form says and wait for its end."""
    page.locator("#lab-start").click()
    expect(page.locator("[data-lab]")).to_have_attribute("data-lab", "finished")


def exported(page: Page, kind: str) -> str:
    with page.expect_download() as download:
        page.locator(f"#lab-{kind}").click()
    return str(download.value.path().read_text())


def inspect(page: Page) -> Counter[str]:
    """What counts from now on what the run's requests and sockets bring."""
    seen: Counter[str] = Counter()
    session = page.context.new_cdp_session(page)
    of: dict[str, str] = {}

    def begun(request: dict[str, Any], url: str) -> None:
        if "topic=lab." in url:
            path = "/" + url.split("/", 3)[3].split("?")[0]
            polls = "longpoll" if "wait=" in url else "poll"
            of[request["requestId"]] = PATHS.get(path, polls)

    def came(request: dict[str, Any], size: int) -> None:
        if request["requestId"] in of:
            seen[of[request["requestId"]]] += size

    session.on("Network.requestWillBeSent", lambda each: begun(each, each["request"]["url"]))
    session.on("Network.webSocketCreated", lambda each: begun(each, each["url"]))
    session.on("Network.dataReceived", lambda each: came(each, each["dataLength"]))
    session.on(
        "Network.webSocketFrameReceived",
        lambda each: came(each, len(each["response"]["payloadData"].encode())),
    )
    session.send("Network.enable")
    return seen


def watched(page: Page) -> list[float]:
    """Run once; the long tasks of the page meanwhile, in ms."""
    page.evaluate(WATCH_TASKS)
    finish(page)
    tasks: list[float] = page.evaluate("tasks")
    return tasks


@pytest.fixture(scope="module")
def measured(browser: Browser, site: Site) -> Iterator[Measured]:
    """One run for all that is asked of it."""
    desk = Desk(browser, site)
    people = site.do("people", prefix="lab")
    seen = Measured(desk.open(people["alice"], QUERY))
    counting = inspect(seen.page)
    for _try in range(TRIES):
        counting.clear()
        seen.tasks = watched(seen.page)
        seen.inspected = Counter(counting)
        seen.results = json.loads(exported(seen.page, "json"))
        # A machine too busy to answer in time makes the client try again, as it should.
        if not any(row["failures"] for row in seen.rows.values()):
            break
    yield seen
    desk.close()
    assert desk.unexpected == []


def test_l1_all_four_receive_everything_once(measured: Measured) -> None:
    assert list(measured.rows) == NAMES
    for name, row in measured.rows.items():
        assert row["received"] == row["expected"] == measured.results["sent"] == EVENTS, name
        assert (row["lost"], row["duplicated"], row["out_of_order"]) == (0, 0, 0), name
        assert (row["state"], row["reason"], row["cuts"]) == ("closed", None, 0), name
    assert measured.rows["websocket"]["requests"] == measured.rows["sse"]["requests"] == 1
    assert measured.rows["longpoll"]["requests"] > measured.rows["poll"]["requests"] > 1
    meaning = measured.page.locator("#lab-meaning")
    expect(meaning).to_contain_text("All four got every event once")


def test_l2_what_is_pushed_is_not_later_than_what_is_asked_for(measured: Measured) -> None:
    p50 = {name: row["p50"] for name, row in measured.rows.items()}
    # The machine may be busy: bench.lab holds the narrow bounds.
    margin = 100
    assert max(p50["websocket"], p50["sse"]) < p50["longpoll"] + margin
    assert p50["longpoll"] <= p50["poll"] + margin
    assert 0.5 < p50["poll"] / (INTERVAL * 1000 / 2) < 2


def test_l3_browser_and_server_count_the_same_bytes(measured: Measured) -> None:
    for name, row in measured.rows.items():
        assert row["body_bytes_browser"] == row["body_bytes_server"] > 0, name
        assert row["wire_bytes"] > row["body_bytes_server"], name


def test_l4_the_browsers_inspector_counts_the_same_bytes(measured: Measured) -> None:
    for name, row in measured.rows.items():
        shown = row["body_bytes_browser"]
        assert measured.inspected[name] == pytest.approx(shown, rel=0.01), name


def test_l6_the_table_is_what_is_exported(measured: Measured) -> None:
    page = measured.page
    keys = ("received", "expected", "lost", "duplicated", "out_of_order", "requests", "cuts")
    sizes = ("connections", "failures", "body_bytes_browser", "body_bytes_server", "wire_bytes")
    for name, row in measured.rows.items():
        for key in keys + sizes:
            text = page.locator(f"#cell-{key}-{name}").inner_text().replace(",", "")
            assert int(text) == row[key], (name, key)
        shown = page.locator(f"#cell-p50-{name}").inner_text().replace(",", "")
        assert float(shown.removesuffix(" ms")) == pytest.approx(row["p50"], abs=0.51)
    header, *lines = exported(page, "csv").splitlines()
    for line, (name, row) in zip(lines, measured.rows.items(), strict=True):
        cells = dict(zip(header.split(","), line.split(","), strict=True))
        assert cells["transport"] == name
        assert all(int(cells[key]) == row[key] for key in keys + sizes)


def test_l10_it_never_keeps_the_page_waiting(measured: Measured) -> None:
    longest = max(measured.tasks, default=0)
    # A task that has to share a core with others takes longer by the clock.
    bearable = LONG * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    page = measured.page.context.new_page()
    for _try in range(TRIES - 1):
        if longest <= bearable:
            break
        page.goto(QUERY.replace("seconds=8", "seconds=2"))
        longest = min(longest, max(watched(page), default=0))
    page.close()
    assert longest <= bearable


def test_it_draws_the_exchange_and_the_whole_run(measured: Measured) -> None:
    page = measured.page
    for name in NAMES:
        assert page.locator(f"#picture-{name} svg line").count() > 2, name
        assert page.locator(f".strip [data-transport={name}] path").count() == 3, name
    label = page.locator(".strip").get_attribute("aria-label") or ""
    assert label.startswith("Timeline of the whole run.")


def test_its_charts_can_be_read_with_the_arrow_keys(measured: Measured) -> None:
    page = measured.page
    for name, words in (("latency", "Event sent at"), ("bytes", "Second 0:")):
        chart, said = page.locator(f"#{name}-chart"), page.locator(f"#{name}-status")
        chart.focus()
        page.keyboard.press("Home")
        expect(said).to_contain_text(words)
        first = said.inner_text()
        page.keyboard.press("ArrowRight")
        expect(said).not_to_have_text(first)
        assert all(title in said.inner_text() for title in ("WebSocket", "Long polling"))
        page.keyboard.press("ArrowLeft")
        expect(said).to_have_text(first)
        page.keyboard.press("Escape")
        expect(said).to_have_text("")
