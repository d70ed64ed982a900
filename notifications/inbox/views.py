"""The five views of an inbox, and what unread means."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections
from django.db.models import DateTimeField
from django.utils.translation import gettext as _

from notifications.conf import options
from notifications.errors import BadRequest
from notifications.inbox.queries import LAST, Row, Where, ended, kept, newest, without
from notifications.inbox.reader import Reader
from notifications.models import Notification
from notifications.strictjson import storable

LONGEST_SEARCH = 200

Query = Callable[[Reader, Where, int, int], list[Row]]


def rows(view: str, reader: Reader, where: Where, limit: int, before: int = LAST) -> list[Row]:
    """The newest ``limit`` rows of a view below ``before``. An unknown view is a bad_request."""
    if view not in VIEWS:
        raise BadRequest(_("view must be one of %s.") % ", ".join(sorted(VIEWS)))
    return VIEWS[view](reader, where, limit, before)


def unread_ids(reader: Reader) -> list[int]:
    """The ids of a user's unread notifications, newest first, at most as many as are counted."""
    if reader.user_id is None:
        return []
    return [row.id for row in _unread(reader, EVERYTHING, options.UNREAD_CAP, LAST)]


def chosen(levels: Sequence[str] = (), q: str = "") -> Where:
    """The condition of a level filter and a search in title and body."""
    known = {value for value, _label in Notification._meta.get_field("level").flatchoices}
    if not known.issuperset(levels):
        raise BadRequest(_("level must be one of %s.") % ", ".join(sorted(known)))
    if len(q) > LONGEST_SEARCH or not storable(q):
        raise BadRequest(_("The search text is too long or not a text."))
    where = EVERYTHING
    if levels:
        where &= Where(f"n.level IN ({', '.join(['%s'] * len(levels))})", tuple(levels))
    return where & _search(q) if q else where


def pending(reader: Reader) -> Where:
    """The condition of what would be read unseen if the mark passed it."""
    untouched = without(reader, "r.read_at IS NOT NULL OR r.unread")
    return EVERYTHING & _running(reader) & untouched


def _search(q: str) -> Where:
    postgresql = connections[options.DATABASE].vendor == "postgresql"
    like = r"ILIKE %s ESCAPE '\'" if postgresql else r"LIKE %s ESCAPE '\'"
    for special in ("\\", "%", "_"):
        q = q.replace(special, "\\" + special)
    return Where(f"(n.title {like} OR n.body {like})", (f"%{q}%", f"%{q}%"))


EVERYTHING = Where("n.retracted_at IS NULL")

# What a receipt r says when the notification is not in the inbox, and when it is read for certain.
_AWAY = "r.done_at IS NOT NULL OR r.snoozed_until > %s"
_HERE = "r.done_at IS NULL AND (r.snoozed_until IS NULL OR r.snoozed_until <= %s)"
_READ = "r.read_at IS NOT NULL AND NOT r.unread"


def _running(reader: Reader) -> Where:
    return Where("(n.expires_at IS NULL OR n.expires_at > %s)", (_now(reader),))


def _inbox(reader: Reader, where: Where, limit: int, before: int) -> list[Row]:
    here = without(reader, _AWAY, _now(reader))
    return newest(reader, where & _running(reader) & here, limit, before)


def _unread(reader: Reader, where: Where, limit: int, before: int) -> list[Row]:
    # Above the mark all is unread but what a receipt says was read; at or below it nothing is
    # but what a receipt says was made unread.
    if reader.user_id is None:
        return []
    now = _now(reader)
    where &= _running(reader)
    untouched = without(reader, f"{_AWAY} OR ({_READ})", now)
    fresh = newest(reader, where & untouched, limit, before, above=reader.read_to)
    marked = kept(reader, where & Where(f"r.unread AND {_HERE}", (now,)), limit, before)
    merged = sorted({*fresh, *marked}, key=lambda row: row.position, reverse=True)
    return merged[:limit]


def _snoozed(reader: Reader, where: Where, limit: int, before: int) -> list[Row]:
    asleep = Where("r.done_at IS NULL AND r.snoozed_until > %s", (_now(reader),))
    return kept(reader, where & _running(reader) & asleep, limit, before)


def _done(reader: Reader, where: Where, limit: int, before: int) -> list[Row]:
    return kept(reader, where & Where("r.done_at IS NOT NULL"), limit, before)


def _expired(reader: Reader, where: Where, limit: int, before: int) -> list[Row]:
    over = Where("n.expires_at <= %s", (_now(reader),))
    return ended(reader, where & over & without(reader, "r.done_at IS NOT NULL"), limit, before)


def _now(reader: Reader) -> Any:
    return DateTimeField().get_db_prep_value(reader.now, connections[options.DATABASE])


VIEWS: dict[str, Query] = {
    "inbox": _inbox,
    "unread": _unread,
    "snoozed": _snoozed,
    "done": _done,
    "expired": _expired,
}
