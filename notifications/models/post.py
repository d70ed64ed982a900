"""What a post in a room has besides its notification, and who may not post for a while."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.base import Base
from notifications.models.notification import Notification
from notifications.models.room import Room

AUTHOR_CHARACTERS = 80
KEY_CHARACTERS = 64
EMOJI_CHARACTERS = 16
REASON_CHARACTERS = 500


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
    # A reply outlives what it answers, and goes on saying that it is one.
    reply_to = models.ForeignKey(
        Notification,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="replies",
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [
            models.Index(
                fields=["reply_to"], name="post_replies", condition=Q(reply_to__isnull=False)
            ),
            models.Index(fields=["room", "author", "-notification"], name="post_of_author"),
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


class Reaction(Base):
    """One emoji of one author under one post; `author` as in `Post`."""

    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="reactions", db_index=False
    )
    emoji = models.CharField(max_length=EMOJI_CHARACTERS)
    author = models.CharField(max_length=AUTHOR_CHARACTERS)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(fields=["post", "emoji", "author"], name="reaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.emoji} · {self.post_id}"


class Report(Base):
    """What a reader told the moderators of a post; `author` (of the report) as in `Post`."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports", db_index=False)
    author = models.CharField(_("reported by"), max_length=AUTHOR_CHARACTERS)
    reason = models.CharField(_("reason"), max_length=REASON_CHARACTERS)
    created_at = models.DateTimeField(_("reported at"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["-created_at"], name="report_open", condition=Q(settled_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["post", "author"], name="report_once"),
        ]

    def __str__(self) -> str:
        return self.reason[:60]


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
