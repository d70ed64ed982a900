"""What was answered to a request that carries a key, so that its repetition does nothing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from notifications.models.base import Base

KEY_CHARACTERS = 64


class Answered(Base):
    """One action of a user, by the key of its request, with the answer as JSON."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=KEY_CHARACTERS)
    answer = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="answered_once"),
        ]

    def __str__(self) -> str:
        return self.key
