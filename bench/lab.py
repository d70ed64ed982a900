"""The lab, measured from outside: a counting proxy stands between the browser and the server.

    python -m bench.lab [--json] [--seconds 30] [--rate 5] [--poll-seconds 5]
                        [--latency 0] [--jitter 0] [--drop 0] [--compression]

A real browser makes one run. What the table shows, what it exports and what the proxy saw on the
wire are compared, and the latencies are looked at for what must be so. What is cut on its way is
counted by one side only: with cuts the bytes are not compared.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from bench.pictures import ARGUMENTS, Site, signed_in
from bench.proxy import CountingProxy
from bench.support import arguments, report
from scripts import chromium

NAMES = ("websocket", "sse", "longpoll", "poll")
#: The server computes headers and framing; a ping of the WebSocket is not among them.
TOLERANCE = 0.01
SETTLE_SECONDS = 30
#: What is compared between the table and the export.
KEYS = ("received", "expected", "lost", "duplicated", "requests", "cuts", "wire_bytes")


def run(page: Page, plan: dict[str, Any]) -> dict[str, Any]:
    """One run; what the page exports of it."""
    page.goto(f"/lab/?{urlencode(plan)}")
    page.locator("#lab-start").click()
    milliseconds = (plan["seconds"] + 3 * plan["poll_seconds"] + SETTLE_SECONDS) * 1000
    page.locator("[data-lab=finished]").wait_for(timeout=milliseconds)
    with page.expect_download() as download:
        page.locator("#lab-json").click()
    exported: dict[str, Any] = json.loads(download.value.path().read_text())
    return exported


def table(page: Page, key: str) -> list[int]:
    """One line of the results table."""
    cells = (page.locator(f"#cell-{key}-{name}").inner_text() for name in NAMES)
    return [int(cell.replace(",", "")) for cell in cells]


def compare(exported: dict[str, Any], page: Page, seen: dict[str, int]) -> dict[str, Any]:
    """The figures, and whether each thing that must be so is so."""
    rows = {row["transport"]: row for row in exported["transports"]}
    shares = {name: rows[name]["wire_bytes"] / seen.get(name, 1) - 1 for name in NAMES}
    checks = complete(exported, rows) | {
        "table is export": all(
            table(page, key) == [rows[name][key] for name in NAMES] for key in KEYS
        )
    }
    if not exported["plan"]["drop"]:
        checks |= {
            "wire is what the proxy saw": all(abs(each) <= TOLERANCE for each in shares.values()),
            "browser and server count the same": all(
                row["body_bytes_browser"] == row["body_bytes_server"] for row in rows.values()
            ),
        }
    return {
        "plan": exported["plan"],
        "clock_error_ms": exported["clock_error_ms"],
        "transports": rows,
        "proxy_wire_bytes": seen,
        "wire_against_proxy": {name: f"{share:+.3%}" for name, share in shares.items()},
        "checks": checks,
    }


def complete(exported: dict[str, Any], rows: dict[str, Any]) -> dict[str, bool]:
    """What must be so of the events and, where nothing makes the network worse, of their delays."""
    plan, p50 = exported["plan"], {name: rows[name]["p50"] for name in NAMES}
    checks = {
        "all received": all(
            row["received"] == row["expected"] == exported["sent"] for row in rows.values()
        ),
        "none lost, none twice": not any(
            row["lost"] or row["duplicated"] or row["out_of_order"] for row in rows.values()
        ),
    }
    if not (plan["latency"] or plan["jitter"] or plan["drop"]):
        half = plan["poll_seconds"] * 1000 / 2
        checks |= {
            "pushes before long polling": max(p50["websocket"], p50["sse"]) < p50["longpoll"],
            "polling takes half its interval": 0.75 < p50["poll"] / half < 1.25,
        }
    return checks


def main() -> None:
    """See the module."""
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--poll-seconds", type=float, default=5)
    for name in ("latency", "jitter", "drop"):
        parser.add_argument(f"--{name}", type=float, default=0)
    parser.add_argument("--compression", action="store_const", const=1, default=0)
    given = parser.parse_args()
    plan = {name: value for name, value in vars(given).items() if name != "json"}
    executable = next(filter(chromium.starts, chromium.candidates()), None)
    if executable is None:
        raise SystemExit("No Chromium here, and none could be installed.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        site = Site(Path(folder))
        site.wait()
        proxy = CountingProxy(int(site.url.rpartition(":")[2]))
        site.url = proxy.url
        try:
            with signed_in(browser, site, "admin", locale="en-GB") as page:
                exported = run(page, plan)
                results = compare(exported, page, proxy.seen())
        finally:
            site.close()
            browser.close()
    report(results, given.json)
    sys.exit(0 if all(results["checks"].values()) else 1)


if __name__ == "__main__":
    main()
