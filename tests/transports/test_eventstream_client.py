"""django-eventstream's own JavaScript client, in a browser, on our endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import launch
from tests.support.site import Site

CLIENT = "/static/django_eventstream/reconnecting-eventsource.js"
LISTEN = """
() => {
  window.told = [];
  window.source = new ReconnectingEventSource("/events/", {max_retry_time: 100});
  for (const name of ["stream-open", "message", "stream-reset", "keep-alive"])
    window.source.addEventListener(name, event =>
      window.told.push({name, id: event.lastEventId, data: event.data}));
}
"""
#: What a proxy that fails does to EventSource: it gives up, and the client begins anew.
GIVE_UP = "() => { source._eventSource.close(); source._eventSource.onerror(new Event('error')); }"


@pytest.fixture
def page(site: Site, people: SimpleNamespace) -> Iterator[Page]:
    """A page of the site with alice's session and the client."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(base_url=f"http://{site.address()}")
        context.add_cookies(
            [
                {
                    "name": "sessionid",
                    "value": people.session["alice"],
                    "url": f"http://{site.address()}",
                }
            ]
        )
        page = context.new_page()
        page.goto("/accounts/login/")
        page.add_script_tag(url=CLIENT)
        yield page
        browser.close()


def wait_for(page: Page, text: str) -> None:
    page.wait_for_function(
        "text => told.some(each => each.name === 'message' && each.data.includes(text))", arg=text
    )


def test_it_reads_our_stream_and_comes_back_by_our_cursor(
    site: Site, people: SimpleNamespace, page: Page
) -> None:
    page.evaluate(LISTEN)
    page.wait_for_function("() => told.some(each => each.name === 'stream-open')")
    site.do("notify", title="first", to=[people.alice_topic])
    wait_for(page, "first")
    page.evaluate(GIVE_UP)
    site.do("notify", title="second", to=[people.alice_topic])
    wait_for(page, "second")
    told = page.evaluate("() => told.filter(each => each.name === 'message')")
    assert [each["id"] for each in told] == list(dict.fromkeys(each["id"] for each in told))
    assert sum("first" in each["data"] for each in told) == 1
    assert not page.evaluate("() => told.some(each => each.name === 'stream-reset')")
