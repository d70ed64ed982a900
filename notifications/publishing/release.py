"""Publish: the moment at which a notification appears to its audience.

Everything comes through `release`: what is written now, what was scheduled, what a fixture brought.
The rows it is given are locked by its caller, or were made in the same transaction.
"""

from collections.abc import Iterable, Mapping

from django.db import connections
from django.db.models.functions import Now

from notifications.conf import options
from notifications.items import only_room
from notifications.models import Address, Notification, Notify, Room
from notifications.publishing.places import take_places
from notifications.publishing.rows import addresses, notifications, topics_by_id
from notifications.publishing.telling import read, tell_created
from notifications.publishing.withdrawal import withdraw

# What `rows.waiting` says, and the change of it, in one statement: every publish asks this, and
# Django's query language takes twenty times as long to write the two as a database to answer.
PUBLISH = f"""
    UPDATE {Notification._meta.db_table} SET published_at = {{now}}
    WHERE id IN ({{ids}}) AND published_at IS NULL AND retracted_at IS NULL AND NOT is_draft
      AND (publish_at IS NULL OR publish_at <= {{now}})
      AND EXISTS (
          SELECT 1 FROM {Address._meta.db_table} a
          WHERE a.notification_id = {Notification._meta.db_table}.id
      )
    RETURNING COALESCE(publish_at, created_at), id, replace_key
"""  # noqa: S608 - only names of our own tables are put in
NOW = {
    "postgresql": "STATEMENT_TIMESTAMP()",
    "sqlite": "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW')",
}


def release(
    ids: Iterable[int], audiences: Mapping[int, list[str]] | None = None
) -> list[Notification]:
    """Publish those of these notifications that are due; returns them as they are then.

    ``audiences`` are their topics, if the caller knows them.
    """
    keys = _publish(list(ids))
    if not keys:
        return []
    audiences = audiences or topics_by_id(keys)
    _write_inbox(_quiet(audiences) & keys.keys(), inbox=False)
    replaced, overtaken = take_places(keys, audiences)
    withdraw(replaced, "replaced")
    _never_told(overtaken)
    rows = read(keys)
    tell_created([row for row in rows if row.pk not in overtaken], audiences)
    return rows


def _publish(ids: list[int]) -> dict[int, str]:
    """Write that these are published, if they are due; returns their replace_keys, oldest first."""
    if not ids:
        return {}
    connection = connections[options.DATABASE]
    with connection.cursor() as cursor:
        named = PUBLISH.format(now=NOW[connection.vendor], ids=", ".join(["%s"] * len(ids)))
        cursor.execute(named, ids)
        return {pk: replace_key for _since, pk, replace_key in sorted(cursor.fetchall())}


def decide_inbox(pk: int, topics: list[str]) -> None:
    """Write whether a notification enters inboxes: not if its whole audience is a quiet room."""
    quiet = _quiet({pk: topics})
    _write_inbox(quiet, inbox=False)
    _write_inbox({pk} - quiet, inbox=True)


def _quiet(audiences: Mapping[int, list[str]]) -> set[int]:
    rooms = {pk: slug for pk, topics in audiences.items() if (slug := only_room(topics))}
    if not rooms:
        return set()
    quiet = Room.objects.filter(slug__in=set(rooms.values()), notify=Notify.NONE)
    slugs = set(quiet.values_list("slug", flat=True))
    return {pk for pk, slug in rooms.items() if slug in slugs}


def _write_inbox(ids: set[int], inbox: bool) -> None:
    if ids:
        notifications().filter(pk__in=ids).update(inbox=inbox)
        addresses().filter(notification_id__in=ids).update(inbox=inbox)


def _never_told(overtaken: set[int]) -> None:
    """What a later one of the same batch has replaced already is retracted before it was seen."""
    if overtaken:
        notifications().filter(pk__in=overtaken).update(retracted_at=Now())
        addresses().filter(notification_id__in=overtaken).update(live=False)
