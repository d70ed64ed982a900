"""What a notification may say: every field is checked here, whoever writes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.conf import options
from notifications.errors import BadNotification
from notifications.models import Level, Notification
from notifications.offers import clean_actions
from notifications.text import clean_body, clean_line, clean_title, safe_link

# What a reader sees of a notification: a change of one of these is an edit.
TOLD = (
    "title",
    "body",
    "level",
    "link",
    "sender_id",
    "sender_name",
    "expires_at",
    "acknowledge",
    "actions",
)
# As wide as their columns.
MOST_CHARACTERS = {"sender_name": 80, "replace_key": 100}


def fields(
    *,
    title: str = "",
    body: str = "",
    level: str = "info",
    link: str = "",
    sender: Any = None,
    sender_name: str = "",
    at: datetime | None = None,
    expires: datetime | None = None,
    replace_key: str = "",
    acknowledge: bool = False,
    actions: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """The model's fields for what `notify` was given; raises `BadNotification`."""
    if sender is not None and not isinstance(sender, get_user_model()):
        raise BadNotification(_("sender must be a user."))
    if expires is not None and at is None:
        _check_time(expires, "expires")
        if expires <= timezone.now():
            raise BadNotification(_("expires is already past."))
    return {
        "title": title,
        "body": body,
        "level": level,
        "link": link,
        "sender": sender,
        "sender_name": sender_name,
        "publish_at": at,
        "expires_at": expires,
        "replace_key": replace_key,
        "acknowledge": acknowledge,
        "actions": actions,
    }


def clean(notification: Notification) -> None:
    """Check and tidy a notification that is about to be saved; raises `BadNotification`."""
    _check_types(notification)
    notification.title = clean_title(notification.title)
    notification.body = clean_body(notification.body, options.BODY_CHARACTERS)
    notification.link = safe_link(notification.link)
    notification.actions = clean_actions(notification.actions)
    if not notification.title and not notification.body.strip():
        raise BadNotification(_("A notification needs a title or a body."))
    if notification.level not in Level.values:
        raise BadNotification(
            _("“%(level)s” is no level. Use one of: %(levels)s.")
            % {"level": notification.level[:40], "levels": ", ".join(Level.values)}
        )
    _check_names(notification)
    _check_times(notification)


def told(notification: Notification) -> tuple[Any, ...]:
    """All that a reader sees, to compare two states of a notification."""
    return tuple(getattr(notification, name) for name in TOLD)


def _check_types(notification: Notification) -> None:
    for name in ("title", "body", "level", "link", "sender_name", "replace_key"):
        if not isinstance(getattr(notification, name), str):
            raise BadNotification(_("%(name)s must be text.") % {"name": name})
    if not isinstance(notification.acknowledge, bool):
        raise BadNotification(_("acknowledge must be true or false."))


def _check_names(notification: Notification) -> None:
    for name, most in MOST_CHARACTERS.items():
        text = clean_line(getattr(notification, name))
        if len(text) > most:
            raise BadNotification(
                _("%(name)s has at most %(most)d characters.") % {"name": name, "most": most}
            )
        setattr(notification, name, text)


def _check_times(notification: Notification) -> None:
    start, end = notification.publish_at, notification.expires_at
    for moment, name in ((start, "publish_at"), (end, "expires_at")):
        if moment is not None:
            _check_time(moment, name)
    if start is not None and end is not None and end <= start:
        raise BadNotification(_("It would expire before it is published."))


def _check_time(moment: Any, name: str) -> None:
    if not isinstance(moment, datetime) or timezone.is_naive(moment):
        raise BadNotification(_("%(name)s must be a datetime with a time zone.") % {"name": name})
