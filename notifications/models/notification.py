"""Notifications and their audience."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Now, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.conf import options
from notifications.errors import BadTopic
from notifications.models.base import Base, Told
from notifications.topics import check_topic

TITLE_CHARACTERS = 120


class Level(models.TextChoices):
    """How much it matters; shown as icon, word and colour."""

    INFO = "info", _("Info")
    SUCCESS = "success", _("Success")
    WARNING = "warning", _("Warning")
    CRITICAL = "critical", _("Critical")


class State(models.TextChoices):
    """Where a notification is in its life."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Live")
    EXPIRED = "expired", _("Expired")
    RETRACTED = "retracted", _("Retracted")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications, with their states by the clock of the database."""

    def with_state(self) -> NotificationQuerySet:
        """Annotate `current_state`, a value of `State`."""
        return self.annotate(
            current_state=Case(
                When(retracted_at__isnull=False, then=Value(State.RETRACTED.value)),
                When(is_draft=True, then=Value(State.DRAFT.value)),
                When(published_at__isnull=True, then=Value(State.SCHEDULED.value)),
                When(expires_at__lte=Now(), then=Value(State.EXPIRED.value)),
                default=Value(State.LIVE.value),
                output_field=CharField(),
            )
        )

    def in_state(self, state: str) -> NotificationQuerySet:
        """Those that are in this state now."""
        return self.with_state().filter(current_state=state)  # type: ignore[misc]


class Notifications(models.Manager.from_queryset(NotificationQuerySet)):  # type: ignore[misc]
    """`Notification.objects`, in `options.DATABASE`."""

    def get_queryset(self) -> NotificationQuerySet:
        queryset: NotificationQuerySet = super().get_queryset()
        return queryset.using(options.DATABASE)


def check_topic_field(value: str) -> None:
    """A validator of Django for a topic."""
    try:
        check_topic(value)
    except BadTopic as error:
        raise ValidationError(error.detail) from error


class Notification(Told):
    """What is said, to whom and when. A draft until `is_draft` is off, published when due.

    `published_at` is set by publishing, by nothing else; `inbox` too: it is false for posts in a
    room that does not notify. `publish_at` null means at once.
    """

    title = models.CharField(_("title"), max_length=TITLE_CHARACTERS, blank=True)
    body = models.TextField(_("body"), blank=True, help_text=_("Markdown."))
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.INFO)
    link = models.CharField(_("link"), max_length=2000, blank=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sender"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    sender_name = models.CharField(
        _("name of the sender"),
        max_length=80,
        blank=True,
        help_text=_("For a sender without an account."),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    retracted_at = models.DateTimeField(_("retracted at"), null=True, editable=False)
    edited_at = models.DateTimeField(_("edited at"), null=True, editable=False)
    replace_key = models.CharField(
        _("replace key"),
        max_length=100,
        blank=True,
        help_text=_("A newer notification with the same key and audience takes this one's place."),
    )
    is_draft = models.BooleanField(_("draft"), default=False)
    inbox = models.BooleanField(_("in the inbox"), default=True, editable=False)
    acknowledge = models.BooleanField(_("asks for acknowledgement"), default=False)
    actions = models.JSONField(_("actions"), default=list, blank=True)

    objects: ClassVar[Notifications] = Notifications()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(
                fields=["publish_at", "id"],
                name="notification_due",
                condition=Q(published_at=None, retracted_at=None, is_draft=False),
            ),
            models.Index(
                fields=["expires_at"],
                name="notification_expires",
                condition=Q(expires_at__isnull=False),
            ),
            models.Index(fields=["-created_at"], name="notification_newest"),
            models.Index(
                fields=["published_at"],
                name="notification_published",
                condition=Q(published_at__isnull=False),
            ),
            models.Index(
                Upper("sender_name"),
                name="notification_sender_name",
                condition=~Q(sender_name=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="notification_level_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None)
                | Q(publish_at=None)
                | Q(expires_at__gt=F("publish_at")),
                name="notification_expires_after_publication",
                violation_error_message=_("It must expire after it is published."),
            ),
            models.CheckConstraint(
                condition=Q(is_draft=False) | Q(published_at=None),
                name="notification_draft_unpublished",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.body[:60]

    @property
    def state(self) -> State:
        """Where it is in its life, by the clock of this process."""
        if self.retracted_at:
            return State.RETRACTED
        if self.is_draft:
            return State.DRAFT
        if not self.published_at:
            return State.SCHEDULED
        if self.expires_at and self.expires_at <= timezone.now():
            return State.EXPIRED
        return State.LIVE

    @property
    def audience(self) -> list[str]:
        """The topics it is addressed to, sorted."""
        return sorted(address.topic for address in self.addresses.all())


class Address(Told):
    """One topic of one notification's audience.

    `position` is the seq of the event that told it, written by the stamp; without it the
    notification is not visible. `live` is false once it was retracted. `inbox` repeats the
    notification's, so that the inbox need not walk over the posts of chatty rooms.
    """

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="addresses", db_index=False
    )
    topic = models.CharField(_("topic"), max_length=80, validators=[check_topic_field])
    position = models.BigIntegerField(null=True, editable=False)
    live = models.BooleanField(default=True, editable=False)
    inbox = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        indexes = [
            models.Index(
                F("topic"),
                F("position").desc(),
                F("notification"),
                name="address_live",
                condition=Q(live=True),
            ),
            models.Index(
                F("topic"),
                F("position").desc(),
                F("notification"),
                name="address_inbox",
                condition=Q(live=True, inbox=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notification", "topic"], name="address_once"),
        ]

    def __str__(self) -> str:
        return self.topic


class Place(Base):
    """Who holds a replace key for an audience: the newest takes the place, the older one goes.

    `audience` is the SHA-256 (hexadecimal) of the sorted topics, joined by spaces.
    """

    key = models.CharField(max_length=100)
    audience = models.CharField(max_length=64)
    notification = models.ForeignKey(
        Notification, null=True, on_delete=models.CASCADE, related_name="places"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "audience"], name="place_once"),
        ]

    def __str__(self) -> str:
        return self.key
