"""Answers, reactions, own edits and deletions, reports: who may, and what readers are told."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from notifications import log, notify, publishing
from notifications.errors import BadNotification, BadRequest, Conflict, Forbidden, NotFound
from notifications.models import Event, Membership, Notification, Post, Reaction, Report, Room
from notifications.posts import REACTIONS, author_of, author_tag
from notifications.publishing import (
    delete_post,
    edit_post,
    moderate,
    post,
    react,
    report,
    reporting,
    source,
)
from notifications.publishing.reacting import MOST_AUTHORS
from tests.publishing.conftest import Told
from tests.support.threads import at_once

VISITOR = "0123456789abcdef"


def test_an_author_has_one_tag_in_a_room_and_another_elsewhere(alice: Any, bob: Any) -> None:
    tags = {author_tag(slug, author_of(user)) for slug in ("den", "lobby") for user in (alice, bob)}
    assert len(tags) == 4
    assert all(len(tag) == 12 for tag in tags)
    assert author_tag("den", author_of(alice)) == author_tag("den", author_of(alice))
    assert author_tag("den", author_of(AnonymousUser())) == ""


def test_an_answer_quotes_what_it_answers(told: Told, alice: Any, bob: Any, den: Room) -> None:
    told()
    first = post(den, "Who takes the **plants**? " + "Nobody. " * 30, user=alice).pk
    post(den, "I do.", user=bob, reply_to=first)
    asked, answered = (event.data["post"] for event in told())
    assert asked == {
        "author": author_tag("den", author_of(alice)),
        "reply_to": None,
        "reactions": {},
    }
    quote = answered["reply_to"]
    assert (quote["id"], quote["sender"]) == (first, "alice")
    assert quote["text"].startswith("Who takes the plants?")
    assert quote["text"].endswith("…")
    assert len(quote["text"]) <= 120


def test_it_answers_only_what_the_room_shows(alice: Any, den: Room, lobby: Room) -> None:
    Membership.objects.create(room=lobby, user=alice)
    gone = post(den, "gone", user=alice)
    publishing.retract(gone)
    for id in (gone.pk, post(lobby, "elsewhere", user=alice).pk, 10**9):
        with pytest.raises(NotFound):
            post(den, "Indeed", user=alice, reply_to=id)
    assert not Post.objects.filter(reply_to__isnull=False).exists()


def test_what_is_deleted_is_quoted_nowhere_any_more(
    database: str, told: Told, alice: Any, bob: Any, den: Room
) -> None:
    secret = post(den, "the secret", user=alice).pk
    answer = post(den, "Hush!", user=bob, reply_to=secret).pk
    edit_post(den, answer, "Hush, hush!", bob)
    react(den, secret, "👀", True, bob)
    log.stamp()
    delete_post(den, secret, alice)
    blank = {"id": secret, "sender": "", "text": ""}
    said = [event.data["post"]["reply_to"] for event in told() if event.data.get("id") == answer]
    assert said == [blank, blank]
    assert "secret" not in "".join(Event.objects.values_list("data", flat=True))
    about = Event.objects.filter(notification_id=secret).exclude(type="notification.retracted")
    assert set(about.values_list("data", flat=True)) == {"{}"}


def test_authors_edit_their_own_posts_and_nobody_elses(
    told: Told, alice: Any, bob: Any, charlie: Any, den: Room
) -> None:
    id = post(den, "*one*", user=alice).pk
    told()
    assert source(den, id, alice) == "*one*"
    assert edit_post(den, id, "two", alice).edited_at is not None
    (event,) = told()
    assert (event.type, event.data["text"]) == ("notification.updated", "two")
    bob.is_staff = True
    for user, error in ((bob, Forbidden), (charlie, NotFound), (None, NotFound)):
        with pytest.raises(error):
            edit_post(den, id, "three", user)
        with pytest.raises(error):
            source(den, id, user)
    assert told() == []


@pytest.mark.parametrize("text", ["", " \n ", "x" * 4001])
def test_an_edit_is_checked_like_a_post(text: str, alice: Any, den: Room) -> None:
    id = post(den, "one", user=alice).pk
    with pytest.raises(BadNotification):
        edit_post(den, id, text, alice)


def test_who_may_not_post_may_not_edit_but_may_delete(alice: Any, den: Room) -> None:
    id = post(den, "one", user=alice).pk
    Room.objects.update(is_closed=True)
    den.refresh_from_db()
    with pytest.raises(Forbidden):
        edit_post(den, id, "two", alice)
    delete_post(den, id, alice)
    assert Notification.objects.get(pk=id).retracted_at is not None


def test_what_is_deleted_is_not_there_any_more(alice: Any, den: Room) -> None:
    id = post(den, "one", user=alice).pk
    delete_post(den, id, alice)
    for late in (
        lambda: delete_post(den, id, alice),
        lambda: edit_post(den, id, "two", alice),
        lambda: react(den, id, "👍", True, alice),
        lambda: report(den, id, "Rude", alice),
        lambda: source(den, id, alice),
    ):
        with pytest.raises(NotFound):
            late()


def test_a_visitor_edits_and_deletes_by_the_session(lobby: Room) -> None:
    mine = post(lobby, "mine", visitor=VISITOR).pk
    nobodys = post(lobby, "nobody's").pk
    assert edit_post(lobby, mine, "mine still", None, VISITOR)
    for id, visitor in ((mine, "another"), (mine, ""), (nobodys, ""), (nobodys, VISITOR)):
        with pytest.raises(Forbidden):
            delete_post(lobby, id, None, visitor)
    delete_post(lobby, mine, None, VISITOR)


def test_staff_delete_any_post(alice: Any, bob: Any, den: Room) -> None:
    id = post(den, "one", user=alice).pk
    with pytest.raises(Forbidden):
        delete_post(den, id, bob)
    bob.is_staff = True
    delete_post(den, id, bob)


def test_a_reaction_is_told_as_a_whole(told: Told, alice: Any, bob: Any, den: Room) -> None:
    id = post(den, "one", user=alice).pk
    told()
    changes = [
        react(den, id, emoji, on, user)
        for emoji, on, user in (
            *(("👍", True, alice), ("👍", True, alice), ("👍", True, bob)),
            *(("🎉", True, bob), ("👍", False, alice), ("👍", False, alice)),
        )
    ]
    assert changes == [True, False, True, True, True, False]
    one, two = (author_tag("den", author_of(user)) for user in (alice, bob))
    assert [event.data for event in told()] == [
        {"id": id, "reactions": {"👍": [one]}},
        {"id": id, "reactions": {"👍": [one, two]}},
        {"id": id, "reactions": {"👍": [one, two], "🎉": [two]}},
        {"id": id, "reactions": {"👍": [two], "🎉": [two]}},
    ]


@pytest.mark.parametrize("emoji", ["", "x", "👎", "👍👍", "👍\ufe0f", "❤"])
def test_it_knows_six_reactions(emoji: str, alice: Any, den: Room) -> None:
    id = post(den, "one", user=alice).pk
    with pytest.raises(BadRequest):
        react(den, id, emoji, True, alice)
    assert [react(den, id, each, True, alice) for each in REACTIONS] == [True] * 6


def test_who_takes_no_part_does_not_react(alice: Any, charlie: Any, den: Room, lobby: Room) -> None:
    Membership.objects.create(room=lobby, user=alice)
    inside, outside = post(den, "one", user=alice).pk, post(lobby, "two", user=alice).pk
    for user in (charlie, None):
        with pytest.raises(NotFound):
            react(den, inside, "👍", True, user)
    with pytest.raises(Forbidden):
        react(lobby, outside, "👍", True, None)
    assert react(lobby, outside, "👍", True, None, VISITOR)
    lobby.anonymous_posts = False
    with pytest.raises(Forbidden):
        react(lobby, outside, "👍", True, charlie)
    lobby.is_closed = True
    with pytest.raises(Forbidden):
        react(lobby, outside, "👍", True, alice)


def test_readers_react_to_announcements(alice: Any, charlie: Any, den: Room) -> None:
    charlie.is_staff = True
    charlie.save()
    den.announcement_only = True
    den.save()
    id = post(den, "News", user=charlie).pk
    assert react(den, id, "🎉", True, alice)
    with pytest.raises(Forbidden):
        edit_post(den, id, "Olds", alice)


def test_what_others_read_too_takes_no_reactions(alice: Any, den: Room) -> None:
    here, wider = notify("Here", to=den).pk, notify("Wider", to=[den, alice]).pk
    assert react(den, here, "👍", True, alice)
    with pytest.raises(Forbidden):
        react(den, wider, "👍", True, alice)


def test_so_many_react_alike_and_no_more(alice: Any, den: Room) -> None:
    id = post(den, "one", user=alice).pk
    Reaction.objects.bulk_create(
        Reaction(post_id=id, emoji="👍", author=f"visitor.{n}") for n in range(MOST_AUTHORS)
    )
    with pytest.raises(Conflict):
        react(den, id, "👍", True, alice)
    assert react(den, id, "🎉", True, alice)


def test_reactions_at_once_are_all_told(database: str, told: Told, lobby: Room) -> None:
    id = post(lobby, "one").pk
    told()
    visitors = [f"{number:016}" for number in range(6)]
    at_once(*(lambda v=v: react(lobby, id, "👍", True, None, v) for v in visitors))
    counts = [len(event.data["reactions"]["👍"]) for event in told()]
    assert counts == [1, 2, 3, 4, 5, 6]


def test_the_same_reaction_at_once_is_one(database: str, told: Told, lobby: Room) -> None:
    id = post(lobby, "one").pk
    told()
    done = at_once(*[lambda: react(lobby, id, "👍", True, None, VISITOR)] * 4)
    assert sorted(done) == [False, False, False, True]
    assert len(told()) == 1


def test_an_edit_and_a_deletion_at_once_end_with_the_deletion(
    database: str, told: Told, alice: Any, bob: Any, den: Room
) -> None:
    bob.is_staff = True
    bob.save()
    for turn in range(4):
        id = post(den, "one", user=alice).pk
        answer = post(den, "indeed", user=bob, reply_to=id).pk

        def edit(id: int = id, turn: int = turn) -> None:
            try:
                edit_post(den, id, f"secret {turn}", alice)
            except NotFound:
                pass  # The deletion came first.

        at_once(
            edit,
            lambda id=id: moderate(den, "delete", bob, id),
            lambda answer=answer: edit_post(den, answer, "so it is", bob),
        )
        last = [event for event in told() if event.data.get("id") == answer][-1]
        assert last.data["post"]["reply_to"] == {"id": id, "sender": "", "text": ""}
    assert "secret" not in "".join(Event.objects.values_list("data", flat=True))


def test_a_post_is_reported_once_by_each(alice: Any, bob: Any, charlie: Any, den: Room) -> None:
    id = post(den, "one", user=alice).pk
    assert report(den, id, "Rude\nand loud", bob) is True
    assert report(den, id, "Rude again", bob) is False
    assert report(den, id, "Not true", alice) is True
    with pytest.raises(NotFound):
        report(den, id, "Rude", charlie)
    for reason in ("", " \n", "x" * 501):
        with pytest.raises(BadRequest):
            report(den, id, reason, bob)
    assert set(Report.objects.values_list("author", "reason")) == {
        (author_of(bob), "Rude and loud"),
        (author_of(alice), "Not true"),
    }


def test_a_report_is_told_to_nobody_and_settled_once(
    told: Told, alice: Any, bob: Any, den: Room
) -> None:
    id = post(den, "one", user=alice).pk
    told()
    report(den, id, "Rude", bob)
    assert told() == []
    ids = list(Report.objects.values_list("pk", flat=True))
    assert [reporting.settle(ids, alice) for _ in range(2)] == [1, 0]
    assert Report.objects.get().settled_by == alice
