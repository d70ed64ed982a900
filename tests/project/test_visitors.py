"""The address that log-in throttling counts by cannot be chosen by whoever asks."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from project.visitors import client_address


def address(forwarded: str = "", remote: str = "10.0.0.9") -> str | None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


def test_it_ignores_the_header_without_a_proxy(settings: Settings) -> None:
    settings.PROXIES = 0
    assert address("1.1.1.1") == "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        (2, "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "203.0.113.7"),
        (1, "", "10.0.0.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
    ],
)
def test_it_takes_what_the_nearest_proxies_saw(
    settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.PROXIES = proxies
    assert address(forwarded) == expected


def test_it_knows_no_address_on_a_unix_socket(settings: Settings) -> None:
    settings.PROXIES = 0
    assert address(remote="") is None
