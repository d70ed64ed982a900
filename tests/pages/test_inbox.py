"""GET /: the list as the server renders it."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications import inbox
from notifications.testing import stamped_events
from tests.pages.conftest import Say

TITLE = re.compile(r'<a id="title-\d+"[^>]*>([^<]*)</a>')


def shown(client: Client, address: str = "/") -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    page = response.content.decode().split('<template id="item-template">')[0]
    return TITLE.findall(page)


def test_it_sends_a_visitor_to_the_log_in(client: Client) -> None:
    response = client.get("/?view=unread")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/%3Fview%3Dunread"


def test_it_lists_the_newest_first_and_only_what_is_addressed_to_the_reader(
    browse: Any, say: Say, alice: Any, bob: Any
) -> None:
    say("First", to=alice)
    say("Not hers", to=bob)
    say("Second", to="all")
    assert shown(browse(alice)) == ["Second", "First"]


def test_it_shows_the_unread_count_in_title_header_and_filter(
    browse: Any, say: Say, alice: Any
) -> None:
    say("One", to=alice)
    say("Two", to=alice)
    page = browse(alice).get("/").content.decode()
    assert "<title>(2) Notifications – Noticeboard</title>" in page
    assert 'data-badge >2</span><span class="vh" data-unread-name>2 unread</span>' in page
    assert "data-unread-count>2</span>" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["critical", "warning", "info"]),
        ("?level=warning", ["warning"]),
        ("?level=warning&level=info", ["warning", "info"]),
        ("?level=nonsense&view=nonsense&before=nonsense", ["critical", "warning", "info"]),
        ("?q=CRIT", ["critical"]),
        ("?q=%00", ["critical", "warning", "info"]),
        ("?view=unread&level=critical", ["critical"]),
        ("?view=done", []),
        ("?before=9999999999999999999999", ["critical", "warning", "info"]),
        ("?before=٣", ["critical", "warning", "info"]),
    ],
)
def test_it_filters_by_the_address(
    browse: Any, say: Say, alice: Any, query: str, expected: list[str]
) -> None:
    for level in ("info", "warning", "critical"):
        say(level, level=level, to=alice)
    assert shown(browse(alice), f"/{query}") == expected


def test_it_answers_404_for_a_topic_the_reader_may_not_read(
    browse: Any, alice: Any, bob: Any
) -> None:
    client = browse(alice)
    assert client.get(f"/?topic=user.{bob.pk}").status_code == 404
    assert client.get("/?topic=../etc").status_code == 404
    assert client.get(f"/?topic=user.{alice.pk}").status_code == 200


def test_its_links_keep_the_other_filters(browse: Any, alice: Any) -> None:
    page = browse(alice).get("/?view=unread&level=info&q=tea").content.decode()
    assert 'href="/?view=done&amp;level=info&amp;q=tea"' in page
    assert 'href="/?view=unread&amp;level=info&amp;level=warning&amp;q=tea"' in page
    assert 'href="/?view=unread&amp;q=tea" aria-current="true"' in page
    assert '<input type="hidden" name="level" value="info">' in page


def test_it_offers_the_older_ones(browse: Any, say: Say, alice: Any, settings: Any) -> None:
    settings.NOTICEBOARD = {"PAGE_SIZE": 2}
    for number in range(3):
        say(f"Number {number}", to=alice)
    client = browse(alice)
    page = client.get("/?level=info").content.decode()
    address = re.search(r'id="older" href="([^"]+)"', page)
    assert address is not None
    assert shown(client, address[1].replace("&amp;", "&")) == ["Number 0"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "No notifications yet"),
        ("?view=unread", "You're all caught up"),
        ("?level=info", "Nothing matches these filters"),
        ("?view=snoozed", "Nothing here"),
    ],
)
def test_it_has_words_for_each_kind_of_emptiness(
    browse: Any, alice: Any, query: str, words: str
) -> None:
    page = browse(alice).get(f"/{query}").content.decode()
    found = re.findall(r'data-empty="\w+" >\s*<span[^>]*>.*?</span>\s*<h2>([^<]*)', page)
    assert found == [words]
    assert 'role="feed"' not in page


def test_it_says_that_all_is_handled_when_all_is_done(browse: Any, say: Say, alice: Any) -> None:
    with stamped_events():
        inbox.done(alice, [say("Done soon", to=alice).pk])
    page = browse(alice).get("/").content.decode()
    assert 'data-empty="handled" >' in page


def test_it_escapes_everything_that_people_write(browse: Any, say: Say, alice: Any) -> None:
    say("<script>alert(1)</script>", body="<img src=x onerror=alert(2)>", to=alice)
    page = browse(alice).get("/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_its_config_is_the_snapshot_it_was_rendered_from(browse: Any, say: Say, alice: Any) -> None:
    say("</script><script>alert(1)</script>", to=alice)
    page = browse(alice).get("/").content.decode()
    found = re.search(r'id="noticeboard-config" type="application/json">(.*?)</script>', page)
    assert found is not None
    config = json.loads(found[1])
    assert config["cursor"] == config["snapshot"]["cursor"]
    assert config["snapshot"]["items"][0]["title"] == "</script><script>alert(1)</script>"
    assert config["user"] == {"id": alice.pk, "name": "alice"}
    assert config["urls"]["ws"] == "/ws/"
    assert config["csrf_cookie"] == "csrftoken"


def test_it_is_never_stored_and_has_no_inline_script(browse: Any, alice: Any) -> None:
    response = browse(alice).get("/")
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    policy = response["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "script-src 'self'" in policy
    page = response.content.decode()
    scripts = re.findall(r"<script(?![^>]*application/json)[^>]*>([^<]*)</script>", page)
    assert set(scripts) == {""}
    assert not re.search(r"\s(style|on\w+)=", page.split("noticeboard-config")[0])


def test_it_names_the_day_once(browse: Any, say: Say, alice: Any) -> None:
    say("One", to=alice)
    say("Two", to=alice)
    page = browse(alice).get("/").content.decode()
    assert page.count('data-slot="day" >Today</p>') == 1


def test_it_shows_what_only_time_changes(browse: Any, say: Say, alice: Any) -> None:
    snoozed = say("Sleeping", to=alice)
    say("Ending", to=alice, expires=timezone.now() + timedelta(hours=2))
    with stamped_events():
        inbox.snooze(alice, [snoozed.pk], timezone.now() + timedelta(hours=1))
    client = browse(alice)
    assert shown(client) == ["Ending"]
    assert shown(client, "/?view=snoozed") == ["Sleeping"]
    assert 'item-ends" data-slot="ends" >Ends' in client.get("/").content.decode()


def test_it_shows_a_number_above_the_cap_as_such(
    browse: Any, say: Say, alice: Any, settings: Any
) -> None:
    settings.NOTICEBOARD = {"UNREAD_CAP": 3}
    for number in range(5):
        say(f"Number {number}", to=alice)
    page = browse(alice).get("/").content.decode()
    assert "<title>(2+) " in page
    assert "3 or more unread" in page


def test_it_refuses_to_be_posted_to(browse: Any, alice: Any) -> None:
    assert browse(alice).post("/").status_code == 405
