"""Everything that people write, made to be run as code: it is shown as text, wherever it comes to.

A page that runs any of it opens a dialog, or its policy reports it: either fails the test.
"""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.people import Desk
from tests.support.site import Site

#: One of them in `make test`, the others in `make test-ui`.
OTHERS = [pytest.param(each, marks=pytest.mark.ui) for each in ("sse", "long-polling", "polling")]
CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '"><iframe srcdoc="<script>alert(1)</script>">',
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<details open ontoggle=alert(1)>",
    "<a href=javascript:alert(1)>click</a>",
    "[click](javascript:alert(1)) [click](JaVaScRiPt&colon;alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    '![x](x" onerror="alert(1))',
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)}",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example><input type=submit>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
]
#: What none of it may have become.
ALIVE = (
    "main :is(script:not([type], [src^='/static/']), iframe, svg animate, base, meta, [onerror],"
    " [onload], [ontoggle], [srcdoc], [href^='javascript' i], [href^='data:text' i],"
    " form[action*='evil'])"
)
NAME = "<img src=x onerror=alert(1)>"
#: The longest title there may be.
TITLE = 200


@pytest.fixture
def executed() -> list[str]:
    return []


def watched(desk: Desk, username: str, executed: list[str]) -> BrowserContext:
    """A browser of somebody's that notes every dialog, and what it asks of other sites."""
    context = desk.context(username)
    context.on("dialog", lambda dialog: (executed.append(dialog.message), dialog.dismiss()))
    context.on(
        "request",
        lambda request: executed.append(request.url) if "evil.example" in request.url else None,
    )
    return context


@pytest.mark.parametrize("transport", ["websocket", *OTHERS])
def test_d12_it_is_text_in_the_list_the_toast_and_the_note(
    desk: Desk, site: Site, people: SimpleNamespace, executed: list[str], transport: str
) -> None:
    page = watched(desk, people.alice, executed).new_page()
    page.goto(f"/?transport={transport}")
    expect(page.locator(".chip")).to_have_attribute("data-state", re.compile("live|delayed"))
    for number, text in enumerate(CORPUS):
        site.do(
            "notify",
            title=f"{number} {text}"[:TITLE],
            body=text,
            level="critical" if number == 0 else "info",
            sender_name=NAME,
            to=people.alice_topic,
        )
    for number, text in enumerate(CORPUS):
        expect(page.locator("#feed .item-title a").filter(has_text=f"{number} {text}"[:40]).first
               ).to_be_visible()  # fmt: skip
    assert page.locator(ALIVE).count() == 0
    assert executed == []


def test_d12_it_is_text_on_every_page_that_shows_it(
    desk: Desk, site: Site, people: SimpleNamespace, executed: list[str]
) -> None:
    whole = "\n\n".join(CORPUS)
    site.do("make_staff", username=people.alice, root=True)
    id = site.do("notify", title=CORPUS[0], body=whole, sender_name=NAME, to=people.alice_topic)
    for text in CORPUS:
        site.do("post", room=people.den, text=text, username=people.bob)
    page = watched(desk, people.alice, executed).new_page()
    for path in (
        "/",
        f"/n/{id}/",
        f"/rooms/{people.den}/",
        f"/?q={'%3Cscript%3Ealert(1)%3C/script%3E'}",
        "/admin/notifications/notification/",
        f"/admin/notifications/notification/{id}/change/",
        f"/admin/notifications/room/?q=%22%3E{'%3Csvg/onload=alert(1)%3E'}",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        page.wait_for_load_state("load")
        found = page.locator(ALIVE).evaluate_all("all => all.map(each => each.outerHTML)")
        assert found == [], path
    assert executed == []
