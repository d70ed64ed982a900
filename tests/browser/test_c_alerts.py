"""What reaches a reader who does not look: desktop notifications and sound, and their offer."""

import json
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.faults import look, slow_site, stopped
from tests.browser.people import Desk, live
from tests.browser.test_one_connection import tabs_of, until
from tests.support.site import Site

ROOMS = "/rooms/"

# Notes what would be heard and seen outside of the page, and what the browser is asked.
SPY = """(() => {
  globalThis.called = { sounds: [], shown: [], closed: [], asked: 0 };
  HTMLMediaElement.prototype.play = async function () {
    called.sounds.push({ file: this.src.split("/").pop(), volume: this.volume });
  };
  globalThis.Notification = class {
    static permission = PERMISSION;
    static requestPermission = async () => {
      called.asked += 1;
      return (Notification.permission = ANSWER);
    };
    constructor(title, options) {
      Object.assign(this, options);
      called.shown.push({ title, ...options });
      called.last = this;
    }
    close() {
      called.closed.push(this.tag);
    }
  };
  const own = OWN;
  const able = own && location.href !== "about:blank";
  if (able) localStorage.setItem("noticeboard.browser", JSON.stringify(own));
})();"""

ON = {"desktop": True, "sound": True, "volume": 0.5}


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[Site]:
    yield from slow_site()


Opener = Callable[..., BrowserContext]


@pytest.fixture
def opened(desk: Desk, people: SimpleNamespace) -> Opener:
    """A browser that answers so when it is asked; `own` is what is set for it."""

    def build(
        permission: str = "granted", answer: str = "granted", own: dict[str, Any] | None = None
    ) -> BrowserContext:
        context = desk.context(people.alice)
        spy = SPY.replace("PERMISSION", json.dumps(permission)).replace("ANSWER", f'"{answer}"')
        context.add_init_script(spy.replace("OWN", json.dumps(own)))
        return context

    return build


def called(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("(({ last, ...rest }) => rest)(called)")
    return found


def heard(page: Page) -> list[str]:
    return [each["file"].split(".")[0] for each in called(page)["sounds"]]


def send(site: Site, people: SimpleNamespace, *levels: str, **fields: Any) -> list[int]:
    return [
        site.do("notify", title=f"A {level} one", level=level, to=people.alice_topic, **fields)
        for level in levels
    ]


def unread(page: Page, count: int) -> None:
    expect(page.locator(".badge[data-badge]")).to_have_text(str(count))


def test_c1_a_hidden_page_tells_by_desktop_and_sound_what_its_level_allows(
    opened: Opener, site: Site, people: SimpleNamespace
) -> None:
    page = stopped(opened(own=ON).new_page(), ROOMS)
    look(page, hidden=True)
    for count, level in enumerate(("info", "success", "warning", "critical"), start=1):
        ids = send(site, people, level, body="What it is about")
        unread(page, count)
        page.clock.run_for(4_000)
    until(page, lambda: len(called(page)["shown"]) == 2, "two are shown")
    assert heard(page) == ["default", "critical"]
    assert {each["volume"] for each in called(page)["sounds"]} == {0.5}
    warning, critical = called(page)["shown"]
    assert (warning["title"], warning["body"]) == ("A warning one", "What it is about")
    assert (warning["renotify"], warning["requireInteraction"]) == (False, False)
    assert (critical["renotify"], critical["requireInteraction"]) == (True, True)
    assert critical["tag"] == str(ids[0])
    assert critical["silent"] is False
    assert critical["data"]["url"].endswith(f"/n/{ids[0]}/")
    assert page.locator("#toasts .toast").count() == 0
    page.evaluate("called.last.onclick()")
    expect(page).to_have_url(re.compile(rf"/n/{ids[0]}/$"))


@pytest.mark.ui
def test_c1_a_page_that_is_looked_at_shows_nothing_on_the_desktop(
    opened: Opener, site: Site, people: SimpleNamespace
) -> None:
    context = opened(own=ON)
    page, other = (stopped(context.new_page(), ROOMS) for _ in range(2))
    look(page, hidden=True)
    send(site, people, "critical")
    until(page, lambda: heard(page) == ["critical"], "it is heard")
    assert called(page)["shown"] == called(other)["shown"] == []


@pytest.mark.ui
def test_c1_sounds_are_three_seconds_apart_and_not_of_what_one_sends_oneself(
    opened: Opener, site: Site, people: SimpleNamespace
) -> None:
    page = stopped(opened(own={**ON, "desktop": False}).new_page(), ROOMS)
    send(site, people, "warning", "warning")
    unread(page, 2)
    assert heard(page) == ["default"]
    page.clock.run_for(3_100)
    send(site, people, "warning", sender_name="Alice Example")
    unread(page, 3)
    send(site, people, "warning")
    unread(page, 4)
    until(page, lambda: heard(page) == ["default", "default"], "the next is heard")
    assert called(page)["shown"] == []


def test_c1_nothing_is_heard_or_shown_before_it_is_turned_on(
    opened: Opener, site: Site, people: SimpleNamespace
) -> None:
    page = stopped(opened().new_page(), ROOMS)
    look(page, hidden=True)
    send(site, people, "warning", "critical")
    expect(page.locator("#banners a")).to_have_count(1)
    assert called(page) == {"sounds": [], "shown": [], "closed": [], "asked": 0}


def test_c3_a_storm_is_neither_heard_nor_shown_on_the_desktop(
    opened: Opener, site: Site, people: SimpleNamespace
) -> None:
    page = stopped(opened(own=ON).new_page(), ROOMS)
    look(page, hidden=True)
    send(site, people, *["info"] * 6)
    unread(page, 6)
    send(site, people, "critical", "warning")
    unread(page, 8)
    expect(page.locator("#banners a")).to_have_count(1)
    assert called(page)["sounds"] == called(page)["shown"] == []


@pytest.mark.ui
def test_c4_of_three_tabs_one_is_heard_and_shows_it_until_it_is_read(
    opened: Opener, site: Site, people: SimpleNamespace
) -> None:
    tabs = tabs_of(opened(own=ON), 3)
    for page in tabs:
        look(page, hidden=True)
    [id] = send(site, people, "critical")
    for page in tabs:
        unread(page, 1)
    until(page, lambda: [c for tab in tabs for c in called(tab)["shown"]], "one shows it")
    page.wait_for_timeout(500)
    assert [len(called(tab)["shown"]) for tab in tabs].count(1) == 1
    assert sum(len(called(tab)["shown"]) for tab in tabs) == 1
    assert [file for tab in tabs for file in heard(tab)] == ["critical"]
    follower = next(tab for tab in tabs if not called(tab)["shown"])
    follower.evaluate(READ, id)
    until(
        page,
        lambda: [tag for tab in tabs for tag in called(tab)["closed"]] == [str(id)],
        "it is closed",
    )


READ = """async (id) => {
  const [, csrf] = /csrftoken=([^;]+)/.exec(document.cookie) ?? [];
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const body = JSON.stringify({ ids: [id] });
  const { status } = await fetch("/api/inbox/read/", { method: "POST", headers, body });
  if (status !== 200) throw new Error(`not read: ${status}`);
}"""


def test_c5_nobody_is_asked_until_the_third_is_read_and_then_by_a_card(
    opened: Opener, site: Site, people: SimpleNamespace
) -> None:
    context = opened("default")
    page = live_on(context)
    page.mouse.wheel(0, 500)
    card = page.get_by_role("region", name="Desktop notifications")
    for id in send(site, people, "info", "info"):
        page.evaluate(READ, id)
    unread_gone(page)
    expect(card).to_be_hidden()
    page.evaluate(READ, send(site, people, "info")[0])
    expect(card).to_contain_text("Get critical notifications when this tab is in the background?")
    assert called(page)["asked"] == 0
    card.get_by_role("button", name="Turn on").click()
    expect(card).to_be_hidden()
    assert called(page)["asked"] == 1
    assert page.evaluate("JSON.parse(localStorage['noticeboard.browser']).desktop") is True
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.ui
def test_c5_not_now_is_for_thirty_days(opened: Opener, site: Site, people: SimpleNamespace) -> None:
    page = live_on(opened("default"))
    card = page.get_by_role("region", name="Desktop notifications")
    read_some(page, site, people)
    card.get_by_role("button", name="Not now").click()
    expect(card).to_be_hidden()
    read_some(page, site, people)
    expect(card).to_be_hidden()
    later = "localStorage['noticeboard.offer'] = JSON.stringify({ read: [1, 2, 3], until: UNTIL })"
    page.evaluate(later.replace("UNTIL", "Date.now() - 1"))
    read_some(page, site, people)
    expect(card).to_be_visible()
    assert called(page)["asked"] == 0


@pytest.mark.ui
def test_c5_who_refuses_reads_how_to_undo_it(
    opened: Opener, site: Site, people: SimpleNamespace
) -> None:
    page = live_on(opened("default", "denied"))
    read_some(page, site, people)
    card = page.get_by_role("region", name="Desktop notifications")
    card.get_by_role("button", name="Turn on").click()
    expect(card).to_contain_text("Blocked in this browser.")
    expect(card.get_by_role("button", name="Turn on")).to_be_hidden()
    expect(card.get_by_role("button", name="Not now")).to_be_focused()


def live_on(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/")
    return live(page)


def read_some(page: Page, site: Site, people: SimpleNamespace) -> None:
    for id in send(site, people, "info", "info", "info"):
        page.evaluate(READ, id)
    unread_gone(page)


def unread_gone(page: Page) -> None:
    expect(page.locator(".badge[data-badge]")).to_be_hidden()


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15"
NONE = "delete globalThis.Notification;"
STATES = {
    "default": ("Your browser will ask whether you allow it.", "default", ""),
    "granted": ("Allowed in this browser.", "granted", ""),
    "denied": (
        "Blocked in this browser. Open site settings → Notifications → Allow, then reload.",
        "denied",
        "",
    ),
    "unsupported": ("This browser can't show desktop notifications.", "default", NONE),
    "insecure": (
        "Desktop notifications need HTTPS.",
        "default",
        "Object.defineProperty(globalThis, 'isSecureContext', { value: false });",
    ),
    "ios": (
        "Add this site to the Home Screen first.",
        "default",
        f"{NONE} Object.defineProperty(navigator, 'userAgent', {{ value: '{IPHONE}' }});",
    ),
}


@pytest.mark.ui
@pytest.mark.parametrize("state", STATES)
def test_c6_the_preferences_say_what_the_browser_allows(opened: Opener, state: str) -> None:
    words, permission, fault = STATES[state]
    context = opened(permission)
    context.add_init_script(fault)
    page = context.new_page()
    page.goto("/preferences/")
    settings = page.locator("[data-alerts]")
    expect(settings.locator("[data-slot=state]")).to_have_text(words)
    expect(settings).to_contain_text("This setting is for this browser only.")
    switch = settings.get_by_role("switch", name="Desktop notifications")
    expect(switch).not_to_be_checked()
    if state in ("default", "granted"):
        switch.check()
        expect(switch).to_be_checked()
    else:
        expect(switch).to_be_disabled()


def test_c6_sound_is_off_and_turning_it_on_plays_it(opened: Opener) -> None:
    page = opened().new_page()
    page.goto("/preferences/")
    sound = page.locator("[data-alerts]").get_by_role("switch", name="Sound")
    expect(sound).not_to_be_checked()
    sound.check()
    until(page, lambda: heard(page) == ["default"], "the sample is heard")
    page.get_by_label("Volume").fill("0.2")
    page.locator("[data-alerts]").get_by_role("button", name="Play").click()
    until(page, lambda: len(heard(page)) == 2, "it is heard again")
    assert called(page)["sounds"][1]["volume"] == pytest.approx(0.2)


@pytest.mark.parametrize("name", ["default", "critical"])
def test_c6_a_tone_is_shorter_than_a_second_and_can_be_played(
    opened: Opener, site: Site, name: str
) -> None:
    page = opened().new_page()
    page.goto(ROOMS)
    seconds = page.evaluate(
        """(name) => new Promise((resolve, reject) => {
          const audio = new Audio(document.querySelector("#toasts").dataset[name]);
          audio.onloadedmetadata = () => resolve(audio.duration);
          audio.onerror = () => reject(audio.error);
        })""",
        name,
    )
    assert 0.1 < seconds < 1
