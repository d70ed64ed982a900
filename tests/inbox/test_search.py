"""What a search finds, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from notifications import inbox, log, notify, publishing
from notifications.inbox import queries, seeking
from notifications.models import Notification, Room

pytestmark = pytest.mark.usefixtures("database")

Find = Callable[..., str]


@pytest.fixture
def find(alice: Any, bob: Any, ops: Group, loud: Room) -> Find:
    """Search in alice's inbox of six; what is found, by the first letters, newest first."""
    notify("A disk of node-7 is full", to=ops, level="critical", sender=bob)
    notify("Backup through", body="see https://ci.example.org/run/12", to=alice, link="/n/")
    notify("Chapter", body="Ünïcode, 磁盘已满 and *stars*", to="all", level="warning")
    notify("Disk_usage at 100%", to="all", acknowledge=True)
    notify("Ended", to=alice, expires=timezone.now() + timedelta(hours=1))
    publishing.post(loud, "Full of posts: disk full", user=bob)

    def found(q: str, user: Any = alice, **query: Any) -> str:
        items = inbox.snapshot(user, q=q, **query)["items"]
        return "".join((item["title"] or item["text"])[0] for item in items)

    return found


def test_it_finds_words_by_their_beginning_in_any_order(find: Find) -> None:
    assert find("disk") == "FDA"
    assert find("DIS") == "FDA"
    assert find("isk") == ""
    assert find("full disk") == "FA"
    assert find('"disk full"') == "F"
    assert find('"dis"') == ""
    assert find('"full disk"') == ""
    assert find("disk -full") == "D"
    assert find("-disk") == "ECB"
    assert find("node-7") == "A"
    assert find("example") == "B"
    assert find("12") == "B"
    assert find("100%") == "D"
    assert find("ünï") == "C"
    assert find("zzzz") == ""


def test_a_script_without_spaces_is_found_anywhere(find: Find) -> None:
    assert find("盘已") == "C"
    assert find("-磁盘") == "FEDBA"


def test_it_finds_by_level_room_topic_and_sender(find: Find, bob: Any) -> None:
    bob.first_name = "Bob"
    bob.save()
    Notification.objects.filter(title="Chapter").update(sender_name="Build robot")
    assert find("level:critical") == "A"
    assert find("level:critical level:warning") == "CA"
    assert find("-level:info") == "CA"
    assert find("room:loud") == "F"
    assert find("-room:loud") == "EDCBA"
    assert find("-room:loud disk") == "DA"
    assert find("topic:all") == "DC"
    assert find("-topic:all -room:loud") == "EBA"
    assert find("from:bob") == "FA"
    assert find("from:BOB -room:loud") == "A"
    assert find('from:"build robot"') == "C"
    assert find("-from:bob") == "EDCB"
    assert find("from:nobody") == ""
    assert find("has:link") == "B"
    assert find("-has:link disk") == "FDA"


def test_a_room_that_is_none_of_the_readers_has_a_hint(find: Find, alice: Any) -> None:
    assert find("room:attic") == ""
    assert "room:attic" in inbox.snapshot(alice, q="room:attic")["hints"][0]


def test_it_finds_by_age(find: Find) -> None:
    for days, title in ((3, "Backup"), (40, "A disk")):
        rows = Notification.objects.filter(title__startswith=title)
        rows.update(published_at=timezone.now() - timedelta(days=days))
    assert find("older:2d") == "BA"
    assert find("older:2d newer:1w") == "B"
    assert find("newer:2d disk") == "FD"
    assert find("-older:2d") == "FEDC"
    assert find("older:5y") == ""


def test_a_search_for_a_state_looks_in_its_view(find: Find, alice: Any) -> None:
    ids = {item["title"][:1]: item["id"] for item in inbox.snapshot(alice)["items"]}
    inbox.read(alice, [ids["B"]])
    inbox.acknowledge(alice, [ids["D"]])
    inbox.done(alice, [ids["C"]])
    inbox.snooze(alice, [ids["A"]], timezone.now() + timedelta(hours=1))
    assert find("is:unread") == "FE"
    assert find("-is:unread") == "DB"
    assert find("is:done") == "C"
    assert find("is:snoozed disk") == "A"
    assert find("is:acknowledged") == "D"
    assert find("-is:acknowledged") == "FEB"
    assert find("-is:done", view="done") == ""
    assert inbox.snapshot(alice, q="is:done")["view"] == "done"


def test_an_index_and_the_windows_find_the_same(
    find: Find, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches = ("disk", "full", "-disk", "from:bob", "older:1h", "zzzz", "disk -full")
    before = [find(q) for q in searches]
    monkeypatch.setattr(queries, "FIRST_WINDOW", 1)
    assert [find(q, limit=2) for q in searches] == [found[:2] for found in before]
    monkeypatch.setattr(seeking, "MOST_SOUGHT", 0)
    assert [find(q, limit=2) for q in searches] == [found[:2] for found in before]
    last = inbox.snapshot(alice, q="disk", limit=2)["items"][-1]["position"]
    assert find("disk", limit=2, before=last) == "A"


def test_what_a_search_shows_is_marked_as_read_and_nothing_else(find: Find, alice: Any) -> None:
    cursor = log.head().cursor
    assert inbox.snapshot(alice, q="disk")["unread_here"] == 3
    notify("A disk that came later", to=alice)
    assert inbox.read_shown(alice, cursor, q="disk")["changed"] == 3
    assert inbox.read_shown(alice, cursor, q="disk")["changed"] == 0
    assert find("is:unread") == "AECB"
    assert inbox.read_shown(alice, cursor, level=["warning"])["changed"] == 1
    assert inbox.read_shown(alice, cursor, view="done", q="ended")["changed"] == 0
    assert inbox.read_shown(alice, cursor)["changed"] == 1
    assert find("is:unread") == "A"
