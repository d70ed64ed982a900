"""Takes the pictures of docs/pictures from the running product: `make pictures`.

A site of its own is started on a new database with the demo data, so that nothing of the
checkout's own data is seen.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from scripts import chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
START_SECONDS = 60
DESK = {"width": 1280, "height": 860}
WIDE = {"width": 1680, "height": 1140}
PHONE = {"width": 390, "height": 844}
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"]


class Site:
    """A server with demo data in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{_free_port()}"
        clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = clean | {"VAR_DIR": str(folder), "ENVIRONMENT": "development"}
        self.manage("migrate", "--verbosity", "0")
        self.manage("demo")
        self.server = self.start("runserver", self.url.removeprefix("http://"), "--noreload")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=sys.stderr
        )

    def manage(self, *arguments: str) -> None:
        if self.start(*arguments).wait() != 0:
            raise SystemExit(f"manage.py {arguments[0]} failed")

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The site did not start.")

    def close(self) -> None:
        self.server.terminate()
        self.server.wait()


@contextmanager
def signed_in(browser: Browser, site: Site, name: str, **context: Any) -> Iterator[Page]:
    """A page of somebody of the demo, whose password is the name."""
    opened = browser.new_context(base_url=site.url, device_scale_factor=1.5, **context)
    page = opened.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", name)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{site.url}/")
    yield page
    opened.close()


def dashboard(browser: Browser, site: Site) -> None:
    """Light and dark, with something that has just arrived."""
    for scheme in ("light", "dark"):
        with signed_in(browser, site, "alice", viewport=DESK, color_scheme=scheme) as page:
            read_older(page)
            live(page)
            title = f"Deployment of the {scheme} theme has finished"
            site.manage("notify", "--to", "user:alice", "--level", "success", "--title", title)
            page.get_by_role("heading", name=title).first.wait_for()
            save(page, f"dashboard-{scheme}")


def phone(browser: Browser, site: Site) -> None:
    """The same page on a small screen."""
    with signed_in(browser, site, "bob", viewport=PHONE, has_touch=True, is_mobile=True) as page:
        read_older(page)
        live(page)
        save(page, "phone")


def right_to_left(browser: Browser, site: Site) -> None:
    """The dashboard in Arabic."""
    with signed_in(browser, site, "alice", viewport=DESK, locale="ar") as page:
        live(page)
        save(page, "right-to-left")


def beside(browser: Browser, site: Site) -> None:
    """A notification beside the list, and the preferences."""
    with signed_in(browser, site, "alice", viewport=DESK, color_scheme="light") as page:
        live(page)
        page.locator("#feed article [data-slot=title]").nth(1).click()
        page.locator("#pane h2, #pane h1").first.wait_for()
        save(page, "detail")
        page.goto("/preferences/")
        live(page)
        save(page, "preferences")


def storm(browser: Browser, site: Site) -> None:
    """Many at once: one line says so, nothing pops up for each."""
    code = (
        "from notifications import notify_many;"
        "levels = ['info', 'success', 'warning'] * 14;"
        "notify_many({'title': f'Build {n} has finished', 'to': 'user:alice', 'level': level}"
        " for n, level in enumerate(levels, 4200))"
    )
    with signed_in(browser, site, "alice", viewport=DESK, color_scheme="light") as page:
        live(page)
        page.mouse.move(300, 300)
        page.wait_for_load_state("networkidle")
        site.manage("shell", "-v", "0", "-c", code)
        page.locator(".toasts-more", has_text="Many notifications are arriving.").wait_for()
        save(page, "storm")


def offline(browser: Browser, site: Site) -> None:
    """Without a network: what there was stays, and what is done is kept for later."""
    with signed_in(browser, site, "alice", viewport=DESK, color_scheme="light") as page:
        live(page)
        page.mouse.move(300, 300)
        page.wait_for_load_state("networkidle")
        page.context.set_offline(True)
        page.locator("[data-slot=chip][data-state=offline]").wait_for()
        page.locator("[data-slot=chip]").click()
        save(page, "offline")


def room(browser: Browser, site: Site) -> None:
    """A room with a post that has just come, and its wall."""
    with signed_in(browser, site, "alice", viewport=DESK, color_scheme="light") as page:
        page.goto("/rooms/lobby/")
        live(page)
        text = "I brought **crumble** for everybody, it is in the kitchen."
        page.get_by_label("Post in #lobby").fill(text)
        page.get_by_label("Post in #lobby").press("Enter")
        page.locator("#posts strong", has_text="crumble").wait_for()
        save(page, "room")
        page.goto("/wall/lobby/")
        page.locator("#live[data-state=live]").wait_for()
        save(page, "wall")


def admin(browser: Browser, site: Site) -> None:
    """The list with every state."""
    with signed_in(browser, site, "admin", viewport=WIDE, color_scheme="light") as page:
        page.goto("/admin/notifications/notification/")
        save(page, "admin")


def lab(browser: Browser, site: Site) -> None:
    """The transport lab after a run."""
    with signed_in(browser, site, "admin", viewport=DESK, color_scheme="light") as page:
        page.goto("/lab/?rate=5&payload=200&seconds=15&poll_seconds=3")
        page.locator("#lab-start").click()
        page.locator("[data-lab=finished]").wait_for(timeout=60_000)
        save(page, "lab", full_page=True)


def read_older(page: Page) -> None:
    """Nobody leaves everything unread."""
    items = page.request.get("/api/inbox/").json()["items"]
    token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
    page.request.post(
        "/api/inbox/read/",
        data={"ids": [item["id"] for item in items[2:] if item["level"] == "info"]},
        headers={"X-CSRFToken": token},
        fail_on_status_code=True,
    )
    page.reload()


def live(page: Page) -> None:
    """Wait until the page says that it is connected."""
    page.locator("[data-slot=chip][data-state=live]").wait_for()


def save(page: Page, name: str, full_page: bool = False) -> None:
    page.wait_for_load_state("networkidle")
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, animations="disabled", full_page=full_page)
    print(path.relative_to(ROOT))


TAKES = (dashboard, phone, right_to_left, beside, room, admin, lab, storm, offline)


def main() -> None:
    executable = next(filter(chromium.starts, chromium.candidates()), None)
    if executable is None:
        raise SystemExit("No Chromium here, and none could be installed.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        site = Site(Path(folder))
        try:
            site.wait()
            for take in TAKES:
                take(browser, site)
        finally:
            site.close()
            browser.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
