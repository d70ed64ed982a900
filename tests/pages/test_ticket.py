"""The ticket of a page: what lets its connection in without a question to the database."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.template import Context, Template
from django.test import Client, RequestFactory

from notifications import tickets
from notifications.models import Room
from notifications.rights import admit
from tests.relay.pages import sign_in


def config_of(response: Any) -> dict[str, Any]:
    page = response.content.decode()
    found = re.search(r'id="noticeboard-config" type="application/json">(.*?)</script>', page)
    assert found is not None
    return dict(json.loads(found[1]))


def browser(user: Any) -> tuple[Client, str]:
    key = sign_in(user)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client, key


def test_a_page_has_one_for_its_reader_and_the_place_it_was_rendered_at(alice: Any) -> None:
    client, key = browser(alice)
    config = config_of(client.get("/"))
    ticket = tickets.unseal(config["ticket"], key, ())
    assert ticket is not None
    assert ticket.admission == admit(key)
    assert str(ticket.cursor) == config["cursor"]


def test_that_of_a_rooms_page_is_for_the_room_too(alice: Any) -> None:
    Room.objects.create(slug="lobby", name="Lobby", is_public=True)
    client, key = browser(alice)
    config = config_of(client.get("/rooms/lobby/"))
    assert config["topics"] == ["room.lobby"]
    ticket = tickets.unseal(config["ticket"], key, ("room.lobby",))
    assert ticket is not None
    assert "room.lobby" in ticket.admission.topics


def test_a_visitors_page_has_none(db: None) -> None:
    Room.objects.create(slug="lobby", name="Lobby", is_public=True)
    assert config_of(Client().get("/rooms/lobby/"))["ticket"] == ""


def test_none_is_made_where_they_are_switched_off(alice: Any, settings: Any) -> None:
    settings.NOTICEBOARD = {"TICKET_SECONDS": 0}
    assert config_of(browser(alice)[0].get("/"))["ticket"] == ""


@pytest.mark.parametrize("how", ["signed out", "deactivated"])
def test_what_changed_while_the_page_was_made_is_not_in_its_ticket(alice: Any, how: str) -> None:
    request = RequestFactory().get("/")
    request.user = alice
    request.COOKIES[settings.SESSION_COOKIE_NAME] = sign_in(alice)
    context = Context({"request": request})
    page = Template("{% load noticeboard %}{% noticeboard_config %}")
    assert '"ticket": ""' not in page.render(context)
    if how == "signed out":
        Session.objects.all().delete()
    else:
        type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    assert '"ticket": ""' in page.render(context)
