"""Whether the pages stay as light and as quick as promised: `make budgets`.

Sizes of what is loaded, and in a real browser, with the files of production: how much moves while
notifications arrive, how soon an action is painted, how long the page is busy. Exits with 1 where
a budget is exceeded.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.sizes import Figure, sizes
from bench.support import arguments, percentile, report
from scripts import chromium
from tests.support.joined import joined_site
from tests.support.site import Site

ITEMS = 500
ARRIVALS = 50
ACTIONS = 30
ROWS = 200
APART = 0.1  # seconds between arrivals
WINDOW = {"width": 1280, "height": 860}

WATCH = """
globalThis.vitals = { shifts: [], tasks: [], events: [] };
const watch = (type, take, more) => new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) take(entry);
}).observe({ type, buffered: true, ...more });
const listed = ({ node }) => Boolean(node?.parentElement?.closest("#feed"));
watch("layout-shift", ({ hadRecentInput, value, sources }) => {
  if (!hadRecentInput) vitals.shifts.push([value, sources.every(listed)]);
});
watch("longtask", ({ duration }) => vitals.tasks.push(duration));
watch("event", ({ interactionId, duration }) =>
  interactionId && vitals.events.push([interactionId, duration]), { durationThreshold: 16 });
"""


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--sizes", action="store_true", help="only what needs no browser")
    given = parser.parse_args()
    figures = sizes() if given.sizes else [*sizes(), *measured()]
    if given.json:
        told = {
            figure.name: {"value": round(figure.value, 4), "unit": figure.unit, "most": figure.most}
            for figure in figures
        }
        report({"budgets": told}, as_json=True)
    else:
        for figure in figures:
            print(line(figure))
    if not all(figure.kept for figure in figures):
        raise SystemExit(1)


def line(figure: Figure) -> str:
    most = "" if figure.most is None else f"of {figure.most:g}"
    verdict = "" if figure.kept else "  EXCEEDED"
    return f"{figure.name:<52} {figure.value:>9.3g} {figure.unit:<5} {most:<8}{verdict}"


def measured() -> list[Figure]:
    """The figures of a real browser on an inbox of 500."""
    with tempfile.TemporaryDirectory() as folder:
        site = joined_site(Path(folder))
        try:
            alice = site.do("people", prefix="budget")
            site.do("notify_many", count=ITEMS, to=[alice["alice_topic"]], title="Number")
            with opened(site, alice["alice"]) as page:
                return [*arriving(site, page, alice["alice_topic"]), *acting(page)]
        finally:
            site.close()


@contextmanager
def opened(site: Site, username: str) -> Iterator[Page]:
    """The inbox of somebody, live."""
    executable = next(filter(chromium.starts, chromium.candidates()), None)
    if executable is None:
        raise SystemExit("No Chromium here, and none could be installed.")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        context = browser.new_context(base_url=f"http://{site.address()}", viewport=WINDOW)  # type: ignore[arg-type]
        key = site.do("session", username=username)
        cookie: Any = {"name": "sessionid", "value": key, "domain": "127.0.0.1", "path": "/"}
        context.add_cookies([cookie])
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto("/")
        page.locator("[data-slot=chip][data-state=live]").wait_for(timeout=60_000)
        yield page
        browser.close()


def arriving(site: Site, page: Page, topic: str) -> list[Figure]:
    """Fifty notifications come while the top is looked at, and fifty while a row is read."""
    page.wait_for_timeout(1000)
    page.evaluate("vitals.tasks.length = vitals.shifts.length = 0")
    publish(site, topic, "Arrival")
    page.get_by_text(f"Arrival {ARRIVALS - 1}").first.wait_for(timeout=60_000)
    page.wait_for_timeout(500)
    tasks = page.evaluate("vitals.tasks")
    inside, outside = moved(page)
    page.locator("#feed article a").nth(2).focus()
    page.wait_for_timeout(1000)
    moved(page)
    publish(site, topic, "Later")
    page.wait_for_timeout(1000)
    return [
        Figure(f"CLS over {ARRIVALS} arrivals, outside the list", outside, "", 0.02),
        # At the top new rows push the others down, as they should.
        Figure(f"CLS over {ARRIVALS} arrivals, inside it", inside, ""),
        Figure(f"CLS over {ARRIVALS} arrivals, a row being read", sum(moved(page)), "", 0.02),
        Figure(f"longest task while {ARRIVALS} arrive", max(tasks, default=0), "ms", 100),
        Figure("nodes of the page", nodes(page), "", 3000),
    ]


def publish(site: Site, topic: str, title: str) -> None:
    for number in range(ARRIVALS):
        site.do("notify", title=f"{title} {number}", to=topic)
        time.sleep(APART)


def moved(page: Page) -> tuple[float, float]:
    """What has shifted since this was asked last: rows of the list alone, all else."""
    shifts = page.evaluate("vitals.shifts.splice(0)")
    inside = sum(value for value, listed in shifts if listed)
    return inside, sum(value for value, _listed in shifts) - inside


def acting(page: Page) -> list[Figure]:
    """Rows are read and unread by key, with as many loaded as the page has."""
    rows = page.locator("#feed article")
    page.reload()
    page.locator("[data-slot=chip][data-state=live]").wait_for(timeout=60_000)
    while rows.count() < ROWS and page.locator("#older").is_visible():
        before = rows.count()
        page.locator("#older").click()
        rows.nth(before).wait_for(state="attached", timeout=60_000)
    loaded = rows.count()
    page.locator("#feed article").first.focus()
    page.keyboard.press("j")
    page.wait_for_timeout(1500)
    page.evaluate("vitals.events.length = 0")
    for number in range(ACTIONS):
        page.keyboard.press("Shift+I" if number % 2 else "j")
        page.wait_for_timeout(150)
    by_interaction: dict[int, float] = {}
    for interaction, duration in page.evaluate("vitals.events"):
        by_interaction[interaction] = max(duration, by_interaction.get(interaction, 0))
    # What is painted within a frame is not reported at all.
    durations = [*by_interaction.values(), *[16.0] * (ACTIONS - len(by_interaction))]
    name = f"action to paint, p95, {ITEMS} items, {loaded} rows"
    return [
        Figure(name, percentile(durations, 95), "ms", 100),
        Figure(f"nodes of the page with {loaded} rows", nodes(page), ""),
    ]


def nodes(page: Page) -> int:
    return int(page.evaluate("document.querySelectorAll('*').length"))


if __name__ == "__main__":
    main()
