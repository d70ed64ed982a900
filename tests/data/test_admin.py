"""The admin hands over and deletes what is kept about a person."""

from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from notifications import log
from notifications.admin import PersonAdmin
from tests.data.conftest import NAME, where


@pytest.fixture
def boss(admin_user: Any) -> Client:
    """A browser of its own, in which the superuser is signed in."""
    browser = Client()
    browser.force_login(admin_user)
    return browser


def page(user: Any) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


def export(user: Any) -> str:
    return reverse("admin:auth_user_personal_data", args=[user.pk])


def clerk_with(*codenames: str) -> Client:
    clerk = get_user_model().objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    browser = Client()
    browser.force_login(clerk)
    return browser


def test_django_s_own_page_of_accounts_has_the_link(boss: Client, alice: Any) -> None:
    assert type(django_admin.site.get_model_admin(get_user_model())) is PersonAdmin
    shown = boss.get(page(alice)).content.decode()
    assert export(alice) in shown
    assert "Export personal data" in shown
    assert export(alice) not in boss.get(reverse("admin:auth_user_add")).content.decode()


def test_it_hands_the_data_over_as_a_file(boss: Client, alice: Any, busy: Any) -> None:
    answer = boss.get(export(alice))
    assert answer.json()["account"]["first_name"] == NAME
    assert answer.headers["Content-Disposition"] == f"attachment; filename=person-{alice.pk}.json"
    assert "no-store" in answer.headers["Cache-Control"]


def test_only_who_may_delete_an_account_exports_it(alice: Any) -> None:
    clerk = clerk_with("view_user", "change_user")
    assert clerk.get(export(alice)).status_code == 403
    assert export(alice) not in clerk.get(page(alice)).content.decode()
    assert Client().get(export(alice)).status_code == 302
    # Nor does anybody learn who there is.
    assert clerk.get(export(alice).replace(str(alice.pk), "999")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_its_delete_is_the_whole_deletion(boss: Client, alice: Any, busy: Any) -> None:
    pk, url = alice.pk, reverse("admin:auth_user_delete", args=[alice.pk])
    assert boss.get(url).status_code == 200
    assert boss.post(url, {"post": "yes"}).status_code == 302
    log.stamp()
    assert where(NAME) == where("'alice'") == set()
    # Who has deleted which account is in Django's own log of the admin.
    assert LogEntry.objects.get().object_repr == f"user.{pk}"


@pytest.mark.django_db(transaction=True)
def test_the_action_of_its_list_is_the_same(boss: Client, alice: Any, busy: Any) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [alice.pk], "post": "yes"}
    assert boss.post(reverse("admin:auth_user_changelist"), chosen).status_code == 302
    log.stamp()
    assert where(NAME) == where("'alice'") == set()
