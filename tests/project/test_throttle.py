"""Guessing passwords: after ten wrong ones the log-in is closed for this name and address."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

WRONG = settings.AXES_FAILURE_LIMIT

pytestmark = pytest.mark.django_db


def log_in(browser: Client, name: str, password: str, address: str = "203.0.113.7") -> Any:
    form = {"username": name, "password": password}
    return browser.post("/accounts/login/", form, REMOTE_ADDR=address)


@pytest.fixture
def locked(client: Client, alice: Any) -> Client:
    """A browser in which somebody has guessed alice's password too often."""
    for _attempt in range(WRONG):
        log_in(client, "alice", "guess")
    return client


def test_it_lets_in_who_knows_the_password(client: Client, alice: Any) -> None:
    for _attempt in range(WRONG - 1):
        assert log_in(client, "alice", "guess").status_code == 200
    assert log_in(client, "alice", "alice").status_code == 302


def test_it_closes_the_log_in_also_for_the_right_password(locked: Client) -> None:
    assert log_in(locked, "alice", "alice").status_code == 429


def test_it_closes_the_log_in_of_the_admin_too(locked: Client) -> None:
    form = {"username": "alice", "password": "alice"}
    response = locked.post("/admin/login/", form, REMOTE_ADDR="203.0.113.7")
    assert response.status_code == 429


def test_it_stays_open_for_others(locked: Client, bob: Any) -> None:
    assert log_in(locked, "bob", "bob").status_code == 302
    assert log_in(Client(), "alice", "alice", address="198.51.100.4").status_code == 302


def test_it_cannot_be_fooled_by_a_made_up_address(locked: Client) -> None:
    response = locked.post(
        "/accounts/login/",
        {"username": "alice", "password": "alice"},
        REMOTE_ADDR="203.0.113.7",
        headers={"X-Forwarded-For": "192.0.2.1"},
    )
    assert response.status_code == 429


def test_it_says_the_same_for_a_wrong_name_as_for_a_wrong_password(
    client: Client, alice: Any
) -> None:
    answers = [log_in(client, name, "guess") for name in ("alice", "nobody")]
    errors = [str(answer.context["form"].errors) for answer in answers]
    assert errors[0] == errors[1]
