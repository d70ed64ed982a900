"""What came of an action that a sender has defined."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.base import Base
from notifications.models.notification import Notification

NAME_CHARACTERS = 80
SAID_CHARACTERS = 200


class Outcome(Base):
    """One user has done one action of one notification, once: when, and what the user was told."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="outcomes"
    )
    do = models.CharField(_("action"), max_length=NAME_CHARACTERS)
    at = models.DateTimeField(_("done at"), default=timezone.now)
    said = models.CharField(_("answer"), max_length=SAID_CHARACTERS, blank=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(fields=["user", "notification", "do"], name="outcome_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.notification_id} · {self.do}"
