"""A snapshot and the events since are what a fresh snapshot is, for what many do in a row."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group
from django.utils import timezone

from notifications import inbox, notify, notify_many, publishing
from notifications.models import Room
from tests.oracle.page import Open, head

HOUR = timedelta(hours=1)


def test_it_holds_for_rooms(
    transactional_db: None, alice: Any, charlie: Any, lobby: Room, den: Room, open_page: Open
) -> None:
    member, outsider, visitor = (open_page(user) for user in (alice, charlie, AnonymousUser()))
    first = publishing.post(lobby, "hello")
    publishing.post(den, "psst", user=alice)
    publishing.post(lobby, "welcome", user=alice)
    lobby.description = "For everybody"
    lobby.save()
    for page in (member, outsider, visitor):
        page.check()
    assert (len(member.titles()), len(outsider.titles()), len(visitor.titles())) == (2, 0, 2)
    assert (member.unread, visitor.unread) == (2, 0)
    publishing.retract(first)
    for page in (member, outsider, visitor):
        page.check()
        assert page.resyncs == 0


def test_it_holds_when_a_reader_comes_and_goes(
    transactional_db: None, alice: Any, charlie: Any, ops: Group, three: list[int], open_page: Open
) -> None:
    page = open_page(charlie)
    ops.user_set.add(charlie)
    page.check()
    assert page.titles() == ["to ops", "to all"]
    notify("another", to=ops)
    page.check()
    ops.user_set.remove(charlie)
    page.check()
    assert page.titles() == ["to all"]
    assert page.resets == 2


def test_it_holds_with_more_unread_than_are_counted(
    transactional_db: None, alice: Any, open_page: Open
) -> None:
    sent = notify_many({"title": str(number), "to": alice} for number in range(130))
    ids = [notification.pk for notification in sent]
    page = open_page(alice)
    assert page.unread == 100
    for portion in (ids[:20], ids[20:40], ids[100:120], ids[40:100]):
        inbox.read(alice, portion)
        page.check()
    assert page.unread == 10
    inbox.read_all(alice, head())
    page.check()
    assert page.unread == 0


def test_it_holds_when_the_mark_moves_along(
    transactional_db: None, alice: Any, open_page: Open
) -> None:
    sent = notify_many({"title": str(number), "to": "all"} for number in range(60))
    ids = [notification.pk for notification in sent]
    pages = [open_page(alice), open_page(alice, limit=100), open_page(alice, view="unread")]
    inbox.snooze(alice, ids[3:4], timezone.now() + HOUR)
    for number in range(0, 60, 10):
        inbox.read(alice, ids[number : number + 10])
        for page in pages:
            page.check()
    inbox.unsnooze(alice, ids[3:4])
    for page in pages:
        page.check()
    assert alice.mark.read_to > 0


def test_it_holds_when_a_post_is_addressed_to_more_people(
    transactional_db: None, alice: Any, charlie: Any, den: Room, open_page: Open
) -> None:
    post = publishing.post(den, "psst", user=alice)
    for number in range(4):
        notify(str(number), to="all")
    pages = [open_page(alice), open_page(alice, limit=2), open_page(charlie)]
    publishing.set_audience(post, [den, charlie])
    for page in pages:
        page.check()
    assert [page.unread for page in pages] == [5, 5, 5]
