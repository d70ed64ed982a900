"""Change to whom a notification is addressed, before and after it is published."""

from typing import Any

from notifications.audience import resolve, users
from notifications.conf import options
from notifications.items import only_room
from notifications.models import Address, Notification, Receipt
from notifications.publishing.places import take_places
from notifications.publishing.release import decide_inbox, release
from notifications.publishing.rows import (
    address,
    addresses,
    locked,
    refuse_retracted,
    topics_by_id,
    unaddress,
)
from notifications.publishing.telling import (
    read,
    tell_added,
    tell_created,
    tell_retracted,
    tell_updated,
)
from notifications.publishing.withdrawal import withdraw


def change_audience(row: Notification, to: Any) -> bool:
    """Address a locked notification to this audience instead; returns whether that is a change."""
    refuse_retracted(row)
    wanted = resolve(to)
    old = topics_by_id([row.pk])[row.pk]
    kept = [topic for topic in old if topic in wanted]
    added = [topic for topic in wanted if topic not in old]
    if row.published_at is None:
        unaddress(addresses().filter(notification_id=row.pk).exclude(topic__in=wanted))
        address({row.pk: added}, inbox=row.inbox)
        release([row.pk])
    elif len(kept) < len(old):
        _start_again(row, old, wanted)
    elif added:
        address({row.pk: added}, inbox=row.inbox)
        _added(row, old, added)
    return set(old) != set(wanted)


def address_added(address: Address) -> None:
    """Somebody saved a new address row: publish what waits for it, or tell the topic."""
    row = locked(address.notification_id)
    if row.published_at is None:
        release([row.pk])
    elif row.retracted_at is None:
        topics = topics_by_id([row.pk])[row.pk]
        _added(row, [topic for topic in topics if topic != address.topic], [address.topic])


def address_deleted(address: Address) -> None:
    """Somebody deleted an address row: take the notification back from who may no longer see it."""
    row = locked(address.notification_id)
    if row.published_at is None or row.retracted_at is not None:
        return
    rest = topics_by_id([row.pk])[row.pk]
    _start_again(row, [*rest, address.topic], rest)


def _added(row: Notification, old: list[str], added: list[str]) -> None:
    """Tell who is added. Whoever comes anew starts with nothing read."""
    before = (row.inbox, only_room(old))
    decide_inbox(row.pk, [*old, *added])
    receipts = Receipt.objects.filter(notification_id=row.pk)
    _forget(receipts.exclude(user__in=users(old)))
    (now,) = read([row.pk])
    if now.inbox and not before[0]:
        # New in every inbox: an update of something that a page has not loaded would pass by it.
        tell_added(now, [*old, *added])
    else:
        if only_room([*old, *added]) != before[1]:
            tell_updated(now, old)
        tell_added(now, added)
    _take_place(row, [*old, *added])


def _start_again(row: Notification, old: list[str], rest: list[str]) -> None:
    """Retract it for everybody and publish it again to the rest, at a new position."""
    tell_retracted({row.pk: old}, "audience")
    _forget(Receipt.objects.filter(notification_id=row.pk))
    unaddress(addresses().filter(notification_id=row.pk))
    address({row.pk: rest}, inbox=row.inbox)
    decide_inbox(row.pk, rest)
    if rest:
        tell_created(read([row.pk]), {row.pk: rest})
        _take_place(row, rest)


def _take_place(row: Notification, topics: list[str]) -> None:
    """With another audience it takes the place of whatever has the same key there."""
    if row.replace_key:
        replaced, _overtaken = take_places({row.pk: row.replace_key}, {row.pk: topics})
        withdraw(replaced, "replaced")


def _forget(receipts: Any) -> None:
    receipts._raw_delete(options.DATABASE)
