"""What a user does to single notifications. Doing it twice changes nothing the second time.

A receipt's ``unread`` says that the notification is unread whatever the mark says: the user said
so, or it has been snoozed and is to come back unread. What an action covers is written down, so
that its opposite finds it: a snooze keeps ``read_at``, and what was unread when it was done has
the same time in ``read_at`` and ``done_at``.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from notifications import rights
from notifications.cursor import Cursor
from notifications.errors import BadRequest, Conflict, NotFound
from notifications.inbox import asking, views
from notifications.inbox.change import Change, Changed, Held, change, state
from notifications.inbox.marks import move_along, position_of, read_all
from notifications.inbox.reader import reader_of

MOST_SHOWN = 1_000
LONGEST_SNOOZE = timedelta(days=366)

Act = Callable[[Held, Change], None]


def read(user: Any, ids: Sequence[int]) -> dict[str, Any]:
    """Mark notifications as read."""
    return _each(user, ids, _read)


def read_shown(
    user: Any,
    cursor: Cursor,
    view: str = "inbox",
    level: Sequence[str] = (),
    topic: str | None = None,
    q: str = "",
) -> dict[str, Any]:
    """Mark what a view shows as read, up to ``cursor``, whether loaded or not.

    The whole inbox by its mark; what filters leave one by one, at most `MOST_SHOWN` at once. Raises
    ``conflict`` for a cursor that is not one of this log, and what `snapshot` raises.
    """
    if view in ("inbox", "unread") and not (level or topic or q):
        return read_all(user, cursor)
    search = asking.check(level, q)
    views.known(view)
    if topic is not None and not rights.may_read(user, topic):
        raise NotFound

    def act(by: Change) -> Changed:
        to = position_of(cursor)
        reader = by.reader if topic is None else reader_of(user, topic)
        asks = asking.asked(reader, view, level, search)
        rows = views.unread_among(asks, MOST_SHOWN, before=to + 1)
        return _on_each(by, [row.id for row in rows], _read)

    return change(user, act)


def mark_unread(user: Any, ids: Sequence[int]) -> dict[str, Any]:
    """Mark notifications as unread, whatever the mark says."""
    return _each(user, ids, _unread)


def done(user: Any, ids: Sequence[int]) -> dict[str, Any]:
    """Take notifications out of the inbox.

    Raises ``conflict`` for one that waits for its acknowledgement.
    """
    return _each(user, ids, _done)


def undone(user: Any, ids: Sequence[int]) -> dict[str, Any]:
    """Put notifications back into the inbox, as read or unread as they were."""
    return _each(user, ids, _undone)


def snooze(user: Any, ids: Sequence[int], until: datetime) -> dict[str, Any]:
    """Take notifications out of the inbox until a time (aware); then they come back unread.

    Raises ``bad_request`` for a time that is not within the coming year, or past a notification's
    end, and ``expired`` for a notification that has ended.
    """

    def act(held: Held, by: Change) -> None:
        _snooze(held, by, until)

    return _each(user, ids, act)


def unsnooze(user: Any, ids: Sequence[int]) -> dict[str, Any]:
    """Put snoozed notifications back into the inbox, as read or unread as they were."""
    return _each(user, ids, _unsnooze)


def acknowledge(user: Any, ids: Sequence[int]) -> dict[str, Any]:
    """Say that one has taken note of notifications that ask for it; it reads them too.

    Raises ``conflict`` for one that does not ask, ``expired`` for one that has ended.
    """
    return _each(user, ids, _acknowledge)


def _each(user: Any, ids: Sequence[int], act: Act) -> dict[str, Any]:
    return change(user, lambda by: _on_each(by, ids, act))


def _on_each(by: Change, ids: Sequence[int], act: Act) -> Changed:
    changed = []
    for held in by.receipts(ids):
        before = state(held.receipt)
        act(held, by)
        if state(held.receipt) != before:
            changed.append(held.receipt)
    by.write(changed)
    if changed:
        move_along(by)
    told = [receipt.notification_id for receipt in changed]
    return Changed(len(told), told)


def _read(held: Held, by: Change) -> None:
    receipt = held.receipt
    if not _is_unread(held, by):
        return
    receipt.read_at = by.reader.now
    receipt.seen_at = receipt.seen_at or by.reader.now
    receipt.unread = False


def _unread(held: Held, by: Change) -> None:
    if not _is_unread(held, by) or held.receipt.read_at is not None:
        held.receipt.unread = True
        held.receipt.read_at = None


def _done(held: Held, by: Change) -> None:
    receipt = held.receipt
    waits = held.notification.acknowledge and receipt.acknowledged_at is None
    if waits and not _is_over(held, by):
        raise Conflict(_("Acknowledge it first."))
    if receipt.done_at is None:
        _read(held, by)
        receipt.done_at = by.reader.now


def _undone(held: Held, by: Change) -> None:
    receipt = held.receipt
    if receipt.done_at is not None and receipt.done_at == receipt.read_at:
        receipt.unread = True
        receipt.read_at = None
    receipt.done_at = None


def _snooze(held: Held, by: Change, until: datetime) -> None:
    if _is_over(held, by):
        raise Conflict(code="expired")
    if not by.reader.now < until <= by.reader.now + LONGEST_SNOOZE:
        raise BadRequest(_("until must be in the future, and within a year."))
    if held.notification.expires_at is not None and until > held.notification.expires_at:
        raise BadRequest(_("It ends before that time."))
    receipt = held.receipt
    if not _is_unread(held, by):
        # So that unsnooze knows it was read, though the mark alone said so.
        receipt.read_at = receipt.read_at or by.reader.now
    receipt.unread = True
    receipt.done_at = None
    receipt.snoozed_until = until


def _unsnooze(held: Held, by: Change) -> None:
    receipt = held.receipt
    if receipt.snoozed_until is not None and receipt.snoozed_until > by.reader.now:
        receipt.unread = receipt.read_at is None
        receipt.snoozed_until = None


def _acknowledge(held: Held, by: Change) -> None:
    if not held.notification.acknowledge:
        raise Conflict(_("It asks for no acknowledgement."))
    if held.receipt.acknowledged_at is not None:
        return
    if _is_over(held, by):
        raise Conflict(code="expired")
    held.receipt.acknowledged_at = by.reader.now
    _read(held, by)


def _is_unread(held: Held, by: Change) -> bool:
    receipt = held.receipt
    return bool(receipt.unread) or (receipt.read_at is None and held.position > by.mark.read_to)


def _is_over(held: Held, by: Change) -> bool:
    expires_at = held.notification.expires_at
    return expires_at is not None and expires_at <= by.reader.now
