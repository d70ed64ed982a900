"""Somebody who has used everything there is, and what the tests of personal data look at."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS
from django.test import Client
from django.utils import timezone

from notifications import following, inbox, log, notify, outcomes, preferences, publishing
from notifications.models import Look, Mute, Notification, Room
from notifications.offers import register_action
from tests.publishing.conftest import den, told

__all__ = ["den", "told"]

# A name that nothing else in the tables has.
NAME = "Zarathustra"
ADDRESS = "192.0.2.77"


def everything() -> dict[str, str]:
    """All rows of all tables, as text, by the table's name."""
    return {
        model._meta.label: repr(list(model._default_manager.using(DEFAULT_DB_ALIAS).values_list()))
        for model in apps.get_models()
    }


def where(text: str) -> set[str]:
    """The tables in which a text stands."""
    return {label for label, rows in everything().items() if text in rows}


def _thanks(user: Any, notification: Notification) -> str:
    return f"Thank you, {NAME}"


@pytest.fixture
def busy(alice: Any, bob: Any, den: Room, client: Client) -> dict[str, int]:
    """What alice, called `NAME`, has done: ids of notifications by what they are."""
    alice.first_name, alice.is_staff = NAME, True
    alice.save()
    register_action("data.thank", _thanks)
    client.force_login(alice)
    attempt = {"username": "alice", "password": "wrong"}
    Client().post("/accounts/login/", attempt, REMOTE_ADDR=ADDRESS)
    both = notify("To both", to=[alice, bob], actions=[{"do": "data.thank", "label": "Thank"}])
    alone = notify(f"For {NAME} alone", to=alice)
    sent = notify("Sent to all", to="all", sender=alice)
    publishing.edit(sent, title="Sent to everybody")
    posted = publishing.post(den, "I was here @bob", user=alice)
    answer = publishing.post(den, "So was I", user=bob, reply_to=posted.pk)
    taken_back = publishing.post(den, "I was not there", user=alice)
    publishing.delete_post(den, taken_back.pk, alice)
    publishing.react(den, answer.pk, "🎉", True, alice)
    publishing.report(den, answer.pk, f"{NAME} finds it rude", alice)
    Mute.objects.create(
        room=den, author=f"user.{alice.pk}", until=timezone.now() + timedelta(hours=1)
    )
    following.tell(alice, f"{NAME}'s build", key="build")
    Look.objects.create(name=f"user.{alice.pk}")
    log.stamp()
    inbox.read(alice, [both.pk])
    inbox.read_all(alice, log.head().cursor)
    inbox.save_view(alice, f"{NAME}'s view", "level=critical")
    inbox.once(alice, "key-1", lambda: {"ok": NAME})
    outcomes.take(alice, both.pk, 0)
    preferences.change(alice, {"density": "compact"})
    log.stamp()
    return {
        "both": both.pk,
        "alone": alone.pk,
        "sent": sent.pk,
        "posted": posted.pk,
        "answer": answer.pk,
        "taken_back": taken_back.pk,
    }
