"""GET /n/<id>/: one notification in full."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications import inbox, retract
from notifications.models import Event, Mark, Notification, Receipt
from notifications.testing import stamped_events
from tests.pages.conftest import Say


def test_it_shows_the_body_as_clean_html_and_the_link(browse: Any, say: Say, alice: Any) -> None:
    said = say(
        "Read this",
        body="**Bold** <script>alert(1)</script> [bad](javascript:alert(2))",
        link="https://example.org/more",
        to=alice,
    )
    page = browse(alice).get(f"/n/{said.pk}/").content.decode()
    assert "<strong>Bold</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    assert 'href="https://example.org/more" rel="noopener noreferrer nofollow"' in page


def test_it_changes_nothing(browse: Any, say: Say, alice: Any) -> None:
    said = say("Only looked at", to=alice)
    before = (Event.objects.count(), Receipt.objects.count(), list(Mark.objects.values()))
    client = browse(alice)
    client.get(f"/n/{said.pk}/")
    client.head(f"/n/{said.pk}/")
    after = (Event.objects.count(), Receipt.objects.count(), list(Mark.objects.values()))
    assert after == before


def test_it_gives_the_same_answer_for_what_is_not_there_and_what_is_not_hers(
    browse: Any, say: Say, alice: Any, bob: Any
) -> None:
    hers = say("Gone", to=alice)
    his = say("Not hers", to=bob)
    later = say("Not yet", to=alice, at=timezone.now() + timedelta(hours=1))
    with stamped_events():
        retract(hers)
    client = browse(alice)
    pages = [
        client.get(f"/n/{number}/") for number in (hers.pk, his.pk, later.pk, 10**6, 10**30, 0)
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1


def test_it_sends_a_visitor_to_the_log_in(client: Client, say: Say, alice: Any) -> None:
    said = say("Private", to=alice)
    assert client.get(f"/n/{said.pk}/").status_code == 302


def test_it_offers_ends_of_a_snooze_before_the_notification_ends(
    browse: Any, say: Say, alice: Any
) -> None:
    forever = say("Long", to=alice)
    brief = say("Brief", to=alice, expires=timezone.now() + timedelta(minutes=30))
    client = browse(alice)
    assert "In 1 hour" in client.get(f"/n/{forever.pk}/").content.decode()
    assert "In 1 hour" not in client.get(f"/n/{brief.pk}/").content.decode()


def test_it_offers_to_acknowledge_what_asks_for_it(browse: Any, say: Say, alice: Any) -> None:
    asks = say("Asks", to=alice, acknowledge=True)
    client = browse(alice)
    assert 'data-do="acknowledge" >' in client.get(f"/n/{asks.pk}/").content.decode()
    with stamped_events():
        inbox.acknowledge(alice, [asks.pk])
    assert 'data-do="acknowledge" hidden>' in client.get(f"/n/{asks.pk}/").content.decode()


@pytest.mark.parametrize("title", ["", "A title"])
def test_it_always_has_a_heading(browse: Any, say: Say, alice: Any, title: str) -> None:
    said = say(title, body="Some text", to=alice)
    page = browse(alice).get(f"/n/{said.pk}/").content.decode()
    assert f'data-slot="title">{title or "Some text"}</h2>' in page


def test_it_says_when_it_has_ended(browse: Any, say: Say, alice: Any) -> None:
    said = say("Over", to=alice, expires=timezone.now() + timedelta(hours=1))
    Notification.objects.filter(pk=said.pk).update(expires_at=timezone.now())
    page = browse(alice).get(f"/n/{said.pk}/").content.decode()
    assert 'data-slot="ends" >Ended' in page
