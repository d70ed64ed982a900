"""What indexes say about a search before the places of an inbox are walked over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import Max, Min

from notifications.conf import options
from notifications.models import Address, Notification

# An index that finds more than this says too little: the newest places are looked at instead.
MOST_SOUGHT = 2_000
# Places stand in the order in which their transactions were stamped, times in that in which they
# began. No transaction stays open for longer than this, and of that many neighbours none does.
SLACK = timedelta(days=1)
NEIGHBOURS = 20


def few(seek: tuple[str, tuple[Any, ...]]) -> list[int] | None:
    """The ids of all notifications that ``seek`` finds; None if they are too many.

    To be called in a transaction.
    """
    condition, values = seek
    connection = connections[options.DATABASE]
    postgresql = connection.vendor == "postgresql"
    sql = f"SELECT n.id FROM {Notification._meta.db_table} n WHERE {condition} LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        if postgresql:
            # The limit would tempt the planner to read the table until it has found so many.
            cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(sql, [*values, MOST_SOUGHT + 1])
        found = [id for (id,) in cursor.fetchall()]
        if postgresql:
            cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
    return found if len(found) <= MOST_SOUGHT else None


def above(moment: datetime) -> int:
    """A position at and below which everything was published before ``moment``; 0 if unknown."""
    earlier = _published().filter(published_at__lt=moment - SLACK).order_by("-published_at")
    return _places(earlier).aggregate(found=Min("position"))["found"] or 0


def below(moment: datetime) -> int | None:
    """A position at and above which everything was published after ``moment``, if one is known."""
    later = _published().filter(published_at__gt=moment + SLACK).order_by("published_at")
    found: int | None = _places(later).aggregate(found=Max("position"))["found"]
    return found


def _published() -> Any:
    return Notification.objects.using(options.DATABASE).values_list("pk", flat=True)


def _places(ids: Iterable[int]) -> Any:
    some = list(ids[:NEIGHBOURS])  # type: ignore[index]
    return Address.objects.using(options.DATABASE).filter(notification_id__in=some)
