"""The search, saved views and deep links, as the server renders them."""

from typing import Any

import pytest

from notifications import inbox
from tests.pages.conftest import Say
from tests.pages.test_inbox import shown


def test_a11_a_deep_link_renders_the_same_list_on_the_server(
    browse: Any, say: Say, alice: Any
) -> None:
    read = say("Read", to=alice, level="critical")
    say("Two", to=alice, level="critical")
    say("Other", to=alice, level="info")
    say("One", to="all", level="critical")
    inbox.read(alice, [read.pk])
    client = browse(alice)
    answer = client.get("/api/inbox/?view=unread&level=critical").json()
    titles = [item["title"] for item in answer["items"]]
    assert shown(client, "/?view=unread&level=critical") == titles == ["One", "Two"]
    page = client.get("/?view=unread&level=critical").content.decode()
    assert 'aria-current="page"' in page
    assert "Mark 2 read" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("level:critical", ["Disk full"]),
        ("-disk", ["Backup through"]),
        ("level:high", ["Backup through", "Disk full"]),
        ("is:done", []),
    ],
)
def test_it_searches_with_terms(
    browse: Any, say: Say, alice: Any, query: str, expected: list[str]
) -> None:
    say("Disk full", to=alice, level="critical")
    say("Backup through", to=alice)
    assert shown(browse(alice), f"/?q={query}") == expected


def test_a_term_that_is_not_understood_has_a_hint_beside_the_list(browse: Any, alice: Any) -> None:
    page = browse(alice).get("/?q=level:high").content.decode()
    assert "“level:high” was left out: level: is one of info, success, warning, critical." in page


def test_a_view_is_saved_shown_and_removed_by_forms(browse: Any, alice: Any, bob: Any) -> None:
    client = browse(alice)
    saved = client.post("/views/", {"name": "<Fires>", "query": "level=critical&q=-room%3Aci"})
    assert saved["Location"] == "/?level=critical&q=-room%3Aci"
    page = client.get(saved["Location"]).content.decode()
    assert '<span dir="auto">&lt;Fires&gt;</span>' in page
    assert 'name="query" value="level=critical&amp;q=-room%3Aci"' in page
    (view,) = inbox.saved_views(alice)
    assert browse(bob).post(f"/views/{view['id']}/remove/").status_code == 404
    assert client.post(f"/views/{view['id']}/remove/")["Location"] == "/"
    assert inbox.saved_views(alice) == []


def test_a_view_without_a_name_or_filters_is_refused(browse: Any, alice: Any) -> None:
    client = browse(alice)
    assert client.post("/views/", {"name": "", "query": "view=done"}).status_code == 400
    assert client.post("/views/", {"name": "x", "query": ""}).status_code == 400


def test_who_has_dealt_with_all_learns_how_many_are_done(browse: Any, say: Say, alice: Any) -> None:
    inbox.done(alice, [say("One", to=alice).pk])
    response = browse(alice).get("/")
    assert (response.context["empty"], response.context["done_count"]) == ("handled", "1")
