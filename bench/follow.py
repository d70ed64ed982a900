"""A file that is changed a hundred times in two seconds, seen by four pages in a real browser.

`manage.py follow` watches the file; one page for each transport is open on /follow/. Each page must
end on the last version, none may ever show a lower version than before, and the log must hold
fewer than twenty events of it. "seconds" is from the last change to the last page that shows it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench import support
from scripts import chromium
from tests.support.site import Site

CHANGES = 100
SECONDS = 2.0
MOST_EVENTS = 20
DEADLINE = 60_000
TRANSPORTS = ("websocket", "sse", "long-polling", "polling")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]

# Every version that the page ever shows, as it shows it.
WATCH = """() => {
  const seen = (window.seen = []);
  const note = () => {
    const card = document.querySelector("#texts .text");
    const version = Number(card?.querySelector('[data-slot="version"]').textContent);
    if (version && seen.at(-1)?.version !== version)
      seen.push({ version, text: card.querySelector('[data-slot="text"]').textContent });
  };
  new MutationObserver(note).observe(document.getElementById("texts"),
    { childList: true, characterData: true, subtree: true });
  note();
}"""


@contextmanager
def followed(site: Site, path: Path, audience: str) -> Iterator[None]:
    """`manage.py follow` on the file."""
    command = [sys.executable, "manage.py", "follow", str(path), "--to", audience]
    process = subprocess.Popen(
        command, cwd=support.ROOT, env=site.environment, stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def change(path: Path) -> float:
    """Replace the file a hundred times; the seconds that it took."""
    start = time.monotonic()
    for number in range(1, CHANGES + 1):
        other = path.with_suffix(".new")
        other.write_text(f"change {number}")
        os.replace(other, path)
        time.sleep(max(0.0, start + number * SECONDS / CHANGES - time.monotonic()))
    return time.monotonic() - start


def shows(page: Page, text: str) -> None:
    """Wait until the page's card says this."""
    page.locator("#texts .text-body").filter(has_text=text).wait_for(timeout=DEADLINE)


def judged(page: Page) -> dict[str, Any]:
    """What a page has shown, and whether it was right."""
    seen = page.evaluate("window.seen")
    versions = [each["version"] for each in seen]
    return {
        "transport": page.locator(".chip").get_attribute("data-transport"),
        "versions_shown": len(seen),
        "last": seen[-1]["text"],
        "went_backwards": versions != sorted(versions),
    }


def measure(site: Site, folder: Path) -> dict[str, Any]:
    """Open the pages, change the file, and look at all that came of it."""
    people = site.do("people", prefix="follow")
    session = site.do("session", username=people["alice"])
    path = folder / "notes.txt"
    path.write_text("change 0")
    start = site.do("head")
    with sync_playwright() as playwright:
        program = next(filter(chromium.starts, chromium.candidates()))
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        pages = []
        with followed(site, path, f"room:{people['den']}"):
            for transport in TRANSPORTS:
                context = browser.new_context(base_url=f"http://{site.address()}")
                cookie = {"name": "sessionid", "value": session, "domain": "127.0.0.1", "path": "/"}
                context.add_cookies([cookie])  # type: ignore[list-item]
                page = context.new_page()
                page.goto(f"/follow/?transport={transport}")
                page.locator(".chip[data-state=live], .chip[data-state=delayed]").wait_for()
                shows(page, "change 0")
                page.evaluate(WATCH)
                pages.append(page)
            took = change(path)
            end = time.monotonic()
            for page in pages:
                shows(page, f"change {CHANGES}")
            after = time.monotonic() - end
        told = site.do("told_texts", after=start)
        results = {name: judged(page) for name, page in zip(TRANSPORTS, pages, strict=True)}
        browser.close()
    return {"changes": CHANGES, "changed_in": round(took, 2), "seconds": round(after, 2),
            "log": logged(told), "pages": results}  # fmt: skip


def logged(told: list[dict[str, Any]]) -> dict[str, Any]:
    """How many events the log has of the changes, and whether they are in order."""
    versions = [each["version"] for each in told]
    numbers = [int(each["text"].split()[1]) for each in told]
    return {
        "events": len(told),
        "last": told[-1]["text"],
        "in_order": versions == list(range(1, len(told) + 1)) and numbers == sorted(numbers),
    }


def good(results: dict[str, Any]) -> bool:
    """Whether everything is as it must be."""
    last, log = f"change {CHANGES}", results["log"]
    pages = results["pages"].values()
    return (
        log["events"] < MOST_EVENTS
        and log["in_order"]
        and all(each["last"] == last for each in (log, *pages))
        and not any(each["went_backwards"] for each in pages)
    )


def main() -> None:
    """Measure; ends with 1 if something is not as it must be."""
    wanted = support.arguments(__doc__).parse_args()
    site = Site("", options={"POLL_SECONDS": 1})
    try:
        with tempfile.TemporaryDirectory(prefix="noticeboard-bench-") as folder:
            results = measure(site, Path(folder))
    finally:
        site.close()
    results["good"] = good(results)
    support.report(results, wanted.json)
    sys.exit(not results["good"])


if __name__ == "__main__":
    main()
