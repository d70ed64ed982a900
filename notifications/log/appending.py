"""Appending: write events in the caller's transaction, and stamp after its commit."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connections, transaction
from django.utils.translation import gettext as _

from notifications import events
from notifications.conf import options
from notifications.errors import BadEvent
from notifications.log.stamping import stamp
from notifications.models import Event
from notifications.topics import check_topic

logger = logging.getLogger(__name__)

Appended = tuple[str, Iterable[str], Mapping[str, Any]]
BATCH = 1_000


def append(type: str, topics: Iterable[str], data: Mapping[str, Any]) -> Event:
    """Write one event, told to all its topics once the transaction has committed.

    Raises `RuntimeError` outside a transaction, `BadEvent` and `BadTopic` for what is not valid.
    """
    return append_many([(type, topics, data)])[0]


def append_many(rows: Iterable[Appended]) -> list[Event]:
    """Write many events, in their order: (type, topics, data) each. Raises like `append`."""
    connection = connections[options.DATABASE]
    if not connection.in_atomic_block:
        raise RuntimeError(
            "An event belongs to a change. Append it inside transaction.atomic("
            f"using={options.DATABASE!r}), together with the change it tells of."
        )
    made = Event.objects.bulk_create([_event(*row) for row in rows], batch_size=BATCH)
    if made:
        _stamp_after_commit()
    return made


def _event(type: str, topics: Iterable[str], data: Mapping[str, Any]) -> Event:
    events.validate(type, data)
    names = sorted({check_topic(topic) for topic in topics})
    if not names:
        raise BadEvent(_("An event “%(type)s” needs at least one topic.") % {"type": type})
    about = data["id"] if type in events.ABOUT_NOTIFICATIONS else None
    return Event(
        type=type, topics=" ".join(names), data=events.encode(type, data), notification_id=about
    )


class Stamping:
    """What follows the commit of a transaction that has appended events."""

    def __init__(self) -> None:
        #: Whether events were stamped here: then all that was committed before is on the disk.
        self.done = False

    def __call__(self) -> None:
        """Stamp what waits."""
        try:
            self.done = bool(stamp())
        except Exception:
            # The change is committed and must not look failed; the next stamp takes them along.
            logger.warning("Events wait for the next stamp: this one failed.", exc_info=True)


def stamping_of(connection: Any) -> Stamping | None:
    """What the transaction of a connection has to stamp; None if nothing was appended.

    The connection forgets callbacks of a savepoint that is rolled back; a flag would not.
    """
    registered = (callback[1] for callback in connection.run_on_commit)
    return next((each for each in registered if isinstance(each, Stamping)), None)


def _stamp_after_commit() -> None:
    if stamping_of(connections[options.DATABASE]) is None:
        transaction.on_commit(Stamping(), using=options.DATABASE, robust=True)
