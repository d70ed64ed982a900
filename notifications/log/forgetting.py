"""Forgetting: what was retracted or deleted must not be read from the log any more.

Rows stay, so that the log has no holes; their content goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial

from django.db import connections, transaction

from notifications.conf import options
from notifications.events import BLANK, CONTENT, CREATED, UPDATED
from notifications.log.statements import FORGET_TOPIC
from notifications.models import Event, EventTopic
from notifications.quoting import without_quote, without_sender
from notifications.signals import retracted_data

BATCH = 200


def blank(*notification_ids: int) -> list[int]:
    """Blank the data of the notifications' earlier events; returns their seqs.

    Call it in the transaction that retracts, before new events about them are appended.
    """
    about = Event.objects.filter(notification_id__in=notification_ids, type__in=CONTENT)
    with transaction.atomic(using=options.DATABASE):
        # Locked, so that the stamp gives none a seq that we don't know.
        rows = dict(about.exclude(data=BLANK).select_for_update().values_list("id", "seq"))
        Event.objects.filter(id__in=rows).update(data=BLANK)
        return _tell(rows.values())


def unquote(replies: Mapping[int, int]) -> list[int]:
    """Take out what the events of replies (id of the reply → of what it answers) quote.

    Call it in the transaction that retracts what they answer; returns the seqs concerned.
    """
    return _rewrite(
        replies, lambda event: without_quote(event.data, replies[event.notification_id or 0])
    )


def unname(ids: Collection[int], replies: Iterable[int]) -> list[int]:
    """Take the sender out of the events of notifications, and out of what replies quote of them.

    Call it in the transaction in which they lose their sender; returns the seqs concerned. The
    `rights.changed` of somebody who was deleted has the relays forget what they remember.
    """
    return _rewrite({*ids, *replies}, lambda event: without_sender(event.data, ids))


def forget(topic: str) -> list[int]:
    """Take a topic that is deleted out of all events, and blank those that nobody else may read.

    Who makes a topic of the same name later starts with nothing. Call it in the transaction that
    deletes the topic; returns the seqs concerned.
    """
    spaced = f" {topic} "
    with transaction.atomic(using=options.DATABASE):
        with connections[options.DATABASE].cursor() as cursor:
            cursor.execute(FORGET_TOPIC, [spaced, spaced, topic, spaced])
            seqs = [row[0] for row in cursor.fetchall()]
        EventTopic.objects.filter(topic=topic).delete()
        return _tell(seqs)


def _rewrite(ids: Iterable[int], rewritten: Callable[[Event], str]) -> list[int]:
    about = Event.objects.filter(notification_id__in=list(ids), type__in=(CREATED, UPDATED))
    with transaction.atomic(using=options.DATABASE):
        changed = []
        for event in about.exclude(data=BLANK).select_for_update().order_by("id"):
            before = event.data
            event.data = rewritten(event)
            if event.data != before:
                changed.append(event)
        Event.objects.bulk_update(changed, ["data"], batch_size=BATCH)
        return _tell(event.seq for event in changed)


def _tell(found: Iterable[int | None]) -> list[int]:
    seqs = sorted(seq for seq in found if seq is not None)
    tell = partial(retracted_data.send_robust, sender=Event, seqs=seqs)
    transaction.on_commit(tell, using=options.DATABASE, robust=True)
    return seqs
