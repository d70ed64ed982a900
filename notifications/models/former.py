"""What a published notification said before it was edited."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.models.base import Base
from notifications.models.notification import TITLE_CHARACTERS, Notification


class Former(Base):
    """The title and body that readers have seen until an edit; gone with the notification."""

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="former")
    title = models.CharField(_("title"), max_length=TITLE_CHARACTERS, blank=True)
    body = models.TextField(_("body"), blank=True)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("former text")
        verbose_name_plural = _("former texts")

    def __str__(self) -> str:
        return self.title or self.body[:60]
