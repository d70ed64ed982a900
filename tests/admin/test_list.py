"""The list of notifications: states, filters, steps for many, and what is not offered."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from notifications import notify, retract
from notifications.models import Notification, State
from tests.admin.conftest import told

LIST = reverse("admin:notifications_notification_changelist")

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_of_each(db: None) -> dict[str, Notification]:
    """A notification in every state, under the name of the state."""
    now = timezone.now()
    hour = timedelta(hours=1)
    each = {
        "draft": Notification(title="A draft", is_draft=True),
        "scheduled": notify("Scheduled", to="all", at=now + hour),
        "live": notify("Live", to="all"),
        "expired": notify("Expired", to="all", at=now - 2 * hour, expires=now - hour),
        "retracted": notify("Retracted", to="all"),
    }
    each["draft"].save()
    retract(each["retracted"])
    return each


def shown(response: Any) -> list[str]:
    return [row.current_state for row in response.context["cl"].result_list]


def act(browser: Client, name: str, *chosen: Notification, **fields: str) -> Any:
    ids = [row.pk for row in chosen]
    return browser.post(LIST, {"action": name, "_selected_action": ids, **fields})


def test_it_shows_the_state_of_each(admin: Client, one_of_each: dict[str, Any]) -> None:
    response = admin.get(LIST)
    assert sorted(shown(response)) == sorted(State.values)
    for state in State:
        assert f'<span class="badge state {state.value}">{state.label}</span>' in (
            response.content.decode()
        )


@pytest.mark.parametrize("state", State.values)
def test_it_filters_by_state(admin: Client, one_of_each: dict[str, Any], state: str) -> None:
    response = admin.get(LIST, {"state": state})
    assert [row.pk for row in response.context["cl"].result_list] == [one_of_each[state].pk]


def test_it_ignores_a_state_that_does_not_exist(admin: Client, one_of_each: dict[str, Any]) -> None:
    assert len(shown(admin.get(LIST, {"state": "lost"}))) == len(State)


def test_it_costs_as_many_queries_for_one_as_for_many(
    admin: Client, alice: Any, ops: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        notify(f"Number {number}", to=["user:alice", "group:ops", "all"])
    with django_assert_max_num_queries(20):
        page = admin.get(LIST).content.decode()
    assert "Alice Liddell" in page


def test_it_shows_hostile_text_as_text(admin: Client) -> None:
    notify("<script>alert(1)</script>", to="all")
    page = admin.get(LIST).content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_it_asks_before_it_retracts(admin: Client, live: Notification) -> None:
    response = act(admin, "retract", live)
    assert "This cannot be undone" in response.content.decode()
    live.refresh_from_db()
    assert live.state is State.LIVE


def test_it_retracts_many(admin: Client, one_of_each: dict[str, Any]) -> None:
    response = act(admin, "retract", *one_of_each.values(), sure="yes")
    assert response.status_code == 302
    states = {row.title: row.state for row in Notification.objects.all()}
    assert states.pop("A draft") is State.DRAFT
    assert set(states.values()) == {State.RETRACTED}


def test_it_publishes_many(admin: Client, one_of_each: dict[str, Any]) -> None:
    one_of_each["draft"].addresses.create(topic="all")
    act(admin, "publish", one_of_each["draft"], one_of_each["scheduled"], sure="yes")
    for state in ("draft", "scheduled"):
        one_of_each[state].refresh_from_db()
        assert one_of_each[state].state is State.LIVE


def test_it_says_why_one_could_not_be_published(admin: Client, one_of_each: dict[str, Any]) -> None:
    act(admin, "publish", one_of_each["draft"], sure="yes")
    assert "audience" in admin.get(LIST).content.decode()
    one_of_each["draft"].refresh_from_db()
    assert one_of_each["draft"].state is State.DRAFT


def test_it_never_offers_to_delete_many(admin: Client, live: Notification) -> None:
    assert "delete_selected" not in admin.get(LIST).content.decode()
    act(admin, "delete_selected", live, post="yes")
    assert Notification.objects.filter(pk=live.pk).exists()


def test_it_deletes_a_draft_but_nothing_that_was_published(
    admin: Client, one_of_each: dict[str, Any]
) -> None:
    for state, expected in (("draft", 302), ("scheduled", 302), ("live", 403), ("expired", 403)):
        row = one_of_each[state]
        url = reverse("admin:notifications_notification_delete", args=[row.pk])
        assert admin.post(url, {"post": "yes"}).status_code == expected, state
    assert told().count("notification.retracted") == 1
