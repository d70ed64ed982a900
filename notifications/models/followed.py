"""Followed texts: one live card each, replaced in place at every change."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.models.base import Base

KEY_CHARACTERS = 100
NAME_CHARACTERS = 120


class FollowedText(Base):
    """The newest version of one text, for the readers of one topic.

    `key` names it within the topic, `version` begins at 1 and only ever grows. Only
    `notifications.following` writes it: the row and its event belong together.
    """

    topic = models.CharField(_("topic"), max_length=80)
    key = models.CharField(_("key"), max_length=KEY_CHARACTERS)
    name = models.CharField(_("name"), max_length=NAME_CHARACTERS)
    version = models.BigIntegerField(_("version"), default=0)
    text = models.TextField(_("text"), blank=True)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("followed text")
        verbose_name_plural = _("followed texts")
        constraints = [
            models.UniqueConstraint(fields=["topic", "key"], name="followed_text_once"),
        ]

    def __str__(self) -> str:
        return self.name
