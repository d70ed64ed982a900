"""Change what is written: edit it, give it another audience, publish it now, retract it."""

import logging
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from notifications import log
from notifications.conf import options
from notifications.errors import BadAudience, BadNotification
from notifications.models import Notification
from notifications.publishing.audiences import change_audience
from notifications.publishing.release import release
from notifications.publishing.rows import addresses, locked, notifications, refuse_retracted
from notifications.publishing.telling import read
from notifications.publishing.withdrawal import withdraw

audit = logging.getLogger("noticeboard.audit")

# What `edit` is given, and the model's field for it.
EDITABLE = {
    "title": "title",
    "body": "body",
    "level": "level",
    "link": "link",
    "sender": "sender",
    "acknowledge": "acknowledge",
    "actions": "actions",
    "at": "publish_at",
    "expires": "expires_at",
    "replace_key": "replace_key",
}


def edit(notification: Notification | int, **fields: Any) -> Notification:
    """Change fields of a notification (those of `notify`, also ``to``); returns it as it is then.

    One that is published is marked as edited and its audience told. Raises `Conflict` where
    there is nothing left to correct (retracted, expired), `BadNotification` for what stays.
    """
    unknown = sorted(fields.keys() - EDITABLE.keys() - {"to"})
    if unknown:
        raise BadNotification(
            _("%(unknown)s cannot be edited. What can: %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(sorted([*EDITABLE, "to"]))}
        )
    with log.transaction():
        row = locked(notification)
        if row.published_at is not None and fields.keys() & {"at", "replace_key"}:
            raise BadNotification(
                _("It is published already: its time and its replace_key cannot be changed.")
            )
        for name in fields.keys() & EDITABLE.keys():
            setattr(row, EDITABLE[name], fields[name])
        row.save(using=options.DATABASE)
        if "to" in fields:
            change_audience(row, fields["to"])
        return read([row.pk])[0]


def set_audience(notification: Notification | int, topics: Any) -> bool:
    """Give a notification this audience instead; returns whether that was a change.

    An unpublished one that is due is published. Of a published one, who is added is told of it,
    and if somebody is taken away it is retracted for all and published again to the rest.
    """
    with log.transaction():
        return change_audience(locked(notification), topics)


def publish(notification: Notification | int) -> bool:
    """Publish a draft or a scheduled notification now; False if it is published already."""
    with log.transaction():
        row = locked(notification)
        refuse_retracted(row)
        if row.published_at is not None:
            return False
        if not addresses().filter(notification_id=row.pk).exists():
            raise BadAudience(_("It has no audience yet: nobody would see it."))
        notifications().filter(pk=row.pk).update(is_draft=False, publish_at=Now())
        return bool(release([row.pk]))


def retract(notification: Notification | int, by: Any = None) -> bool:
    """Take a notification back, or cancel it before it is published; False if it is already.

    Raises `NotFound`. ``by`` is the user who did it, for the audit log.
    """
    with log.transaction():
        row = locked(notification)
        if row.retracted_at is not None:
            return False
        if row.published_at is None:
            notifications().filter(pk=row.pk).update(retracted_at=Now())
        else:
            withdraw([row.pk], "retracted")
        if isinstance(notification, Notification):
            notification.retracted_at = read([row.pk])[0].retracted_at
    audit.info("notification %s retracted by user %s", row.pk, getattr(by, "pk", None))
    return True
