"""The pages of the site and the states that they can be in, each looked at in every look.

States are found by what is the same in every language: ids, classes, addresses.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.people import Desk
from tests.support.site import Site


@dataclass(frozen=True)
class Look:
    """How somebody sees the site: colours, language (and with it the direction), width."""

    theme: str
    language: str
    width: int

    @property
    def options(self) -> dict[str, Any]:
        return {
            "color_scheme": self.theme,
            "locale": self.language,
            "viewport": {"width": self.width, "height": 900},
            "reduced_motion": "reduce",
        }

    def __str__(self) -> str:
        return f"{self.theme}-{self.language}-{self.width}"


LOOKS = [Look(*each) for each in product(("light", "dark"), ("en", "ar"), (1280, 360))]
# The one that differs most from the one that everybody works with.
HARDEST = Look("dark", "ar", 360)


def cast(site: Site, prefix: str) -> SimpleNamespace:
    """alice has one of each level, one read, one that ends, one from a room; bob is staff."""
    people = SimpleNamespace(**site.do("people", prefix=prefix))
    site.do("make_staff", username=people.bob)
    for level in ("info", "success", "warning", "critical"):
        site.do(
            "notify",
            title=f"A {level} one with a title of some length",
            body="A body of *several* words, which says what has happened and what is to be done.",
            level=level,
            to=people.alice_topic,
            link="https://example.org/",
        )
    people.first = site.do("notify", title="Known already", to=people.alice_topic, expires=200_000)
    site.do("act", username=people.alice, do="read", ids=[people.first])
    people.confirm = site.do(
        "notify", title="Confirm this", to=people.alice_topic, acknowledge=True, level="warning"
    )
    site.do("post", room=people.den, text="A post in a room.", username=people.bob)
    site.do("notify", title="x" * 100, to=people.alice_topic)
    for text in ("one", "x" * 200, "> quoted\n\n`code`"):
        site.do("post", room=people.lobby, text=text, username=people.alice)
    return people


def ready(page: Page) -> Page:
    """Wait until the page is connected, in whatever language it says so."""
    expect(page.locator(".chip, #live").first).to_have_attribute("data-state", "live")
    return page


def inbox(page: Page, site: Site, people: SimpleNamespace) -> Iterator[str]:
    # One is done below, for each look anew.
    site.do("notify", title="Soon done", to=people.alice_topic)
    page.goto("/")
    ready(page)
    yield "live"
    page.locator(".chip").click()
    expect(page.locator("#connection-panel")).to_be_visible()
    yield "connection"
    page.keyboard.press("Escape")
    page.locator(".top .menu > summary").click()
    yield "menu of the user"
    page.locator(".top .menu > summary").click()
    page.locator("#feed article").first.focus()
    site.do("notify", title="It burns", level="critical", to=people.alice_topic)
    expect(page.locator("#pill")).to_be_visible()
    yield "pill"
    page.keyboard.press(".")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_visible()
    yield "bulk"
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    expect(page.locator("[role=menu]:popover-open")).to_be_visible()
    yield "snooze"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    yield "keys"
    page.keyboard.press("Escape")
    page.locator("#feed [data-level=info] [data-do=done]").last.press("Enter")
    expect(page.locator("#undo")).to_be_visible()
    yield "undo"
    page.goto("/?view=snoozed")
    yield "empty"
    page.goto("/?q=nowhere")
    yield "nothing found"


def detail(page: Page, site: Site, people: SimpleNamespace) -> Iterator[str]:
    page.goto(f"/n/{people.first}/")
    ready(page)
    yield "detail"
    site.do("notify", title="It worked", level="success", to=people.alice_topic)
    expect(page.locator(".toast").first).to_be_visible()
    yield "toast"
    page.goto(f"/n/{people.confirm}/")
    ready(page)
    yield "to be acknowledged"


def rooms(page: Page, site: Site, people: SimpleNamespace) -> Iterator[str]:
    page.goto("/rooms/")
    ready(page)
    yield "rooms"
    page.goto(f"/rooms/{people.lobby}/")
    ready(page)
    yield "room"
    page.goto(f"/wall/{people.lobby}/")
    ready(page)
    yield "wall"


def preferences(page: Page, site: Site, people: SimpleNamespace) -> Iterator[str]:
    page.goto("/preferences/")
    ready(page)
    expect(page.locator("#save-all")).to_be_hidden()
    yield "preferences"
    page.locator("[name=dnd]").first.click()
    expect(page.locator("[name=dnd][value=off]")).to_be_visible()
    yield "do not disturb"
    page.locator("[name=dnd][value=off]").click()
    expect(page.locator("[name=dnd][value=off]")).to_be_hidden()
    page.route("**/api/preferences/", lambda route: route.fulfill(status=500, json={}))
    switch = page.locator("input.switch:not(:disabled)").first
    switch.click()
    said = page.locator(f"[id='{(switch.get_attribute('aria-describedby') or '').split()[-1]}']")
    expect(said).to_contain_text(REFUSED[page.evaluate("document.documentElement.lang")])
    yield "refused"


def bell(page: Page, site: Site, people: SimpleNamespace) -> Iterator[str]:
    """A bell on somebody else's page, which is in English throughout."""
    page.goto("/test/host/plain/")
    yield "bell"
    page.locator("notify-bell .button").click()
    expect(page.locator("notify-bell .panel li").first).to_be_visible()
    yield "panel of the bell"


def texts(page: Page, site: Site, people: SimpleNamespace) -> Iterator[str]:
    page.goto("/follow/")
    ready(page)
    yield "live texts"


def outside(page: Page, site: Site, people: SimpleNamespace) -> Iterator[str]:
    """Where nobody is signed in, and where something went wrong."""
    page.goto("/n/999999/")
    yield "nothing here"
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    yield "log-in"
    page.locator("#id_username").fill("nobody")
    page.locator("#id_password").fill("wrong")
    page.locator("#id_password").press("Enter")
    expect(page.locator("#login-error")).to_be_visible()
    yield "log-in refused"
    page.goto(f"/rooms/{people.lobby}/")
    ready(page)
    page.locator(".top .menu > summary").click()
    yield "a visitor's languages"


REFUSED = {"en": "Not saved", "ar": "لم يُحفظ"}

Place = Callable[[Page, Site, SimpleNamespace], Iterator[str]]
PLACES: tuple[Place, ...] = (inbox, detail, rooms, preferences, bell, texts, outside)


def visit(desk: Desk, people: SimpleNamespace, look: Look = LOOKS[0], **options: Any) -> Page:
    """A page of alice's in that look, at no address yet."""
    desk.allow("404|500|WebSocket")
    return desk.context(people.alice, **{**look.options, **options}).new_page()
