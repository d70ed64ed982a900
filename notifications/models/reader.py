"""What one user has done with notifications."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.base import Base
from notifications.models.notification import Notification


class Receipt(Base):
    """One user's state on one notification, as times.

    `unread` is true where the user asked for it (or a snooze did), also below the mark.
    """

    pk = models.CompositePrimaryKey("user", "notification")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="receipts", db_index=False
    )
    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="receipts"
    )
    seen_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    unread = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        indexes = [
            models.Index(fields=["user"], name="receipt_unread", condition=Q(unread=True)),
            models.Index(
                fields=["user", "snoozed_until"],
                name="receipt_snoozed",
                condition=Q(snoozed_until__isnull=False),
            ),
            models.Index(
                fields=["user", "done_at"],
                name="receipt_done",
                condition=Q(done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.notification_id}"


class Mark(Base):
    """One user's watermarks, as positions in the log: read and seen up to there."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="mark"
    )
    read_to = models.BigIntegerField(default=0)
    seen_to = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [
            models.CheckConstraint(
                condition=Q(read_to__gte=0) & Q(seen_to__gte=0), name="mark_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.read_to}"
