"""One change of a user's receipts: locked, written and told of in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from notifications import log, rights
from notifications.conf import options
from notifications.errors import NotFound, SignedOut
from notifications.inbox.queries import hold, positions
from notifications.inbox.reader import Reader, reader_of
from notifications.inbox.wire import TIMES, receipt_wire
from notifications.models import Address, Mark, Notification, Receipt
from notifications.topics import user_topic

RECEIPTS_PER_EVENT = 200
FIELDS = (*TIMES, "unread")


@dataclass(slots=True)
class Change:
    """A user's inbox, held for one action: no other action of this user runs meanwhile.

    Made by `change` only, inside its transaction.
    """

    user: Any
    mark: Mark
    reader: Reader

    def receipts(self, ids: Sequence[int]) -> "list[Held]":
        """The receipts of these notifications, in their order, new ones unsaved.

        What is no part of the inbox (a post of a quiet room) has none. Raises ``not_found`` if the
        user may not read one of them.
        """
        wanted = list(dict.fromkeys(ids))
        notifications = _locked(wanted)
        standing = positions(self.reader, wanted)
        _check_readable(self.user, [id for id in wanted if id not in standing], notifications)
        present = {
            receipt.notification_id: receipt
            for receipt in _receipts(self.user).filter(notification_id__in=list(standing))
        }
        return [
            Held(
                present.get(id) or Receipt(user_id=self.user.pk, notification_id=id),
                notifications[id],
                standing[id],
            )
            for id in wanted
            if id in standing
        ]

    def write(self, receipts: Iterable[Receipt]) -> None:
        """Save receipts and tell of them."""
        changed = list(receipts)
        for start in range(0, len(changed), RECEIPTS_PER_EVENT):
            portion = changed[start : start + RECEIPTS_PER_EVENT]
            Receipt.objects.using(options.DATABASE).bulk_create(
                portion,
                update_conflicts=True,
                unique_fields=["user", "notification"],
                update_fields=list(FIELDS),
            )
            self.tell("receipt.changed", {"receipts": [_told(receipt) for receipt in portion]})

    def tell(self, type: str, data: dict[str, Any]) -> None:
        """Append an event to the user's own topic."""
        log.append(type, [user_topic(self.user)], data)


@dataclass(frozen=True, slots=True)
class Held:
    """One receipt of a change with the notification it is of and where that stands."""

    receipt: Receipt
    notification: Notification
    position: int


@dataclass(frozen=True, slots=True)
class Changed:
    """How many things an action has changed, and which notifications."""

    number: int
    ids: list[int]


def change(user: Any, act: Callable[[Change], Changed]) -> dict[str, Any]:
    """Run ``act`` on a user's inbox and answer ``{"ok", "changed", "ids"}``.

    Raises ``NoticeboardError``, then nothing has changed: ``signed_out`` for a visitor and what
    ``act`` raises.
    """
    if user is None or not user.is_authenticated:
        raise SignedOut
    with log.transaction():
        mark = locked_mark(user)
        changed = act(Change(user, mark, reader_of(user)))
    return {"ok": True, "changed": changed.number, "ids": changed.ids}


def state(receipt: Receipt) -> tuple[Any, ...]:
    """All that an action can change of a receipt, to see whether it did."""
    return tuple(getattr(receipt, name) for name in FIELDS)


def locked_mark(user: Any) -> Mark:
    """The user's mark, locked: the order of a user's events is the order of the user's changes."""
    marks = Mark.objects.using(options.DATABASE)
    marks.get_or_create(user_id=user.pk)
    return marks.select_for_update().get(user_id=user.pk)


def _locked(ids: Sequence[int]) -> dict[int, Notification]:
    """The notifications that are not retracted, held as they are.

    They are locked after the mark and before the receipts: publishing locks them before receipts
    too, so that neither waits for the other in a circle.
    """
    hold(ids)
    return Notification.objects.using(options.DATABASE).filter(retracted_at=None).in_bulk(ids)


def _receipts(user: Any) -> Any:
    return Receipt.objects.using(options.DATABASE).filter(user_id=user.pk)


def _check_readable(user: Any, ids: Sequence[int], notifications: dict[int, Notification]) -> None:
    """Raise not_found unless all of these, which are in no inbox of the user, may be read."""
    rows = Address.objects.using(options.DATABASE).filter(
        notification_id__in=ids, live=True, position__isnull=False
    )
    topics: dict[int, list[str]] = {}
    for id, topic in rows.values_list("notification_id", "topic"):
        topics.setdefault(id, []).append(topic)
    may_read = cache(partial(rights.may_read, user))
    for id in ids:
        if id not in notifications or not any(map(may_read, topics.get(id, ()))):
            raise NotFound


def _told(receipt: Receipt) -> dict[str, Any]:
    return {"id": receipt.notification_id, **(receipt_wire(receipt) or {})}
