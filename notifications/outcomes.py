"""What readers do with the actions that a sender has defined: once each, with what came of it."""

import logging
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import log
from notifications.errors import ActionFailed, Conflict, NotFound, NoticeboardError, SignedOut
from notifications.events import iso
from notifications.inbox import visible
from notifications.models import Notification, Outcome
from notifications.models.outcome import SAID_CHARACTERS
from notifications.offers import registered_action
from notifications.text import clean_line
from notifications.topics import user_topic

logger = logging.getLogger(__name__)


def take(user: Any, id: int, number: int, do: str = "") -> dict[str, Any]:
    """Do the action ``number`` (0 or 1) of a notification for a user, unless it is done already.

    Returns ``do``, ``at``, ``said`` and whether that ``changed`` anything: what came of the first
    time is the answer to every later one. ``do``, if given, is what the user was offered.

    Raises ``signed_out``, ``not_found`` (no such notification or function), ``conflict`` (it offers
    something else by now), ``expired`` and ``action_failed``; then nothing is changed.
    """
    if user is None or not user.is_authenticated:
        raise SignedOut
    notification = visible(user, id).notification
    name = _offered(notification, number)
    if do and do != name:
        raise Conflict(_("The notification was edited. Look at it again."))
    with log.transaction():
        # Who comes second waits here for the first, and finds what came of it.
        outcome, is_first = Outcome.objects.get_or_create(
            user_id=user.pk, notification_id=notification.pk, do=name
        )
        if is_first:
            _first(user, notification, outcome)
    return {**wire(outcome), "changed": is_first}


def outcomes(user: Any, notification: Notification) -> dict[str, dict[str, str]]:
    """What has come of the actions of a notification for a user, by what they do. One query."""
    rows = Outcome.objects.filter(user_id=user.pk, notification_id=notification.pk)
    return {row.do: wire(row) for row in rows}


def wire(outcome: Outcome) -> dict[str, str]:
    """An outcome as clients know it."""
    return {"do": outcome.do, "at": iso(outcome.at), "said": outcome.said}


def _offered(notification: Notification, number: int) -> str:
    actions: Iterable[dict[str, str]] = notification.actions
    name = dict(enumerate(actions)).get(number, {}).get("do", "")
    if not name:
        raise NotFound(_("The notification offers no such action."))
    return name


def _first(user: Any, notification: Notification, outcome: Outcome) -> None:
    if notification.expires_at is not None and notification.expires_at <= timezone.now():
        raise Conflict(code="expired")
    outcome.said = clean_line(_call(user, notification, outcome.do))[:SAID_CHARACTERS]
    outcome.save(update_fields=["said"])
    log.append("action.done", [user_topic(user)], {"id": notification.pk, **wire(outcome)})


def _call(user: Any, notification: Notification, name: str) -> str:
    function = registered_action(name)
    if function is None:
        logger.error("No function is registered as %r.", name)
        raise ActionFailed(_("This site does not know how to do that any more."))
    try:
        return function(user, notification) or ""
    except NoticeboardError:
        raise
    except Exception:
        # Whatever it is, it is the host's: the reader is told, the log has the rest.
        logger.exception("The action %r failed for user %s.", name, user.pk)
        raise ActionFailed(_("It did not work.")) from None
