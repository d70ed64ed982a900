"""Publish what is due. Every server process tries every second; for each row one of them wins."""

import logging

from notifications import log
from notifications.errors import NoticeboardError
from notifications.models.written_once import WrittenOnce
from notifications.publishing.release import release
from notifications.publishing.rows import notifications, waiting

logger = logging.getLogger(__name__)

_ANY = WrittenOnce(lambda: waiting().values_list("pk")[:1])


def due(limit: int = 500) -> int:
    """Publish what is due by the database's clock, at most ``limit``; returns how many.

    Costs one indexed read when nothing is. It takes along what signals have not told: fixtures
    and bulk writes.
    """
    if not _ANY.rows():
        return 0
    try:
        return _release_some(limit)
    except (NoticeboardError, ValueError):
        return _release_each(limit)


def _release_some(limit: int) -> int:
    with log.transaction():
        free = waiting().select_for_update(skip_locked=True, of=("self",)).order_by("publish_at")
        return len(release([row.pk for row in free[:limit]]))


def _release_each(limit: int) -> int:
    """One by one: a row that cannot be told (a bad fixture) must not hold up all the others."""
    published = 0
    for pk in list(waiting().order_by("publish_at").values_list("pk", flat=True)[:limit]):
        try:
            with log.transaction():
                free = waiting().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
                published += len(release([row.pk for row in free]))
        except (NoticeboardError, ValueError):
            logger.exception("Notification %s cannot be published: it is made a draft.", pk)
            notifications().filter(pk=pk).update(is_draft=True)
    return published
