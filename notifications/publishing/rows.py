"""The rows that publishing works on, and the locks it takes on them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from notifications.conf import options
from notifications.errors import Conflict, NotFound
from notifications.models import Address, Notification


def notifications() -> QuerySet[Notification]:
    return Notification.objects.all()


def addresses() -> QuerySet[Address]:
    return Address.objects.all()


def waiting() -> QuerySet[Notification]:
    """What is due by the database's clock, has an audience and is not published yet."""
    return notifications().filter(
        Q(publish_at__isnull=True) | Q(publish_at__lte=Now()),
        Exists(addresses().filter(notification_id=OuterRef("pk"))),
        published_at__isnull=True,
        retracted_at__isnull=True,
        is_draft=False,
    )


def locked(notification: Notification | int) -> Notification:
    """The row as it is now, locked until the end of the transaction; raises `NotFound`.

    SQLite has no row locks and needs none: its writers come one after another.
    """
    pk = notification.pk if isinstance(notification, Notification) else notification
    row = notifications().select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFound(_("There is no notification %(id)s.") % {"id": pk})
    return row


def refuse_retracted(row: Notification) -> None:
    """Raise `Conflict` for what nobody sees any more."""
    if row.retracted_at is not None:
        raise Conflict(_("This notification was retracted. Write a new one."), code="retracted")


def topics_by_id(ids: Iterable[int]) -> dict[int, list[str]]:
    """The audience of each notification, in the order in which it was addressed."""
    topics: dict[int, list[str]] = {pk: [] for pk in ids}
    if not topics:
        return topics
    rows = addresses().filter(notification_id__in=list(topics)).order_by("pk")
    for pk, topic in rows.values_list("notification_id", "topic"):
        topics[pk].append(topic)
    return topics


def address(audiences: Mapping[int, list[str]], **fields: Any) -> None:
    """Write the address rows of many notifications, without a signal for each."""
    addresses().bulk_create(
        Address(notification_id=pk, topic=topic, **fields)
        for pk, topics in audiences.items()
        for topic in topics
    )


def unaddress(rows: QuerySet[Address]) -> None:
    """Delete address rows, without a signal for each: the caller tells what it means."""
    rows._raw_delete(options.DATABASE)
