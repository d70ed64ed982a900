"""How one reader wants to be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.models.base import Base


class Preference(Base):
    """What one user has chosen, by name; what is not in it is as the defaults say.

    `version` counts the changes: of two states that arrive in either order the greater is newer.
    The levels of rooms are in `Membership.notify`, since posting asks for them by the room.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="preference",
    )
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.version}"
