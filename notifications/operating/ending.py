"""Ending connections: what an operator orders, told to every process through the log."""

from __future__ import annotations

import logging
import re
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from notifications import journal, log, sessions
from notifications.errors import BadRequest, Forbidden, NotFound
from notifications.events import CONNECTIONS_ENDED
from notifications.publishing import rights_changed
from notifications.topics import ALL, user_topic

VIEW = "notifications.view_process"
DISCONNECT = "notifications.disconnect"
#: The admin's own number for a change; its models can be imported only where it is installed.
CHANGE = 2
#: For so long one who was disconnected is refused.
AWAY_SECONDS = 60

TAG = re.compile(r"[0-9a-f]{16}")


def may_see(user: Any) -> bool:
    """Whether a user may see the operators' page."""
    # A project's users need not know of staff and permissions.
    return bool(user.is_active and getattr(user, "is_staff", False) and user.has_perm(VIEW))


def may_disconnect(user: Any) -> bool:
    """Whether he may disconnect others there."""
    return may_see(user) and bool(user.has_perm(DISCONNECT))


def disconnect(person: Any, by: Any) -> None:
    """Close a person's connections in every process, and keep him away for `AWAY_SECONDS`."""
    _check(person, by)
    _order([user_topic(person)], None, AWAY_SECONDS)
    _note(by, person, _("Disconnected."), how="person")


def sign_out(person: Any, by: Any) -> int:
    """End a person's sessions, and with them his connections; returns how many there were.

    Raises `BadRequest` where sessions are no rows: nobody can say then whose they are.
    """
    _check(person, by)
    if not sessions.are_rows():
        raise BadRequest(
            _("Sessions are not kept in the database. Deactivate the user or set a new password.")
        )
    keys = sessions.keys_of(person.pk)
    with log.transaction():
        sessions.end(keys)
        rights_changed([person.pk], "signed_out")
    _note(by, person, _("Signed out everywhere."), how="sign_out")
    return len(keys)


def close(tag: str, person: Any, by: Any) -> None:
    """Close one connection, of a person or of a visitor (None); its page comes back by itself."""
    _check(person, by)
    if not TAG.fullmatch(tag):
        raise NotFound
    _order([ALL if person is None else user_topic(person)], tag, 0)
    _note(by, person, _("One connection closed."), how="connection", connection=tag)


def _check(person: Any, by: Any) -> None:
    if not may_disconnect(by) or _is_superuser(person) > _is_superuser(by):
        raise Forbidden


def _is_superuser(user: Any) -> bool:
    return bool(getattr(user, "is_superuser", False))


def _order(topics: list[str], tag: str | None, seconds: int) -> None:
    with log.transaction():
        log.append(CONNECTIONS_ENDED, topics, {"connection": tag, "seconds": seconds})


def _note(by: Any, person: Any, what: str, **fields: Any) -> None:
    """Into the journal, and what the admin shows as the history of a user or of the operator."""
    user = None if person is None else person.pk
    journal.note(journal.DISCONNECTED, level=logging.WARNING, by=by.pk, user=user, **fields)
    if not apps.is_installed("django.contrib.admin"):
        return
    entries = apps.get_model("admin", "LogEntry").objects
    if person is None:
        entries.create(
            user_id=by.pk, object_repr=_("A visitor"), action_flag=CHANGE, change_message=what
        )
    else:
        people = get_user_model()._default_manager.filter(pk=person.pk)
        entries.log_actions(by.pk, people, CHANGE, what, single_object=True)
