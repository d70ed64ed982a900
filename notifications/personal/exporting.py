"""Export: everything that is kept about one person, as JSON can say it."""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Q

from notifications.conf import options
from notifications.models import (
    FollowedText,
    Former,
    Mark,
    Membership,
    Mute,
    Notification,
    Outcome,
    Preference,
    Reaction,
    Receipt,
    Report,
    SavedView,
)
from notifications.models.clock import now
from notifications.personal.kinds import kinds
from notifications.personal.signed_in import sessions_of
from notifications.posts import author_of
from notifications.topics import user_topic

FORMAT = 1
# It is no data about anybody, and would help who steals the file.
SECRET = ("password",)
# What JSON, or Django's encoder for it, can say. A datetime is a date.
PLAIN = (bool, int, float, str, list, dict, date, time, timedelta, Decimal, UUID)
TIMES = ("created_at", "published_at", "edited_at", "retracted_at", "expires_at")
SAID = ("title", "body", "level", "link", *TIMES)
RECEIPT = ("seen_at", "read_at", "done_at", "snoozed_until", "acknowledged_at", "unread")

Rows = list[dict[str, Any]]


def export(user: Any) -> dict[str, Any]:
    """All that is kept about a user, by kind: mappings, lists, and values that JSON can say.

    Times are aware datetimes, keys of other people are left out. What is left out, and why, is in
    docs/data.md.
    """
    with transaction.atomic(using=options.DATABASE):
        return {
            "format": FORMAT,
            "exported_at": now(),
            "account": _account(user),
            "preferences": _one(Preference, user, "data"),
            "mark": _one(Mark, user, "read_to", "seen_to"),
            **{name: list(rows) for name, rows in _lists(user)},
            **{name: list(kind.export(user)) for name, kind in sorted(kinds().items())},
        }


def _lists(user: Any) -> Iterator[tuple[str, Rows]]:
    mine = Q(user_id=user.pk)
    by_me = Q(author=author_of(user))
    yield "groups", _groups(user)
    yield "sessions", [{"expires_at": each.expires} for each in sessions_of(user)]
    yield "rooms", _rows(Membership, mine, "notify", "joined_at", room="room__slug")
    yield "saved_views", _rows(SavedView, mine, "name", "query", "created_at")
    yield (
        "receipts",
        _rows(Receipt, mine, *RECEIPT, notification="notification_id", title="notification__title"),
    )
    yield "outcomes", _rows(Outcome, mine, "do", "at", "said", notification="notification_id")
    yield "written", _written(user)
    yield "addressed", _addressed(user)
    yield (
        "texts",
        _rows(FollowedText, Q(topic=user_topic(user)), "key", "name", "text", "changed_at"),
    )
    yield "reactions", _rows(Reaction, by_me, "emoji", post="post_id", room="post__room__slug")
    yield (
        "reports",
        _rows(Report, by_me, "reason", "created_at", "settled_at", post="post_id"),
    )
    yield (
        "settled_reports",
        _rows(Report, Q(settled_by_id=user.pk), "settled_at", report="pk", post="post_id"),
    )
    yield "mutes", _rows(Mute, by_me, "until", room="room__slug")
    yield "admin_log", _admin_log(user)


def _account(user: Any) -> dict[str, Any]:
    fields = [field for field in user._meta.concrete_fields if field.name not in SECRET]
    return {field.name: _value(field, user) for field in fields}


def _value(field: Any, user: Any) -> Any:
    """What JSON can say: of a file its name, of bytes their base64."""
    value = field.value_from_object(user)
    return value if value is None or isinstance(value, PLAIN) else field.value_to_string(user)


def _groups(user: Any) -> Rows:
    groups = user.groups.order_by("name") if hasattr(user, "groups") else []
    return [{"name": group.name} for group in groups]


def _written(user: Any) -> Rows:
    written = Q(sender_id=user.pk) | Q(post__author=author_of(user))
    rows = _rows(Notification, written, "id", *SAID, room="post__room__slug")
    former: dict[int, Rows] = {}
    mine = Former.objects.filter(notification__sender_id=user.pk).order_by("pk")
    for id, title, body, until in mine.values_list("notification_id", "title", "body", "until"):
        former.setdefault(id, []).append({"title": title, "body": body, "until": until})
    return [{**row, "former": former.get(row["id"], [])} for row in rows]


def _addressed(user: Any) -> Rows:
    to_me = Q(addresses__topic=user_topic(user))
    return _rows(Notification, to_me, "id", *SAID)


def _admin_log(user: Any) -> Rows:
    if not apps.is_installed("django.contrib.admin"):
        return []
    rows = apps.get_model("admin", "LogEntry")._default_manager.filter(user_id=user.pk)
    found = rows.order_by("pk").values("action_time", "object_repr", "change_message")
    return [dict(row) for row in found]


def _one(model: Any, user: Any, *fields: str) -> Mapping[str, Any]:
    return model.objects.filter(user_id=user.pk).values(*fields).first() or {}


def _rows(model: Any, chosen: Q, *fields: str, **named: str) -> Rows:
    """The chosen rows, in their order; ``named`` gives a field another name."""
    rows = model.objects.filter(chosen).order_by("pk").values(*fields, *named.values())
    return [
        {field: row[field] for field in fields}
        | {name: row[field] for name, field in named.items()}
        for row in rows
    ]
