"""The page of live texts in a browser: each card replaced in place, over every transport."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe, overflow
from tests.browser.people import Desk, live
from tests.support.site import Site

TRANSPORTS = {"websocket": "Live", "sse": "Live", "long-polling": "Live", "polling": "Delayed"}
NAMES = {"long-polling": "longpoll", "polling": "poll"}


def cards(page: Page) -> Any:
    return page.locator("#texts .text")


def body(page: Page, name: str) -> Any:
    return cards(page).filter(has_text=name).locator(".text-body")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_it_replaces_a_card_in_place(
    desk: Desk, site: Site, people: SimpleNamespace, transport: str
) -> None:
    room = f"room:{people.den}"
    site.do("follow", to=room, key="a.md", text="first")
    site.do("follow", to=room, key="b.md", text="another")
    page = desk.open(people.alice, f"/follow/?transport={transport}")
    live(page, TRANSPORTS[transport], NAMES.get(transport, transport))
    expect(page.locator("#transport")).to_have_value(NAMES.get(transport, transport))
    expect(cards(page)).to_have_count(2)
    for number in range(2, 7):
        site.do("follow", to=room, key="a.md", text=f"text {number}\n<i>plain</i>")
    expect(body(page, "a.md")).to_have_text("text 6\n<i>plain</i>")
    expect(cards(page).first.locator('[data-slot="version"]')).to_have_text("6")
    expect(body(page, "b.md")).to_have_text("another")
    site.do("unfollow", to=room, key="b.md")
    expect(cards(page)).to_have_count(1)


def test_it_shows_the_first_text_when_it_comes(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = live(desk.open(people.bob, "/follow/"))
    expect(page.locator("#no-texts")).to_be_visible()
    site.do("follow", to=f"user:{people.bob}", key="mine", text="only for bob")
    expect(body(page, "mine")).to_have_text("only for bob")
    expect(page.locator("#no-texts")).to_be_hidden()


def test_it_shows_what_was_missed_once_it_can(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("ERR_INTERNET_DISCONNECTED|ERR_NETWORK|WebSocket")
    to = f"user:{people.alice}"
    site.do("follow", to=to, key="notes", text="before")
    page = live(desk.open(people.alice, "/follow/"))
    page.context.set_offline(True)
    site.do("follow", to=to, key="notes", text="while away")
    page.context.set_offline(False)
    expect(body(page, "notes")).to_have_text("while away")


def test_it_takes_a_snapshot_after_a_reset(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    page = live(desk.open(people.charlie, "/follow/"))
    site.do("follow", to=f"group:{people.team_name}", key="team", text="for the team")
    site.do("join_team", username=people.charlie, team=people.team_name)
    expect(body(page, "team")).to_have_text("for the team")


def test_a_visitor_sees_the_texts_of_public_rooms(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("follow", to=f"room:{people.den}", key="secret", text="not for visitors")
    page = live(desk.open(path="/follow/"))
    site.do("follow", to=f"room:{people.lobby}", key=people.lobby, text="for all who come by")
    expect(body(page, people.lobby)).to_have_text("for all who come by")
    expect(page.get_by_text("not for visitors")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(
    desk: Desk, site: Site, people: SimpleNamespace, theme: Any, width: int
) -> None:
    context = desk.context(people.bob, color_scheme=theme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto("/follow/")
    assert axe(live(page)) == []
    text = "a line of some length, as they are in logs " * 4 + "\n" + "x" * 400
    site.do("follow", to=f"user:{people.bob}", key="n" * 60, text=text + "\nand so on" * 60)
    expect(cards(page)).to_have_count(1)
    assert axe(page) == []
    assert overflow(page) <= 0
