"""Rooms: topics in which their members may post."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.base import Told

slug_rule = RegexValidator(
    r"\A[a-z0-9-]{1,40}\Z", _("Use lower-case letters, digits and hyphens, at most 40.")
)

LONGEST_PAUSE = 3600


class Notify(models.TextChoices):
    """Which posts of a room enter the inbox and the badge."""

    NONE = "none", _("None")
    ALL = "all", _("All")


class RoomLevel(models.TextChoices):
    """What of a room one of its members is told of."""

    ALL = "all", _("All posts")
    MENTIONS = "mentions", _("Mentions only")
    NONE = "none", _("Nothing")


class Room(Told):
    """A room. Its slug never changes: clients and the log remember the topic that it is part of.

    Who has a link made with `wall_key` reads the room without an account; empty: nobody does.
    """

    slug = models.CharField(_("slug"), max_length=40, unique=True, validators=[slug_rule])
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=300, blank=True)
    is_public = models.BooleanField(
        _("public"), default=False, help_text=_("Everybody may read it, also without an account.")
    )
    anonymous_posts = models.BooleanField(
        _("posts without an account"), default=False, help_text=_("Visitors may post, too.")
    )
    notify = models.CharField(
        _("notify"), max_length=10, choices=Notify.choices, default=Notify.NONE
    )
    is_closed = models.BooleanField(_("closed"), default=False, help_text=_("No new posts."))
    announcement_only = models.BooleanField(
        _("announcements only"), default=False, help_text=_("Only staff may post.")
    )
    slow_seconds = models.PositiveSmallIntegerField(
        _("slow mode"),
        default=0,
        validators=[MaxValueValidator(LONGEST_PAUSE)],
        help_text=_("Seconds that an author waits between two posts; 0: none. Not for staff."),
    )
    wall_key = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="rooms", blank=True
    )

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(notify__in=Notify.values), name="room_notify_known"),
            models.CheckConstraint(
                condition=Q(slow_seconds__lte=LONGEST_PAUSE), name="room_slow_bounded"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self._refuse_new_slug()

    def save(self, **kwargs: Any) -> None:
        self._refuse_new_slug()
        super().save(**kwargs)

    def _refuse_new_slug(self) -> None:
        stored = Room.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
        if not self._state.adding and stored not in (None, self.slug):
            raise ValidationError({"slug": _("The slug of a room never changes.")})


class Membership(Told):
    """One user in one room. `notify` null means what the room says."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    notify = models.CharField(  # noqa: DJ001 (null is no choice of the member's, "" would be one)
        _("notify"), max_length=10, choices=RoomLevel.choices, null=True, blank=True
    )
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(notify=None) | Q(notify__in=RoomLevel.values),
                name="membership_notify_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.room}"
