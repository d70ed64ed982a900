"""The page of the preferences as the server makes it, and its form as it is sent without script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from notifications import preferences
from notifications.models import Membership, Room
from notifications.topics import user_topic

pytestmark = pytest.mark.django_db

Browse = Callable[[Any], Client]
PAGE = "/preferences/"


@pytest.fixture
def form(alice: Any) -> dict[str, Any]:
    """What the form sends when nothing of it was changed."""
    topics = ["all", user_topic(alice)]
    return {
        **{"topics": topics, "muted": topics, "desktop_off": topics},
        **{"toasts": "success", "density": "cosy", "relative_times": "true", "zone": "UTC"},
        **{"shortcuts": "on", "critical_ignores_quiet": "on"},
    }


def test_a_form_as_it_was_chooses_nothing(browse: Browse, alice: Any, form: Any) -> None:
    response = browse(alice).post(PAGE, form)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    mine = preferences.of(alice)
    assert preferences.of(None).wire() | {"version": mine.version} == mine.wire()


def test_e6_a_form_saves_all_of_it_at_once(browse: Browse, alice: Any, form: Any) -> None:
    room = Room.objects.create(slug="den", name="Den", notify="all")
    Membership.objects.create(room=room, user=alice)
    hours = {"from-0": "22:00", "to-0": "07:00", "zone": "Asia/Tokyo"}
    levels = {"rooms:den": "none", "default:den": "all"}
    form |= {"density": "compact", "muted": ["all"], **hours, **levels}
    del form["shortcuts"]
    page = browse(alice).post(PAGE, form, follow=True).content.decode()
    assert "Saved." in page
    assert 'data-density="compact"' in page
    mine = preferences.of(alice)
    assert (mine.density, mine.shortcuts, mine.rooms) == ("compact", False, {"den": "none"})
    assert mine.muted == ("room.den", user_topic(alice))
    assert mine.quiet == {"zone": "Asia/Tokyo", "days": {"0": [["22:00", "07:00"]]}}


def test_e6_what_is_wrong_is_said_and_nothing_is_saved(
    browse: Browse, alice: Any, form: Any
) -> None:
    page = browse(alice).post(PAGE, form | {"density": "compact", "from-0": "22:00"}, follow=True)
    assert "Not saved: Give each day one pair of hours" in page.content.decode()
    assert preferences.of(alice).density == "cosy"


@pytest.mark.parametrize(
    ("choice", "on"), [("30", True), ("day", True), ("off", False), ("x", False)]
)
def test_e6_a_button_turns_do_not_disturb_on_and_off(
    browse: Browse, alice: Any, form: Any, choice: str, on: bool
) -> None:
    browse(alice).post(PAGE, form | {"dnd": choice})
    assert (preferences.of(alice).dnd_until is not None) is on


def test_e6_a_button_takes_a_choice_back(browse: Browse, alice: Any, form: Any) -> None:
    sent = form | {"density": "compact", "muted": []}
    browse(alice).post(PAGE, sent)
    browse(alice).post(PAGE, sent | {"reset": "muted:all"})
    assert preferences.of(alice).muted == (user_topic(alice),)
    browse(alice).post(PAGE, sent | {"reset": "density"})
    assert preferences.of(alice).density == "cosy"
    page = browse(alice).post(PAGE, sent | {"reset": "colour"}, follow=True).content.decode()
    assert "Not saved:" in page


def test_e3_a_forged_form_does_not_change_what_is_required(
    browse: Browse, alice: Any, form: Any, settings: Any
) -> None:
    settings.NOTICEBOARD = {"MANDATORY": ("all", "critical"), "ACTIONS_PER_MINUTE": 10_000}
    client = browse(alice)
    page = client.get(PAGE).content.decode()
    locked = [tag for tag in re.findall(r"<input[^>]*switch[^>]*>", page) if "disabled" in tag]
    assert len(locked) == 5  # everyone and critical in both columns, and ignoring quiet hours
    assert all("checked" in tag for tag in locked)
    assert page.count("Required by your administrators") == 3
    refused = client.post(PAGE, form | {"muted": []}, follow=True).content.decode()
    assert "Not saved: Required by your administrators." in refused
    del form["critical_ignores_quiet"]
    client.post(PAGE, form)
    assert preferences.of(alice).critical_ignores_quiet is True
    assert preferences.of(alice).muted == ()


def test_it_is_in_the_menu_and_in_the_config_of_every_page(browse: Browse, alice: Any) -> None:
    preferences.change(alice, {"relative_times": False})
    page = browse(alice).get("/").content.decode()
    assert 'id="preferences-link" href="/preferences/"' in page
    assert 'data-times="absolute"' in page
    assert '"relative_times": false' in page
