"""What a plain ``save()`` of a notification means, wherever it is called: the model's signals."""

from dataclasses import dataclass

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from notifications.errors import BadNotification, Conflict
from notifications.models import Notification
from notifications.publishing import content
from notifications.publishing.formers import keep_former
from notifications.publishing.release import release
from notifications.publishing.rows import notifications, refuse_retracted, topics_by_id
from notifications.publishing.telling import read, tell_retracted, tell_updated
from notifications.publishing.withdrawal import mentions_of, withdraw


@dataclass(frozen=True, slots=True)
class Before:
    """The locked row that a save() is about to overwrite, and whether the save() retracts it."""

    row: Notification
    retracts: bool


def before_save(notification: Notification) -> Before | None:
    """Check a notification that is about to be saved; returns what it overwrites, if anything.

    What publishing has decided is not the caller's to overwrite: an object that was loaded before
    its row was published would otherwise unpublish it.
    """
    content.clean(notification)
    before = None
    # Not only where Django knows of a row: an object may be made by hand with the key of one.
    if notification.pk is not None:
        before = notifications().select_for_update(of=("self",)).filter(pk=notification.pk).first()
    if before is None:
        notification.published_at = None
        return None
    for name in ("published_at", "inbox", "edited_at"):
        setattr(notification, name, getattr(before, name))
    retracts = notification.retracted_at is not None and before.retracted_at is None
    if before.published_at is not None:
        _refuse_edit(before, notification)
        # `withdraw` writes it, with the database's clock.
        notification.retracted_at = before.retracted_at
    return Before(before, retracts)


def after_save(notification: Notification, before: Before | None) -> None:
    """Publish what was saved: the notification itself, an edit of it, or that it is retracted."""
    if before is None:
        # Nothing can be addressed yet: `address_added` or `change_audience` will publish it.
        return
    if before.row.published_at is None:
        release([notification.pk])
    elif before.retracts:
        withdraw([notification.pk], "retracted")
    elif before.row.retracted_at is None:
        _tell_edit(notification, before.row)
    (row,) = read([notification.pk])
    for name in ("published_at", "inbox", "edited_at", "retracted_at"):
        setattr(notification, name, getattr(row, name))


def _refuse_edit(before: Notification, after: Notification) -> None:
    if after.is_draft:
        raise BadNotification(_("It is published: it can be retracted, not made a draft again."))
    if content.told(before) == content.told(after):
        return
    refuse_retracted(before)
    if notifications().filter(pk=before.pk, expires_at__lte=Now()).exists():
        raise Conflict(_("This notification has expired. Write a new one."), code="expired")


def _tell_edit(notification: Notification, before: Notification) -> None:
    # Compared with what was written: an object may hold what update_fields left out.
    (row,) = read([notification.pk])
    if content.told(row) != content.told(before):
        notifications().filter(pk=row.pk).update(edited_at=Now())
        keep_former(before, row)
        (row,) = read([row.pk])
        tell_updated(row, topics_by_id([row.pk])[row.pk])


def after_delete(notification: Notification, topics: list[str]) -> None:
    """Tell its topics that a notification was deleted, unless they had been told to forget it."""
    if notification.published_at is not None and notification.retracted_at is None and topics:
        tell_retracted({notification.pk: topics}, "deleted")
        withdraw(mentions_of([notification.pk]), "retracted")
