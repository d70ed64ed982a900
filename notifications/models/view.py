"""What a user keeps of how to look: views that are saved under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.base import Base

NAME_CHARACTERS = 40
QUERY_CHARACTERS = 1_000


class SavedView(Base):
    """Filters of the inbox under a name; ``query`` is the query string of the page's address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=NAME_CHARACTERS)
    query = models.CharField(max_length=QUERY_CHARACTERS)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_view_once"),
        ]

    def __str__(self) -> str:
        return self.name
