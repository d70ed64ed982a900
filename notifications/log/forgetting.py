"""Forgetting: what was retracted or deleted must not be read from the log any more.

Rows stay, so that the log has no holes; their content goes.
"""

from __future__ import annotations

from functools import partial

from django.db import connections, transaction

from notifications.conf import options
from notifications.events import BLANK, CREATED, UPDATED
from notifications.models import Event, EventTopic
from notifications.signals import retracted_data

EVENT, TOPIC = Event._meta.db_table, EventTopic._meta.db_table

# Between spaces, so that `room.a` is not found in `room.ab`.
WITHOUT_TOPIC = "TRIM(REPLACE(' ' || topics || ' ', %s, ' '))"
FORGET_TOPIC = f"""
    UPDATE {EVENT}
    SET topics = {WITHOUT_TOPIC},
        data = CASE WHEN {WITHOUT_TOPIC} = '' THEN '{BLANK}' ELSE data END
    WHERE seq IN (SELECT seq FROM {TOPIC} WHERE topic = %s)
       OR (seq IS NULL AND topics <> {WITHOUT_TOPIC})
    RETURNING seq
"""


def blank(*notification_ids: int) -> list[int]:
    """Blank the data of the notifications' earlier events; returns their seqs.

    Call it in the transaction that retracts, before new events about them are appended.
    """
    if not notification_ids:
        return []
    return _update(_blanking(len(notification_ids)), list(notification_ids))


def forget(topic: str) -> list[int]:
    """Take a topic that is deleted out of all events, and blank those that nobody else may read.

    Who makes a topic of the same name later starts with nothing. Call it in the transaction that
    deletes the topic; returns the seqs concerned.
    """
    spaced = f" {topic} "
    seqs = _update(FORGET_TOPIC, [spaced, spaced, topic, spaced])
    EventTopic.objects.filter(topic=topic).delete()
    return seqs


def _blanking(notifications: int) -> str:
    return f"""
        UPDATE {EVENT} SET data = '{BLANK}'
        WHERE notification_id IN ({", ".join(["%s"] * notifications)})
          AND type IN ('{CREATED}', '{UPDATED}') AND data <> '{BLANK}'
        RETURNING seq
    """


def _update(statement: str, values: list[object]) -> list[int]:
    with transaction.atomic(using=options.DATABASE):
        with connections[options.DATABASE].cursor() as cursor:
            cursor.execute(statement, values)
            seqs = sorted(row[0] for row in cursor.fetchall() if row[0] is not None)
        tell = partial(retracted_data.send_robust, sender=Event, seqs=seqs)
        transaction.on_commit(tell, using=options.DATABASE, robust=True)
    return seqs
