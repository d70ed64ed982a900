"""Choosing an audience by typing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Room
from tests.admin.conftest import allow

SEARCH = reverse("admin:notifications_notification_audience")

pytestmark = pytest.mark.django_db


def found(browser: Client, term: str, **query: Any) -> list[str]:
    results = browser.get(SEARCH, {"term": term, **query}).json()["results"]
    return [result["text"] for result in results]


def test_it_offers_everyone_first(admin: Client, alice: Any, ops: Any, lobby: Room) -> None:
    assert found(admin, "") == [
        "Everyone",
        "ops (group)",
        "#lobby",
        "admin",
        "Alice Liddell (alice)",
    ]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("every", ["Everyone"]),
        ("all", ["Everyone"]),
        ("OPS", ["ops (group)"]),
        ("#lob", ["#lobby"]),
        ("liddell al", ["Alice Liddell (alice)"]),
        ("nobody", []),
        ("%", []),
        ("\0", ["Everyone", "ops (group)", "#lobby", "admin", "Alice Liddell (alice)"]),
    ],
)
def test_it_finds_by_every_word(
    admin: Client, alice: Any, ops: Any, lobby: Room, term: str, expected: list[str]
) -> None:
    assert found(admin, term) == expected


def test_it_answers_with_topics(admin: Client, alice: Any) -> None:
    results = admin.get(SEARCH, {"term": "alice"}).json()["results"]
    assert results == [{"id": f"user.{alice.pk}", "text": "Alice Liddell (alice)"}]


def test_it_leaves_out_who_is_not_active(admin: Client, alice: Any) -> None:
    alice.is_active = False
    alice.save()
    assert found(admin, "alice") == []


def test_it_pages_through_many(admin: Client, django_user_model: Any) -> None:
    django_user_model.objects.bulk_create(
        django_user_model(username=f"reader{number:02}") for number in range(45)
    )
    pages = [admin.get(SEARCH, {"term": "reader", "page": page}).json() for page in (1, 2, 3)]
    assert [len(page["results"]) for page in pages] == [20, 20, 5]
    assert [page["pagination"]["more"] for page in pages] == [True, True, False]


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "²"])
def test_it_bears_any_page_number(admin: Client, page: str) -> None:
    assert admin.get(SEARCH, {"term": "", "page": page}).status_code == 200


def test_it_tells_nobody_else_who_there_is(client: Client, clerk: Any) -> None:
    assert client.get(SEARCH).status_code == 302
    client.force_login(clerk)
    assert client.get(SEARCH).status_code == 403
    allow(clerk, "view_notification")
    assert client.get(SEARCH).status_code == 403
