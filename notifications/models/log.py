"""The log's tables. Only `notifications.log` reads and writes them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notifications.cursor import new_check
from notifications.models.base import Base


class Event(Base):
    """One change that clients are told of. Without `seq` until the stamp; invisible until then.

    `tag` is the check of its cursor, `before` the tag of the event one `seq` lower. `topics` are
    joined by spaces, `data` is the very JSON text that is sent. `notification_id` is no foreign
    key, so that writing an event locks nothing.
    """

    seq = models.BigIntegerField(null=True, unique=True)
    tag = models.CharField(max_length=16, default=new_check)
    before = models.CharField(max_length=16, default="")
    topics = models.TextField()
    type = models.CharField(max_length=80)
    time = models.DateTimeField(db_default=Now())
    data = models.TextField()
    notification_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["id"], name="event_waiting", condition=Q(seq=None)),
            models.Index(
                fields=["notification_id"],
                name="event_of_notification",
                condition=Q(notification_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"

    @property
    def topic_names(self) -> list[str]:
        """Its topics, sorted."""
        return self.topics.split()


class EventTopic(Base):
    """The index by which a replay finds the events of a topic; written by the stamp.

    `internal` repeats the event's, so that a replay for a client passes those by.
    """

    pk = models.CompositePrimaryKey("topic", "seq")
    topic = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    internal = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.topic} {self.seq}"


class Counter(Base):
    """One row: the head of the log and its tag, the floor below which it was pruned, its origin.

    `origin` is the check of the cursor at 0: it tells one log from another.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    head = models.BigIntegerField(default=0)
    tag = models.CharField(max_length=16)
    floor = models.BigIntegerField(default=0)
    origin = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="counter_one_row"),
            models.CheckConstraint(
                condition=Q(floor__gte=0) & Q(floor__lte=models.F("head")),
                name="counter_floor_below_head",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.head}.{self.tag}"
