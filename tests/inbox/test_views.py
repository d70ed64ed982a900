"""What an inbox shows, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from notifications import inbox, notify, publishing
from notifications.cursor import Cursor
from notifications.errors import BadRequest, NotFound
from notifications.models import Address, Notification, Room

pytestmark = pytest.mark.usefixtures("database")


def titles(user: Any, **query: Any) -> list[str]:
    return [item["title"] for item in inbox.snapshot(user, **query)["items"]]


def end(notification: Notification) -> None:
    Notification.objects.filter(pk=notification.pk).update(
        expires_at=timezone.now() - timedelta(minutes=1)
    )


def test_it_shows_what_is_addressed_to_a_reader_newest_first(
    alice: Any, charlie: Any, ops: Group
) -> None:
    notify("to all", to="all")
    notify("to alice", to=alice)
    notify("to ops", to=ops)
    assert titles(alice) == ["to ops", "to alice", "to all"]
    assert titles(charlie) == ["to all"]


def test_it_shows_once_what_comes_by_two_topics(alice: Any, ops: Group) -> None:
    notify("twice", to=["all", alice, ops])
    snapshot = inbox.snapshot(alice)
    assert [item["title"] for item in snapshot["items"]] == ["twice"]
    assert snapshot["unread"] == 1


def test_it_stands_where_it_came_first(alice: Any, ops: Group) -> None:
    first = notify("first", to=ops)
    notify("second", to="all")
    publishing.set_audience(first, [ops, "all"])
    first_item, second_item = reversed(inbox.snapshot(alice)["items"])
    assert (first_item["title"], second_item["title"]) == ("first", "second")
    assert first_item["position"] < second_item["position"]


def test_what_came_first_by_another_topic_takes_no_place_on_a_page(alice: Any, ops: Group) -> None:
    old = [notify(f"old {number}", to=ops) for number in range(3)]
    notify("new", to="all")
    notify("newer", to="all")
    for notification in old:
        publishing.set_audience(notification, [ops, "all"])
    assert titles(alice, limit=2) == ["newer", "new"]


def test_it_goes_on_below_a_position(alice: Any, ops: Group) -> None:
    for number in range(7):
        notify(str(number), to=[alice, ops, "all"][number % 3])
    seen: list[str] = []
    before = None
    for more in (True, True, False):
        page = inbox.snapshot(alice, limit=3, before=before)
        assert page["more"] is more
        seen += [item["title"] for item in page["items"]]
        before = page["items"][-1]["position"]
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_unread_is_what_was_not_read(alice: Any) -> None:
    read, unread = notify("read", to=alice), notify("unread", to=alice)
    inbox.read(alice, [read.pk])
    snapshot = inbox.snapshot(alice, view="unread")
    assert [item["id"] for item in snapshot["items"]] == snapshot["unread_ids"] == [unread.pk]
    assert titles(alice) == ["unread", "read"]


def test_unread_has_what_was_made_unread_below_the_mark(alice: Any) -> None:
    old = notify("old", to=alice)
    notify("middle", to=alice)
    cursor = inbox.snapshot(alice)["cursor"]
    inbox.read_all(alice, Cursor.parse(cursor))
    new = notify("new", to=alice)
    inbox.mark_unread(alice, [old.pk])
    assert inbox.unread(alice).ids == [new.pk, old.pk]
    assert titles(alice, view="unread") == ["new", "old"]


def test_done_and_snoozed_are_in_views_of_their_own(alice: Any) -> None:
    done, snoozed, _left = (notify(name, to=alice) for name in ("done", "snoozed", "left"))
    inbox.done(alice, [done.pk])
    inbox.snooze(alice, [snoozed.pk], timezone.now() + timedelta(hours=1))
    assert titles(alice) == titles(alice, view="unread") == ["left"]
    assert titles(alice, view="done") == ["done"]
    assert titles(alice, view="snoozed") == ["snoozed"]


def test_what_has_ended_is_in_a_view_of_its_own_and_counts_no_more(alice: Any) -> None:
    notify("running", to=alice)
    end(notify("ended", to=alice))
    done = notify("done", to=alice)
    inbox.done(alice, [done.pk])
    end(done)
    assert titles(alice) == ["running"]
    assert titles(alice, view="expired") == ["ended"]
    assert titles(alice, view="done") == ["done"]
    assert inbox.unread(alice).number == 1


def test_a_snooze_that_has_ended_comes_back_unread(alice: Any) -> None:
    notification = notify("later", to=alice)
    inbox.read(alice, [notification.pk])
    inbox.snooze(alice, [notification.pk], timezone.now() + timedelta(hours=1))
    alice.receipts.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert titles(alice) == titles(alice, view="unread") == ["later"]


def test_it_never_shows_what_is_retracted_or_not_published(alice: Any) -> None:
    publishing.retract(notify("retracted", to=alice))
    notify("scheduled", to=alice, at=timezone.now() + timedelta(hours=1))
    assert all(titles(alice, view=view) == [] for view in ("inbox", "unread", "done", "expired"))


def test_it_filters_by_level_text_and_topic(alice: Any, ops: Group) -> None:
    notify("Disk full", body="on *node 7*", level="critical", to=ops)
    notify("100% done", level="success", to=alice)
    notify("1000 done", level="info", to="all")
    assert titles(alice, levels=["critical", "success"]) == ["100% done", "Disk full"]
    assert titles(alice, q="NODE 7") == ["Disk full"]
    assert titles(alice, q='"100% done"') == ["100% done"]
    assert titles(alice, q="\\") == ["1000 done", "100% done", "Disk full"]
    assert titles(alice, topic=f"group.{ops.pk}") == ["Disk full"]
    assert titles(alice, topic="all", levels=["critical"]) == []


def test_a_filter_leaves_the_counts_as_they_are(alice: Any) -> None:
    notify("one", to=alice)
    notify("two", to="all")
    assert inbox.snapshot(alice, topic="all", levels=["critical"])["unread"] == 2


def test_posts_of_a_quiet_room_are_in_no_inbox(alice: Any, den: Room, loud: Room) -> None:
    publishing.post(den, "psst", user=alice)
    publishing.post(loud, "HELLO", user=alice)
    assert [item["text"] for item in inbox.snapshot(alice)["items"]] == ["HELLO"]
    assert inbox.unread(alice).number == 1


def test_a_reader_who_leaves_a_group_has_its_notifications_no_more(alice: Any, ops: Group) -> None:
    notification = notify("to ops", to=ops)
    inbox.mark_unread(alice, [notification.pk])
    alice.groups.clear()
    assert titles(alice) == []
    assert inbox.unread(alice).number == 0


def test_a_visitor_has_what_public_rooms_say(lobby: Room) -> None:
    publishing.post(lobby, "welcome")
    notify("to all", to="all")
    snapshot = inbox.snapshot(None)
    assert [item["text"] for item in snapshot["items"]] == ["welcome"]
    assert (snapshot["user"], snapshot["unread"], snapshot["unread_ids"]) == (None, 0, [])


def test_it_counts_no_further_than_the_cap(alice: Any, settings: Any) -> None:
    settings.NOTICEBOARD = {"UNREAD_CAP": 3}
    newest = [notify(str(number), to=alice).pk for number in range(5)][:1:-1]
    assert inbox.unread(alice) == (3, newest, True)


def test_it_serves_a_reader_of_more_topics_than_one_query_takes(
    alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.inbox.queries.TOPICS_AT_ONCE", 2)
    groups = [Group.objects.create(name=f"group {number}") for number in range(5)]
    alice.groups.set(groups)
    for group in groups:
        notify(group.name, to=group)
    assert titles(alice, limit=3) == ["group 4", "group 3", "group 2"]


@pytest.mark.parametrize(
    "query",
    [
        {"view": "everything"},
        {"levels": ["loud"]},
        {"q": "x" * 201},
        {"q": "\0"},
        {"q": "\ud800"},
        {"limit": 0},
        {"limit": 101},
    ],
)
def test_it_refuses_what_no_page_can_be(alice: Any, query: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        inbox.snapshot(alice, **query)


@pytest.mark.parametrize("topic", ["group.999", "user.999", "room.nowhere", "No topic", "\0", ""])
def test_a_topic_that_one_may_not_read_is_not_found(alice: Any, topic: str) -> None:
    with pytest.raises(NotFound):
        inbox.snapshot(alice, topic=topic)


def test_an_address_without_a_position_is_not_visible(alice: Any) -> None:
    notify("here", to=alice)
    Address.objects.update(position=None)
    assert titles(alice) == []
