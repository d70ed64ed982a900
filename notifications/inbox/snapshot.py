"""The state of an inbox and the cursor it is valid at, read together."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from notifications import log, publishing, rights
from notifications.conf import options
from notifications.errors import BadRequest, NotFound
from notifications.events import iso
from notifications.inbox import asking, views
from notifications.inbox.moment import moment
from notifications.inbox.queries import LAST, Row
from notifications.inbox.reader import Reader, reader_of
from notifications.inbox.waking import wake_at
from notifications.inbox.wire import iso_or_none, receipt_wire
from notifications.items import items, prepared
from notifications.models import Notification, Receipt

MOST_ITEMS = 100


def snapshot(
    user: Any,
    view: str = "inbox",
    levels: Sequence[str] = (),
    topic: str | None = None,
    q: str = "",
    before: int | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """One page of a user's inbox (None or AnonymousUser: a visitor's), its counts and its cursor.

    Applying the log's events after ``cursor`` to it gives the next snapshot. What is due is
    published first. ``before`` is the position of the last item of the page before. Raises
    ``NoticeboardError``: ``bad_request`` for a value that cannot be, ``not_found`` for a topic that
    the user may not read.
    """
    size = page_size(limit)
    search = asking.check(levels, q)
    views.known(view)
    if topic is not None and not rights.may_read(user, topic):
        raise NotFound

    def read() -> tuple[dict[str, Any], frozenset[str]]:
        reader = reader_of(user)
        looked_at = reader if topic is None else reader_of(user, topic)
        asks = asking.asked(looked_at, view, levels, search)
        rows = views.rows(asks, size + 1, LAST if before is None else before)
        standing = _standing(user, reader, asks.view, rows[:size])
        narrowed = bool(levels or search.terms or topic is not None)
        page = {
            "cursor": str(log.head().cursor),
            # A search for a state looks in the view of that state.
            "view": asks.view if asks.view in views.VIEWS else view,
            "hints": list(asks.hints),
            "items": _items(reader, rows[:size]),
            "more": len(rows) > size,
            **standing,
            "unread_here": _unread_here(asks) if narrowed else standing["unread"],
        }
        return page, frozenset((*reader.topics, *looked_at.topics))

    return settled(read)


def settled(read: Callable[[], tuple[dict[str, Any], frozenset[str]]]) -> dict[str, Any]:
    """What ``read`` returns of one moment in which no event of its topics waits for its stamp.

    An event that waits is in the state already and would come again behind the cursor. When it
    cannot be stamped (another holds the counter for long, or the caller's transaction is the
    moment), the last reading is returned: every event is safe to apply twice.
    """
    using = options.DATABASE
    publishing.due()
    # The log makes its counter where it is missing; within the moment nothing can be written.
    log.head()
    for _round in range(options.STAMP_ROUNDS):
        with moment(using):
            found, topics = read()
            waiting = log.pending(topics)
        if not waiting or connections[using].in_atomic_block:
            break
        log.stamp()
    return found


def page_size(limit: int | None) -> int:
    """The number of items of a page, checked."""
    if limit is None:
        return int(options.PAGE_SIZE)
    if not 1 <= limit <= MOST_ITEMS:
        raise BadRequest(_("limit must be 1 to %d.") % MOST_ITEMS)
    return limit


def _items(reader: Reader, rows: Sequence[Row]) -> list[dict[str, Any]]:
    ids = [row.id for row in rows]
    using = options.DATABASE
    by_id = prepared(Notification.objects.using(using)).in_bulk(ids)
    found = Receipt.objects.using(using).filter(user_id=reader.user_id, notification_id__in=ids)
    receipts = {receipt.notification_id: receipt for receipt in found}
    # An inbox does not follow what is answered and reacted to; a room does.
    shown = items([by_id[row.id] for row in rows], with_posts=False)
    return [
        {**shape, "position": row.position, "receipt": receipt_wire(receipts.get(row.id))}
        for shape, row in zip(shown, rows, strict=True)
    ]


def _unread_here(asks: asking.Asked) -> int:
    """How many of what is asked for are unread, counted as far as the whole inbox is."""
    return len(views.unread_among(asks, options.UNREAD_CAP))


def _standing(user: Any, reader: Reader, view: str, shown: Sequence[Row]) -> dict[str, Any]:
    unread = views.unread_ids(reader)
    below = set(unread).difference(row.id for row in shown)
    return {
        "unread": len(unread),
        "unread_ids": unread,
        "read_to": reader.read_to,
        "seen_to": reader.seen_to,
        "wake_at": iso_or_none(wake_at(reader, view, below)),
        "server_time": iso(reader.now),
        "user": _person(user, reader),
        "topics": len(reader.topics),
        "quiet_rooms": list(reader.quiet),
    }


def _person(user: Any, reader: Reader) -> dict[str, Any] | None:
    if reader.user_id is None:
        return None
    key = reader.user_id if isinstance(reader.user_id, int) else str(reader.user_id)
    return {"id": key, "name": rights.display_name(user)}
