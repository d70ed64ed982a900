"""Write notifications: one with `notify`, thousands with `notify_many`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import signature
from typing import Any

from asgiref.sync import sync_to_async
from django.utils.translation import gettext as _

from notifications import log
from notifications.audience import resolve, resolve_many
from notifications.conf import options
from notifications.errors import BadAudience, BadNotification
from notifications.models import Notification
from notifications.publishing import content
from notifications.publishing.release import release
from notifications.publishing.rows import address, notifications

FIELDS = frozenset(signature(content.fields).parameters)
# Long enough to write a batch with few statements, short enough not to keep SQLite's only writer.
BATCH = 1000
# SQLite takes at most 32,766 values in a statement that names them all.
MOST_BATCH = 10_000


def notify(title: str = "", *, to: Any, **fields: Any) -> Notification:
    """Publish a notification when the caller's transaction commits; returns it.

    ``to`` is the audience: ``"all"``, ``"user:alice"``, ``"group:ops"``, ``"room:lobby"``, a
    topic, a user, group or room, or any iterable of these. The other fields: ``body`` (Markdown),
    ``level`` (info, success, warning, critical), ``link``, ``sender`` (a user) or ``sender_name``
    (any other), ``at`` and ``expires`` (aware datetimes), ``replace_key`` (a newer one with the
    same key and audience takes its place), ``acknowledge`` (readers have to confirm it) and
    ``actions`` (at most two, see `offers`).

    Raises `BadNotification` or `BadAudience`; then nothing is written.
    """
    notification = build({"title": title, **fields})
    write(notification, resolve(to))
    return notification


def write(
    notification: Notification,
    topics: list[str],
    beside: Callable[[Notification], object] | None = None,
) -> None:
    """Write one that is built, address it, and publish it if it is due.

    ``beside`` writes, in the same transaction, what belongs to it and is told with it.
    """
    with log.transaction():
        notification.save(using=options.DATABASE)
        if beside is not None:
            beside(notification)
        _address_and_release([notification], [topics])


async def anotify(title: str = "", *, to: Any, **fields: Any) -> Notification:
    """`notify` for async code: the whole of it runs in one thread, since transactions do."""
    return await sync_to_async(notify)(title, to=to, **fields)


def notify_many(
    rows: Iterable[Mapping[str, Any]],
    batch: int = BATCH,
    progress: Callable[[int, int], None] | None = None,
) -> list[Notification]:
    """Publish many: each row is a mapping with the arguments of `notify`. Returns them in order.

    All rows are checked before the first is written. They are written in batches, each a
    transaction of its own unless the caller has one; no model signals are sent. ``progress`` is
    called with (done, all) after each batch.
    """
    if not 1 <= batch <= MOST_BATCH:
        raise BadNotification(_("A batch is 1 to %(most)d rows.") % {"most": MOST_BATCH})
    given = [dict(row) for row in rows]
    for row in given:
        if "to" not in row:
            raise BadAudience(_("Every row needs an audience: “to”."))
    audiences = resolve_many([row.pop("to") for row in given])
    written = [build(row) for row in given]
    for notification in written:
        content.clean(notification)
    for start in range(0, len(written), batch):
        _write(written[start : start + batch], audiences[start : start + batch])
        if progress is not None:
            progress(min(start + batch, len(written)), len(written))
    return written


def build(fields: dict[str, Any]) -> Notification:
    """A notification that is not written yet; raises `BadNotification`."""
    unknown = sorted(fields.keys() - FIELDS)
    if unknown:
        raise BadNotification(
            _("A notification has no %(unknown)s. It has: to, %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(sorted(FIELDS))}
        )
    return Notification(**content.fields(**fields))


def _write(batch: Sequence[Notification], audiences: Sequence[list[str]]) -> None:
    with log.transaction():
        notifications().bulk_create(batch)
        _address_and_release(batch, audiences)


def _address_and_release(written: Sequence[Notification], audiences: Sequence[list[str]]) -> None:
    by_id = {each.pk: topics for each, topics in zip(written, audiences, strict=True)}
    address(by_id)
    rows = {row.pk: row for row in release(by_id, by_id)}
    for notification in written:
        row = rows.get(notification.pk)
        if row is not None:
            # The caller's object gets what publishing has decided about its row.
            notification.published_at = row.published_at
            notification.inbox = row.inbox
