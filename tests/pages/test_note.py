"""What the page of a notification says besides its text, and its forms without JavaScript."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from notifications import inbox, preferences, publishing
from notifications.models import Membership, Notification, Outcome, Room
from notifications.testing import stamped_events
from notifications.views.differences import difference
from tests.pages.conftest import Say
from tests.support import offers

APPROVE = {"label": "Approve", "do": "test.approve"}

assert offers


@pytest.fixture
def ops(alice: Any, bob: Any) -> Group:
    group = Group.objects.create(name="Ops")
    group.user_set.add(alice, bob)
    return group


def page(browse: Any, user: Any, notification: Notification, part: str = "") -> str:
    text: str = browse(user).get(f"/n/{notification.pk}/{part}").content.decode()
    return " ".join(text.split())


def test_it_says_by_which_way_it_came_and_not_who_else_has_it(
    browse: Any, say: Say, alice: Any, charlie: Any, ops: Group
) -> None:
    room = Room.objects.create(slug="den", name="Den", is_public=False)
    Membership.objects.create(room=room, user=alice)
    said = say("Hello", to=[ops, "room:den", charlie])
    hers = page(browse, alice, said)
    assert "Group Ops (because you are in Ops)" in hers
    assert "Room #den (because you are in it)" in hers
    assert "charlie" not in hers
    his = page(browse, charlie, said)
    assert "<bdi>You</bdi>" in his
    assert "Ops" not in his
    assert "<bdi>Everyone</bdi>" in page(browse, alice, say("All", to="all"))


def test_the_pane_is_the_same_without_the_frame(browse: Any, say: Say, alice: Any) -> None:
    said = say("Beside", body="**Text**", to=alice)
    part = page(browse, alice, said, "pane/")
    assert part.startswith("<article")
    assert "<strong>Text</strong>" in part
    assert "noticeboard-config" not in part


def test_it_says_the_zone_of_its_times(browse: Any, say: Say, alice: Any) -> None:
    assert "(UTC)</time>" in page(browse, alice, say("Now", to=alice))


def test_a_form_does_what_the_sender_offers(browse: Any, say: Say, alice: Any) -> None:
    said = say("Deploy", to=alice, actions=[APPROVE, {"label": "See it", "url": "/x/"}])
    assert 'href="/x/" rel="noopener noreferrer nofollow"' in page(browse, alice, said)
    client = browse(alice)
    with stamped_events():
        answer = client.post(f"/n/{said.pk}/actions/0/", {"do": "test.approve"}, follow=True)
    text = " ".join(answer.content.decode().split())
    assert answer.redirect_chain == [(f"/n/{said.pk}/", 302)]
    assert text.count("Approved by alice") == 2
    assert 'aria-disabled="true"' in text
    assert client.post(f"/n/{said.pk}/actions/1/").status_code == 404
    assert Outcome.objects.count() == 1


def test_a_form_mutes_a_topic_and_no_longer(browse: Any, say: Say, alice: Any, ops: Group) -> None:
    said = say("Noise", to=ops)
    topic = f"group.{ops.pk}"
    client = browse(alice)
    for on, muted in (("1", (topic,)), ("0", ())):
        with stamped_events():
            client.post(f"/n/{said.pk}/mute/", {"topic": topic, "on": on})
        assert preferences.of(alice).muted == muted
    assert client.post(f"/n/{said.pk}/mute/", {"topic": "all", "on": "1"}).status_code == 404


def test_it_offers_no_mute_for_what_is_hers_alone_or_mandatory(
    browse: Any, say: Say, settings: Any, alice: Any
) -> None:
    assert "data-mute=" not in page(browse, alice, say("Hers", to=alice))
    said = say("All", to="all")
    assert 'data-mute="all"' in page(browse, alice, said)
    settings.NOTICEBOARD = {**settings.NOTICEBOARD, "MANDATORY": ["all"]}
    assert "data-mute=" not in page(browse, alice, said)


def test_it_shows_what_an_edit_has_changed(browse: Any, say: Say, alice: Any) -> None:
    said = say("Lift", body="It is out of order.", to=alice)
    with stamped_events():
        publishing.edit(said, title="The <lift>", body="It is in order.")
    text = page(browse, alice, said)
    assert "<del>Lift</del><ins>The &lt;lift&gt;</ins>" in text
    assert "<del>out of</del><ins>in</ins>" in text


def test_long_texts_are_compared_by_lines() -> None:
    before = "\n".join(f"line {number} of many" for number in range(400))
    after = before.replace("line 7 of", "line seven of")
    changed = [piece for piece in difference(before, after) if piece.kind != "same"]
    assert [piece.text for piece in changed] == ["line 7 of many\n", "line seven of many\n"]


def test_only_staff_see_how_many_have_acknowledged(
    browse: Any, say: Say, alice: Any, bob: Any, ops: Group
) -> None:
    said = say("Rules", to=ops, acknowledge=True)
    with stamped_events():
        inbox.acknowledge(bob, [said.pk])
    assert "acknowledged</p>" not in page(browse, alice, said)
    alice.is_staff = True
    alice.save()
    assert "1 of 2 acknowledged</p>" in page(browse, alice, said)


def test_what_waits_for_its_acknowledgement_cannot_be_done_until_it_has_ended(
    browse: Any, say: Say, alice: Any
) -> None:
    said = say("Rules", to=alice, acknowledge=True)
    assert 'data-do="done" disabled' in page(browse, alice, said)
    Notification.objects.filter(pk=said.pk).update(expires_at=timezone.now())
    text = page(browse, alice, said)
    assert 'data-do="done" disabled' not in text
    assert 'data-do="acknowledge" disabled' in text
