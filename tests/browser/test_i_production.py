"""The setup page with the files of production, and what it says when they are gone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import Desk, live
from tests.support.joined import joined_site
from tests.support.site import Site

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = joined_site(tmp_path_factory.mktemp("static"), options={"HEARTBEAT_SECONDS": 1})
    running.run("demo")
    yield running
    running.close()


def test_it_is_there_for_a_superuser_and_its_modules_can_be_had(desk: Desk, site: Site) -> None:
    page = live(desk.open("admin", "/setup/"))
    expect(page.locator("#step-idle")).to_have_attribute("data-state", "done")
    expect(page.locator("#step-static")).to_contain_text("modules have an address, and the first")
    expect(page.locator("#step-static")).to_have_attribute("data-state", "done")
    expect(page.locator("#step-policy")).to_have_attribute("data-state", "done")
    page.get_by_role("button", name="Send myself a notification").click()
    expect(page.locator("#arrived")).to_have_text(re.compile(r"^Arrived in \d+ ms"))


def test_i4_it_is_not_there_for_other_staff(desk: Desk, site: Site) -> None:
    desk.allow("404")
    page = desk.context("alice").new_page()
    answer = page.goto("/setup/")
    assert answer is not None
    assert answer.status == 404
