"""A user's watermarks: what is at or below `read_to` is read, unless a receipt says otherwise.

Reading the whole inbox is therefore one row, however much is in it. Marks are positions in the
log, never ids or times: a notification that commits late stands above every mark set before.
"""

from collections.abc import Callable
from typing import Any

from notifications import log
from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import Conflict
from notifications.inbox.change import Change, Changed, change
from notifications.inbox.queries import oldest, positions
from notifications.inbox.views import pending
from notifications.inbox.where import EVERYTHING
from notifications.models import Receipt

# The mark follows single reads in steps of this many: a query of what is unread walks over at
# most so many that were read one by one (20,000 of them took 18 ms).
STRIDE = 50


def read_all(user: Any, cursor: Cursor) -> dict[str, Any]:
    """Mark everything up to ``cursor`` as read; what is snoozed comes back as it would have.

    Raises ``conflict`` for a cursor that is not one of this log as it is now.
    """

    def act(by: Change) -> Changed:
        to = position_of(cursor)
        if to > by.mark.read_to:
            _move(by, to, keep=lambda receipt: _asleep(receipt, by))
            return Changed(1, [])
        left = [each for each in _unread_up_to(by, to) if not _asleep(each, by)]
        for receipt in left:
            receipt.unread = False
            receipt.read_at = receipt.read_at or by.reader.now
        by.write(left)
        return Changed(len(left), [receipt.notification_id for receipt in left])

    return change(user, act)


def seen(user: Any, cursor: Cursor) -> dict[str, Any]:
    """Note that the user has looked at the inbox as it was at ``cursor``.

    Raises ``conflict`` for a cursor that is not one of this log as it is now.
    """

    def act(by: Change) -> Changed:
        to = position_of(cursor)
        if to <= by.mark.seen_to:
            return Changed(0, [])
        by.mark.seen_to = to
        by.mark.save(using=options.DATABASE, update_fields=["seen_to"])
        by.tell("inbox.seen", {"seen_to": to})
        return Changed(1, [])

    return change(user, act)


def move_along(by: Change) -> None:
    """Let the mark follow when everything next above it has been dealt with one by one."""
    while True:
        above = by.mark.read_to
        stride = oldest(by.reader, EVERYTHING, STRIDE, above)
        if len(stride) < STRIDE:
            return
        first = oldest(by.reader, pending(by.reader), 1, above)
        if first and first[0].position <= stride[-1].position:
            return
        _move(by, stride[-1].position, keep=lambda _receipt: True)


def _move(by: Change, to: int, keep: Callable[[Receipt], bool]) -> None:
    """Move the mark. Receipts at or below it lose their ``unread`` but those to ``keep``."""
    by.mark.read_to = to
    by.mark.save(using=options.DATABASE, update_fields=["read_to"])
    by.tell("inbox.read", {"read_to": to})
    marked = _unread_up_to(by, to)
    cleared = [receipt.notification_id for receipt in marked if not keep(receipt)]
    Receipt.objects.using(options.DATABASE).filter(
        user_id=by.user.pk, notification_id__in=cleared
    ).update(unread=False)
    # Whoever reads `inbox.read` clears them all, so those that stay are told once more.
    by.write([receipt for receipt in marked if keep(receipt)])


def _unread_up_to(by: Change, to: int) -> list[Receipt]:
    found = Receipt.objects.using(options.DATABASE).filter(user_id=by.user.pk, unread=True)
    receipts = {receipt.notification_id: receipt for receipt in found}
    standing = positions(by.reader, list(receipts))
    return [receipts[id] for id, position in standing.items() if position <= to]


def _asleep(receipt: Receipt, by: Change) -> bool:
    until = receipt.snoozed_until
    return receipt.done_at is None and until is not None and until > by.reader.now


def position_of(cursor: Cursor) -> int:
    """Where a cursor stands; ``conflict`` for one that this log does not continue."""
    try:
        log.after(cursor, topics=(), limit=1)
    except log.Discontinued as error:
        raise Conflict from error
    return int(cursor.seq)
