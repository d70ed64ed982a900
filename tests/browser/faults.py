"""What goes wrong with a page's connection, a clock that stands still, and who looks at a page."""

import re
from collections.abc import Iterator

from playwright.sync_api import BrowserContext, Page, WebSocketRoute

from tests.browser.people import live
from tests.support.site import Site

# The heartbeats are slow: a page whose clock the test moves hears none on time.
SLOW = {"POLL_SECONDS": 1, "HEARTBEAT_SECONDS": 100}

# Every word that the chip has shown, and all that a screen reader was told.
RECORD = """
globalThis.shown = [];
globalThis.spoken = [];
addEventListener("DOMContentLoaded", () => {
  const watch = (selector, note) => {
    const element = document.querySelector(selector);
    if (!element) return;
    const options = { attributes: true, childList: true, characterData: true, subtree: true };
    new MutationObserver(() => note(element)).observe(element, options);
  };
  watch(".chip", (chip) => shown.push(chip.dataset.state));
  for (const id of ["#polite", "#urgent"]) {
    watch(id, ({ textContent }) => textContent && spoken.push(textContent));
  }
});
"""


def slow_site() -> Iterator[Site]:
    """A site of its own for a module, with slow heartbeats."""
    running = Site("", options=SLOW)
    yield running
    running.close()


class Network:
    """The sockets of a page, which a test cuts and forbids; all else gets through."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.open: list[WebSocketRoute] = []
        self.tried = 0
        self.shut = False
        self.code = 1013  # what a socket that is shut is closed with
        context.route_web_socket(re.compile(r"/ws/"), self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        self.tried += 1
        if self.shut:
            socket.close(code=self.code)
            return
        socket.connect_to_server()
        self.open.append(socket)

    def cut(self) -> None:
        self.open.pop().close(code=1013)

    def shut_all(self) -> None:
        """Nothing of the server can be reached; the page itself knows nothing of it."""
        self.shut = True
        self.context.route(re.compile(r"/(events|api)/"), lambda route: route.abort())

    def mend(self) -> None:
        self.shut = False
        self.context.unroute_all()


def stopped(page: Page, path: str = "/") -> Page:
    """Live, with a clock that only the test moves from now on."""
    page.clock.install()
    page.goto(path)
    live(page)
    page.clock.run_for(3_000)
    page.evaluate("globalThis.shown && (shown.length = spoken.length = 0)")
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    return page


def stepped(page: Page, milliseconds: int = 500) -> Page:
    page.clock.run_for(milliseconds)
    return page


def look(page: Page, *, hidden: bool) -> None:
    """Somebody looks at the page, or does no more."""
    page.evaluate(
        """(state) => {
            const value = { configurable: true, value: state };
            Object.defineProperty(document, "visibilityState", value);
            document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        }""",
        "hidden" if hidden else "visible",
    )
