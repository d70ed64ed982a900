"""Tell of notifications: the events, with what the database holds at that moment.

The rows are read again after they were written: an object in memory may hold less, or more, than
what its save() wrote.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connections
from django.db.models import Max

from notifications import log
from notifications.conf import options
from notifications.items import item, items, only_room, prepared
from notifications.models import Notification, Post
from notifications.publishing.rows import addresses, notifications, topics_by_id

# Only names of our own tables are put in.
HOLD_QUOTED = f"""
    SELECT n.id FROM {Notification._meta.db_table} n
    JOIN {Post._meta.db_table} p ON p.reply_to_id = n.id
    WHERE p.notification_id = ANY(%s) ORDER BY n.id FOR SHARE OF n
"""  # noqa: S608


def read(ids: Iterable[int]) -> list[Notification]:
    """The rows as the database has them now, in this order."""
    wanted = list(ids)
    rows = prepared(notifications()).in_bulk(wanted)
    return [rows[pk] for pk in wanted]


def tell_created(rows: Sequence[Notification], audiences: Mapping[int, list[str]]) -> None:
    """Tell the topics of each of these notifications that it is there, new to everybody."""
    _hold_quoted([row.pk for row in rows if only_room(audiences[row.pk])])
    log.append_many(
        ("notification.created", audiences[row.pk], each)
        for row, each in zip(rows, items(rows, audiences), strict=True)
    )


def tell_added(row: Notification, topics: Sequence[str]) -> None:
    """Tell more topics of a notification. Its position says that a reader may have it already."""
    _hold_quoted([row.pk])
    log.append("notification.created", topics, item(row) | {"position": _position(row)})


def tell_updated(row: Notification, topics: Sequence[str]) -> None:
    """Tell these topics how a notification is now."""
    if topics:
        _hold_quoted([row.pk])
        log.append("notification.updated", topics, item(row) | {"position": _position(row)})


def tell_many_updated(rows: Sequence[Notification]) -> None:
    """Tell whoever has these published notifications how they are now, with a few queries."""
    audiences = topics_by_id(row.pk for row in rows)
    _hold_quoted(list(audiences))
    placed = addresses().filter(notification_id__in=list(audiences)).values("notification_id")
    positions = dict(
        placed.annotate(last=Max("position")).values_list("notification_id", "last").order_by()
    )
    log.append_many(
        ("notification.updated", audiences[row.pk], each | {"position": positions[row.pk]})
        for row, each in zip(rows, items(rows, audiences), strict=True)
        if audiences[row.pk]
    )


def tell_retracted(audiences: Mapping[int, list[str]], reason: str) -> None:
    """Tell topics to forget these notifications, and blank what the log has said of them."""
    log.blank(*audiences)
    replies = Post.objects.filter(reply_to_id__in=list(audiences))
    if quoting := dict(replies.values_list("pk", "reply_to_id")):
        log.unquote(quoting)
    log.append_many(
        ("notification.retracted", topics, {"id": pk, "reason": reason})
        for pk, topics in audiences.items()
        if topics
    )


def _hold_quoted(ids: Sequence[int]) -> None:
    """Keep what these quote as it is until the end of the transaction.

    Else a reply could be told with what another transaction is just editing or taking back, after
    the event that tells of that. SQLite has one writer anyway.
    """
    if ids and connections[options.DATABASE].vendor == "postgresql":
        with connections[options.DATABASE].cursor() as cursor:
            cursor.execute(HOLD_QUOTED, [list(ids)])


def _position(row: Notification) -> int | None:
    rows = addresses().filter(notification_id=row.pk)
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return last
