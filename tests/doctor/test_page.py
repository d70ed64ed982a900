"""The page at /setup/ and its JSON: who may see them, what they answer, what they refuse."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from notifications import inbox
from notifications.doctor import STEPS

ADDRESSES = ("/setup/", "/api/setup/")
# What only shows through the address that people use.
MEASURED = {"buffering", "websocket", "idle", "secure", "policy"}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(alice: Any) -> Client:
    """alice, who is a superuser."""
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return signed_in(alice)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def judge(client: Client, **body: Any) -> Any:
    return client.post("/api/setup/", body, content_type="application/json")


def send(client: Client) -> Any:
    return client.post("/api/setup/send/", {}, content_type="application/json")


def test_i4_in_production_it_is_there_for_superusers_only(root: Client, bob: Any) -> None:
    bob.is_staff = True
    bob.save()
    for client in (Client(), signed_in(bob)):
        for address in ADDRESSES:
            assert client.get(address).status_code == 404
        assert client.post("/setup/").status_code == 404
        assert judge(client).status_code == send(client).status_code == 404
    missing = signed_in(bob).get("/n/999999/")
    assert signed_in(bob).get("/setup/").content == missing.content
    for address in ADDRESSES:
        assert root.get(address).status_code == 200


def test_i4_while_debugging_it_is_there_for_all_staff(
    settings: Settings, alice: Any, bob: Any
) -> None:
    settings.DEBUG = True
    alice.is_staff = True
    alice.save()
    for address in ADDRESSES:
        assert signed_in(alice).get(address).status_code == 200
        assert signed_in(bob).get(address).status_code == 404
    answer = Client().get("/setup/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/setup/")
    assert Client().get("/api/setup/").status_code == 404


def test_it_shows_every_step_with_its_state_without_javascript(root: Client) -> None:
    page = root.get("/setup/").content.decode()
    shown = re.findall(r'data-id="(\w+)" data-state="(\w+)"', page)
    assert [id for id, _ in shown] == [step.id for step in STEPS]
    states = dict(shown)
    assert {id for id, state in states.items() if state == "skipped"} == {*MEASURED, "push"}
    assert states["app"] == states["layer"] == "done"


def test_i2_it_says_that_this_server_speaks_wsgi(root: Client) -> None:
    # The client of the tests is no ASGI server.
    found = {each["id"]: each for each in judge(root).json()["findings"]}
    assert found["server"]["state"] == "problem"
    assert "No ASGI server" in found["server"]["words"]
    assert found["server"]["fix"] == "python manage.py serve"


def test_it_judges_what_a_browser_has_measured(root: Client) -> None:
    measured = {"policy": "", "secure": True}
    answer = judge(root, measured=measured, only=["policy", "secure"]).json()
    found = [(each["id"], each["state"]) for each in answer["findings"]]
    assert (answer["ok"], found) == (True, [("secure", "done"), ("policy", "todo")])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"colour": 1}, "unknown_field"),
        ({"measured": 1}, "wrong_type"),
        ({"measured": {"colour": 1}}, "unknown_field"),
        ({"measured": {"secure": "yes"}}, "wrong_type"),
        ({"only": "app"}, "wrong_type"),
        ({"only": ["nothing"]}, "wrong_type"),
        ({"only": [["app"]]}, "wrong_type"),
    ],
)
def test_it_refuses_what_it_does_not_know(root: Client, body: Any, code: str) -> None:
    answer = judge(root, **body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_it_sends_one_notification_in_place_of_the_last(root: Client, alice: Any, bob: Any) -> None:
    first, second = (send(root).json()["id"] for _ in range(2))
    assert first != second
    items = inbox.snapshot(alice)["items"]
    assert [(item["id"], item["title"]) for item in items] == [(second, "It works")]
    assert inbox.snapshot(bob)["items"] == []


def test_a_form_sends_one_too_and_leads_back(root: Client, alice: Any) -> None:
    answer = root.post("/setup/", follow=True)
    assert answer.redirect_chain == [("/setup/", 302)]
    assert "Sent. It is in your inbox." in answer.content.decode()
    assert [item["title"] for item in inbox.snapshot(alice)["items"]] == ["It works"]


def test_a_forged_form_sends_nothing(alice: Any, root: Client) -> None:
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(alice)
    assert forged.post("/setup/").status_code == 403
    assert send(forged).status_code == judge(forged).status_code == 403
    assert inbox.snapshot(alice)["items"] == []


def test_sending_is_an_action_of_which_there_are_so_many_a_minute(
    root: Client, settings: Settings
) -> None:
    settings.NOTICEBOARD = {"ACTIONS_PER_MINUTE": 1}
    assert [send(root).status_code for _ in range(3)][-1] == 429
