"""The server calls a function in a real page: one that answers, throws, is slow, is gone.

For each transport, forced, a page in Chromium registers three functions with the product's client;
a view of the site calls them. Times are from the request for the call to its outcome, as the
caller has them; the polling page asks every second.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright

from bench import support
from bench.rooms import SECONDS, browser_of
from scripts import chromium
from tests.support.site import Site

TRANSPORTS = {"websocket": "websocket", "sse": "sse", "long-polling": "longpoll", "polling": "poll"}
POLL_SECONDS = 1
CALLS = 10
#: How long the caller waits for the page, in seconds; the slow function takes longer.
PATIENCE = 4.0
EXPECTED = {
    "answers": "answer",
    "throws": "CallFailed",
    "slow": "CallTimedOut",
    "gone": "ClientGone",
}

#: Connects a client of the product over one transport; resolves with its client id.
CONNECT = """async ([transport, pollSeconds]) => {
  const { connect } = await import("/static/noticeboard/client/index.js");
  const client = connect({ transports: [transport], pollSeconds });
  client.handle("answers", ({}) => ({ path: location.pathname }));
  client.handle("throws", () => { throw new Error("out of paper"); });
  client.handle("slow", () => new Promise((resolve) => setTimeout(resolve, 60_000)));
  while (!client.id) await new Promise((resolve) => setTimeout(resolve, 20));
  window.ours = client;
  return client.id;
}"""


def connect(page: Page, site: Site, username: str, transport: str) -> str:
    """The client id of this page, connected over this transport."""
    address = f"http://{site.address()}"
    cookie: Any = {
        "name": "sessionid",
        "value": site.do("session", username=username),
        "url": address,
    }
    page.context.add_cookies([cookie])
    # A page of the site that holds no connection of its own.
    page.goto(f"{address}/accounts/login/")
    return str(page.evaluate(CONNECT, [TRANSPORTS[transport], POLL_SECONDS]))


def call(site: Site, client: str, function: str) -> dict[str, Any]:
    """What came of one call, and after how many milliseconds."""
    asked: dict[str, str | float] = {"client": client, "function": function, "timeout": PATIENCE}
    began = time.monotonic()
    answer = httpx.get(f"http://{site.address()}/test/call/", params=asked, timeout=SECONDS)
    took = (time.monotonic() - began) * 1000
    told = answer.raise_for_status().json()
    outcome = "answer" if "answer" in told else told["error"]
    return {
        "outcome": outcome,
        "told": told.get("answer", told.get("detail")),
        "ms": round(took, 1),
    }


def measure(page: Page, site: Site, username: str, transport: str) -> dict[str, Any]:
    """The four outcomes over one transport, and the times of repeated answers."""
    client = connect(page, site, username, transport)
    times = [call(site, client, "answers")["ms"] for _turn in range(CALLS)]
    outcomes = {name: call(site, client, name) for name in ("answers", "throws", "slow")}
    page.evaluate("window.ours.close()")
    page.close()
    outcomes["gone"] = call(site, client, "answers")
    return {
        "outcomes": outcomes,
        "p50_ms": support.percentile(times, 50),
        "p95_ms": support.percentile(times, 95),
    }


def run() -> dict[str, Any]:
    """All transports, one after another."""
    executable = next(filter(chromium.starts, chromium.candidates()), None)
    if executable is None:
        raise SystemExit("No Chromium here, and none could be installed.")
    site = Site("", options={"HEARTBEAT_SECONDS": 20})
    try:
        alice = site.do("people", prefix="bench")["alice"]
        with sync_playwright() as playwright, browser_of(playwright, executable) as browser:
            results = {}
            for transport in TRANSPORTS:
                page = browser.new_page()
                page.set_default_timeout(SECONDS * 1000)
                results[transport] = measure(page, site, alice, transport)
            return results
    finally:
        site.close()


def main() -> int:
    """0 if every call had the outcome that the documentation gives it."""
    parser = support.arguments(__doc__)
    options = parser.parse_args()
    results = run()
    good = all(
        each["outcomes"][name]["outcome"] == outcome
        for each in results.values()
        for name, outcome in EXPECTED.items()
    )
    report = {"ok": good, "patience_seconds": PATIENCE, "poll_seconds": POLL_SECONDS}
    support.report({**report, "transports": results}, options.json)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
