"""B: a notification in the pane beside the list and on its own page."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.people import Desk, live, row
from tests.support.site import Site

NARROW = {"viewport": {"width": 390, "height": 780}}


@pytest.fixture
def three(site: Site, people: SimpleNamespace) -> list[int]:
    """Three for alice's team, oldest first."""
    return [
        site.do("notify", title=title, body=f"Body of {title}.", to=people.team)
        for title in ("First", "Second", "Third")
    ]


def pane(page: Page) -> Any:
    return page.get_by_role("region", name="Notification", exact=True)


def site_url(page: Page) -> str:
    return str(page.evaluate("location.origin"))


def opened(page: Page, title: str) -> Any:
    """Open a row by its title and wait for all of it."""
    row(page, title).get_by_role("link").first.click()
    heading = pane(page).get_by_role("heading", name=title)
    expect(heading).to_be_visible()
    expect(pane(page).get_by_role("button", name="Copy link")).to_be_visible()
    return pane(page)


def test_b1_closing_gives_the_focus_back_to_the_link_of_the_row(
    desk: Desk, people: SimpleNamespace, three: list[int]
) -> None:
    page = live(desk.open(people.alice))
    shown = opened(page, "Second")
    expect(page).to_have_url(re.compile(f"/n/{three[1]}/$"))
    expect(shown.get_by_role("heading", name="Second")).to_be_focused()
    expect(shown).to_contain_text(f"Group {people.team_name} (because you are in")
    shown.get_by_role("button", name="Close").click()
    expect(pane(page)).to_be_hidden()
    expect(page.locator(f"#title-{three[1]}")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/$"))
    opened(page, "Third")
    page.go_back()
    expect(pane(page)).to_be_hidden()
    expect(page.locator(f"#title-{three[2]}")).to_be_focused()
    opened(page, "First")
    page.keyboard.press("Escape")
    expect(page.locator(f"#title-{three[0]}")).to_be_focused()


def test_b2_j_goes_to_the_next_and_back_returns_to_the_list_once(
    desk: Desk, people: SimpleNamespace, three: list[int]
) -> None:
    page = live(desk.open(people.alice))
    shown = opened(page, "Third")
    expect(page.locator("[data-badge]").first).to_have_text("2")
    page.keyboard.press("j")
    expect(shown.get_by_role("heading", name="Second")).to_be_focused()
    expect(page).to_have_url(re.compile(f"/n/{three[1]}/$"))
    page.keyboard.press("j")
    expect(shown.get_by_role("heading", name="First")).to_be_focused()
    page.keyboard.press("k")
    expect(shown).to_contain_text("Body of Second.")
    expect(shown.get_by_role("button", name="Mark read")).to_be_visible()
    expect(page.locator("[data-badge]").first).to_have_text("2")
    page.go_back()
    expect(pane(page)).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/$"))
    page.go_forward()
    expect(pane(page)).to_contain_text("Body of Second.")
    page.reload()
    expect(live(page).get_by_role("heading", name="Second")).to_be_visible()
    page.go_back()
    expect(live(page).get_by_role("heading", name="Notifications", level=1)).to_be_visible()


def test_the_keys_of_the_list_act_on_what_is_shown(
    desk: Desk, people: SimpleNamespace, three: list[int]
) -> None:
    page = live(desk.open(people.alice))
    shown = opened(page, "Second")
    expect(shown.get_by_role("button", name="Mark unread")).to_be_visible()
    page.keyboard.press("Shift+U")
    expect(shown.get_by_role("button", name="Mark read")).to_be_visible()
    page.keyboard.press("e")
    expect(row(page, "Second")).to_have_count(0)
    expect(shown.get_by_role("button", name="Move to inbox")).to_be_visible()
    expect(row(page, "First")).to_be_visible()
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_b2_j_works_on_a_narrow_page_too(
    desk: Desk, people: SimpleNamespace, three: list[int]
) -> None:
    page = live(desk.open(people.alice, **NARROW))
    row(page, "Third").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Third")).to_be_visible()
    live(page).keyboard.press("j")
    expect(page.get_by_role("heading", name="Second")).to_be_focused()
    expect(page).to_have_url(re.compile(f"/n/{three[1]}/$"))
    page.go_back()
    expect(page.get_by_role("heading", name="Notifications", level=1)).to_be_visible()


def test_b3_what_is_anothers_looks_like_what_is_not_there(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("404")
    his = site.do("notify", title="Secret", to=people.bob_topic)
    gone = site.do("notify", title="Gone", to=people.alice_topic)
    site.do("retract", id=gone)
    page = desk.context(people.alice).new_page()
    answers = [page.request.get(f"/n/{id}/{part}") for id in (his, gone) for part in ("", "pane/")]
    assert [answer.status for answer in answers] == [404] * 4
    assert answers[0].text() == answers[2].text()
    assert answers[1].text() == answers[3].text()
    page.goto(f"/n/{his}/")
    expect(page.locator("body")).to_contain_text(
        "This notification no longer exists or isn't addressed to you."
    )
    site.do("notify", title="Hers", to=people.alice_topic)
    page.goto("/")
    page.route(
        re.compile("/pane/"), lambda route: route.continue_(url=f"{site_url(page)}/n/{his}/pane/")
    )
    row(live(page), "Hers").get_by_role("link").first.click()
    expect(pane(page).get_by_role("heading", name="Nothing here")).to_be_focused()
    expect(pane(page)).to_contain_text("no longer exists or isn't addressed to you")


def test_b4_a_double_click_is_one_post(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    actions = [
        {"label": "Approve", "do": "test.approve"},
        {"label": "See it", "url": "https://example.org/4.2"},
    ]
    id = site.do("notify", title="Deploy", actions=actions, to=people.team)
    page = live(desk.open(people.alice))
    shown = opened(page, "Deploy")
    posts = []
    held: list[Route] = []
    page.on("request", lambda sent: posts.append(sent.url) if "/actions/" in sent.url else None)
    page.route(re.compile("/actions/"), lambda route: held.append(route))
    button = shown.get_by_role("button", name="Approve")
    button.dblclick()
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_text("Approve")
    page.wait_for_function("() => document.querySelector('.button.pending')")
    held[0].continue_()
    expect(shown.locator(".offer-said").first).to_contain_text(re.compile(r"Done at \d\d:\d\d"))
    expect(shown.locator(".offer-said").first).to_contain_text("Approved by Alice")
    button.click(force=True)
    assert len(posts) == 1
    assert site.do("outcomes", id=id) == ["test.approve: Approved by Alice"]
    link = shown.get_by_role("link", name="See it")
    expect(link).to_have_attribute("href", "https://example.org/4.2")
    again = live(desk.open(people.alice, f"/n/{id}/"))
    expect(again.locator(".offer-said").first).to_contain_text("Approved by Alice")


def test_it_says_why_an_action_failed_and_lets_it_be_tried_again(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("409")
    actions = [{"label": "Restart", "do": "test.refuse"}]
    id = site.do("notify", title="Down", actions=actions, to=people.alice_topic)
    page = live(desk.open(people.alice, f"/n/{id}/"))
    page.get_by_role("button", name="Restart").click()
    said = page.locator(".offer-said")
    expect(said).to_have_text("Failed: The build is gone. Try again.")
    expect(page.get_by_role("button", name="Restart")).not_to_have_attribute(
        "aria-disabled", "true"
    )
    assert site.do("outcomes", id=id) == []


def test_b6_a_hostile_body_is_inert_and_stays_inside(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    body = "\n\n".join(
        [
            "<script>document.title = 'taken'</script>",
            "[link](javascript:alert(1)) <img src=x onerror=alert(1)>",
            "\u202etxet desrever",
            "x" * 4_000,
            "`" + "y" * 2_000 + "`",
            "word " * 700,
        ]
    )
    assert len(body) > 9_500
    site.do("notify", title="z" * 120, body=body, to=people.alice_topic)
    for options in ({}, NARROW):
        page = live(desk.open(people.alice, **options))
        row(page, "zzz").get_by_role("link").first.click()
        expect(page.locator("#note .prose")).to_contain_text("txet desrever")
        assert "taken" not in page.title()
        assert page.locator("#note .prose :is(script, img, [onerror])").count() == 0
        assert page.locator("#note [href^='javascript']").count() == 0
        assert "\u202e" not in page.locator("#note .prose").inner_text()
        fits = "(e => e.scrollWidth <= e.clientWidth + 1)"
        assert page.evaluate(f"{fits}(document.documentElement)")
        assert page.evaluate(f"{fits}(document.querySelector('#note'))")
