"""Guessing passwords: after ten wrong ones the log-in is closed for this name and address."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from notifications.transports.limits import Allowance
from project import guessing

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


def test_it_counts_by_the_address_that_our_proxy_saw(
    client: Client, alice: Any, settings: Any
) -> None:
    """Behind nginx every request comes from nginx, and what a client says of itself is no use."""
    settings.PROXIES = 1

    def attempt(password: str, address: str, said: str) -> int:
        form = {"username": "alice", "password": password}
        headers = {"X-Forwarded-For": f"{said}, {address}"}
        answer = client.post("/accounts/login/", form, REMOTE_ADDR="127.0.0.1", headers=headers)
        return int(answer.status_code)

    for number in range(WRONG):
        attempt("guess", "203.0.113.7", f"192.0.2.{number}")
    assert attempt("alice", "203.0.113.7", "198.51.100.1") == 429
    assert attempt("alice", "198.51.100.4", "203.0.113.7") == 302


@pytest.fixture
def few_failures(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many failures an address has in this test; none of them so far."""
    monkeypatch.setattr(guessing, "failures", Allowance(lambda: 20, guessing.SECONDS))
    return 20


def test_one_password_cannot_be_tried_on_many_names(
    client: Client, alice: Any, few_failures: int
) -> None:
    for number in range(few_failures):
        log_in(client, f"name{number}", "alice")
    # No more is told than that the password is wrong.
    refused, wrong = log_in(client, "alice", "alice"), log_in(Client(), "alice", "no", "192.0.2.9")
    assert refused.status_code == wrong.status_code == 200
    assert str(refused.context["form"].errors) == str(wrong.context["form"].errors)
    assert log_in(Client(), "alice", "alice", address="198.51.100.4").status_code == 302


def test_who_signs_in_rightly_is_not_counted(client: Client, alice: Any, few_failures: int) -> None:
    for _ in range(few_failures + 1):
        assert log_in(Client(), "alice", "alice").status_code == 302
