"""What happens on one page is seen on the others, and what was missed comes."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Desk, choose, live, row, titles
from tests.support.site import Site


@pytest.fixture(scope="module")
def admin(site: Site) -> str:
    site.environment["DJANGO_SUPERUSER_PASSWORD"] = "admin"
    site.run("createsuperuser", "--noinput", "--username", "admin", "--email", "a@example.org")
    return "admin"


def test_it_signs_in_with_djangos_field_names(desk: Desk, admin: str) -> None:
    page = desk.open(path="/")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/"))
    page.fill("input[name=username]", admin)
    page.fill("input[name=password]", "admin")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Notifications", level=1)).to_be_visible()
    page.locator(".menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Noticeboard")).to_be_visible()


def test_it_shows_two_people_what_the_admin_writes(
    desk: Desk, people: SimpleNamespace, admin: str
) -> None:
    alice, bob = (live(desk.open(name)) for name in (people.alice, people.bob))
    writer = desk.open(admin, "/admin/notifications/notification/add/")
    title = f"Written in the admin {people.team}"
    writer.fill("#id_title", title)
    writer.fill("#id_body", "Seen without a **reload**.")
    address(writer, people.team_name)
    writer.locator("[name=_save]").first.click()
    for page in (alice, bob):
        expect(titles(page).first).to_have_text(title)
        expect(page).to_have_title(re.compile(r"^\(\d+\) Notifications"))


def address(page: Page, name: str) -> None:
    """Choose the audience as one does, by typing. Not everyone: the other tests share the site."""
    page.locator(".select2-selection").first.click()
    page.keyboard.type(name)
    page.locator(".select2-results__option", has_text=name).first.click()


def test_it_brings_exactly_the_three_that_were_written_while_it_was_offline(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("ERR_INTERNET_DISCONNECTED|WebSocket")
    page = live(desk.open(people.alice))
    site.do("notify", title="Before", to=people.alice_topic)
    expect(row(page, "Before")).to_be_visible()
    before = titles(page).all_inner_texts()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator(".chip")).to_contain_text("Offline")
    for number in (1, 2, 3):
        site.do("notify", title=f"While away {number}", to=people.alice_topic)
    page.context.set_offline(False)
    live(page)
    expect(titles(page)).to_have_text(
        ["While away 3", "While away 2", "While away 1", *before], use_inner_text=True
    )
    expect(page.locator("#offline")).to_be_hidden()


def test_it_marks_read_and_done_on_every_page_of_the_person_and_of_nobody_else(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    site.do("notify", title="For both", to=[people.alice_topic, people.bob_topic])
    one, two = (live(desk.open(people.alice)) for _ in range(2))
    bob = live(desk.open(people.bob))
    for page in (one, two, bob):
        expect(page.locator("[data-badge]")).to_have_text("1")
    choose(one, "For both", "Mark read")
    for page in (one, two):
        expect(page.locator("[data-badge]")).to_be_hidden()
        expect(page).to_have_title(re.compile(r"^Notifications"))
    row(two, "For both").hover()
    row(two, "For both").get_by_role("button", name="Done").click()
    for page in (one, two):
        expect(row(page, "For both")).to_have_count(0)
        expect(page.get_by_role("heading", name="You're all caught up")).to_be_visible()
    expect(row(bob, "For both")).to_have_attribute("data-unread", "")


def test_it_marks_all_read_and_says_so_everywhere(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    for number in range(3):
        site.do("notify", title=f"One of many {number}", to=people.alice_topic)
    one, two = (live(desk.open(people.alice)) for _ in range(2))
    expect(two.locator("[data-badge]")).to_have_text("3")
    one.get_by_role("button", name="Mark 3 read").click()
    for page in (one, two):
        expect(page.locator("[data-badge]")).to_be_hidden()
        expect(page.locator("#mark-all")).to_be_hidden()
        expect(page.locator("#feed article")).to_have_count(3)
        expect(page.locator("#feed article[data-unread]")).to_have_count(0)


def test_it_follows_an_edit_and_a_withdrawal(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = live(desk.open(people.alice))
    one = site.do("notify", title="Wrong word", to=people.alice_topic)
    expect(row(page, "Wrong word")).to_be_visible()
    site.do("edit", id=one, title="Right word")
    expect(row(page, "Right word")).to_contain_text("Edited")
    site.do("retract", id=one)
    expect(row(page, "Right word")).to_have_count(0)
    expect(page.locator("[data-badge]")).to_be_hidden()


def test_it_takes_away_what_has_expired_without_a_reload(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    page = live(desk.open(people.alice))
    site.do("notify", title="Soon over", to=people.alice_topic, expires=4)
    expect(row(page, "Soon over")).to_be_visible()
    expect(row(page, "Soon over")).to_have_count(0)
    expect(page.locator("[data-badge]")).to_be_hidden()


def test_it_shows_a_banner_for_what_is_critical_and_a_toast_for_what_is_not_in_sight(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    first = site.do("notify", title="Being read", body="Long.", to=people.alice_topic)
    page = live(desk.open(people.alice, f"/n/{first}/"))
    site.do("notify", title="Just so", level="info", to=people.alice_topic)
    site.do("notify", title="It worked", level="success", to=people.alice_topic)
    site.do("notify", title="It burns", level="critical", to=people.alice_topic)
    toasts = page.get_by_role("region", name="Recent notifications")
    expect(toasts.get_by_role("link", name="It worked")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_text("Critical: It burns")
    banners = page.get_by_role("region", name="Critical notifications")
    expect(banners.get_by_role("link", name="It burns")).to_be_visible()
    expect(toasts.get_by_role("link", name="Just so")).to_have_count(0)
    expect(page.locator("#polite")).to_contain_text("1 new notification")
    banners.get_by_role("button", name="Dismiss: It burns").click()
    expect(banners.get_by_role("link")).to_have_count(0)


def test_it_marks_read_what_was_looked_at(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    one = site.do("notify", title="Read me", body="**Here**", to=people.alice_topic)
    page = live(desk.open(people.alice, f"/n/{one}/"))
    expect(page.get_by_role("button", name="Mark unread")).to_be_visible()
    expect(page.locator("[data-badge]")).to_be_hidden()


def test_it_shows_live_what_a_reload_shows(desk: Desk, site: Site, people: SimpleNamespace) -> None:
    page = live(desk.open(people.alice))
    for level in ("info", "success", "warning", "critical"):
        site.do("notify", title=level, body="Some *text*", level=level, to=people.alice_topic)
    site.do("notify", title="", body="No title", to=[people.alice_topic], expires=3600)
    site.do("notify", title="To the team", to=f"group:{people.team_name}")
    expect(page.locator("#feed article")).to_have_count(6)
    lived = rows_of(page)
    page.reload()
    live(page)
    assert rows_of(page) == lived


def rows_of(page: Page) -> str:
    html: str = page.locator("#feed").evaluate("""(feed) => {
        const copy = feed.cloneNode(true);
        for (const row of copy.children) row.classList.remove("arrived");
        for (const plain of copy.querySelectorAll("noscript")) plain.remove();
        for (const time of copy.querySelectorAll("time")) time.textContent = "";
        for (const element of copy.querySelectorAll("*")) {
            const names = element.getAttributeNames().sort();
            const kept = names.map((name) => [name, element.getAttribute(name)]);
            for (const name of names) element.removeAttribute(name);
            for (const [name, value] of kept) element.setAttribute(name, value);
        }
        return copy.innerHTML.replace(/>\\s+/g, ">").replace(/\\s+</g, "<");
    }""")
    return html


def test_it_stops_and_says_so_when_the_person_is_signed_out(
    desk: Desk, site: Site, people: SimpleNamespace
) -> None:
    desk.allow("WebSocket|401")
    page = live(desk.open(people.alice))
    key = next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")
    site.do("sign_out", session_key=key)
    expect(page.locator(".chip")).to_contain_text("Signed out")
    expect(page.get_by_role("alert")).to_contain_text("You've been signed out")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.locator("#mark-all")).to_be_hidden()
