"""What a post in a room has besides its notification, and who may not post for a while."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.base import Base
from notifications.models.notification import Notification
from notifications.models.room import Room

AUTHOR_CHARACTERS = 80
KEY_CHARACTERS = 64


class Post(Base):
    """One post: whose it is, under which key it was sent, and whether it is pinned.

    `author` is `user.7`, or `visitor.` and the digest of a session; it is empty where it is not
    known, and no client is ever told it. `key` is the sender's own: the same author and key make
    no second post in a room.
    """

    notification = models.OneToOneField(
        Notification, primary_key=True, on_delete=models.CASCADE, related_name="post"
    )
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="posts", db_index=False)
    author = models.CharField(max_length=AUTHOR_CHARACTERS, blank=True)
    key = models.CharField(max_length=KEY_CHARACTERS, blank=True)
    pinned_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [
            models.Index(
                fields=["room", "pinned_at"],
                name="post_pinned",
                condition=Q(pinned_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "author", "key"], name="post_once", condition=~Q(key="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.notification_id)


class Mute(Base):
    """Who may not post in a room until a time; `author` as in `Post`."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="mutes", db_index=False)
    author = models.CharField(
        _("author"), max_length=AUTHOR_CHARACTERS, help_text=_("“user.7”, or a visitor's digest.")
    )
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("mute")
        verbose_name_plural = _("mutes")
        constraints = [
            models.UniqueConstraint(fields=["room", "author"], name="mute_once"),
        ]

    def __str__(self) -> str:
        return f"{self.author} · {self.room}"
