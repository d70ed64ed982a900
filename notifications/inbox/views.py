"""The five views of an inbox, and what unread means."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.db import connections
from django.db.models import DateTimeField
from django.utils.translation import gettext as _

from notifications.conf import options
from notifications.errors import BadRequest
from notifications.inbox.asking import Asked
from notifications.inbox.queries import LAST, Row, ended, having, kept, newest, without
from notifications.inbox.reader import Reader
from notifications.inbox.where import EVERYTHING, Where

Query = Callable[[Asked, int, int], list[Row]]


def rows(asks: Asked, limit: int, before: int = LAST) -> list[Row]:
    """The newest ``limit`` rows of what is asked for, below ``before``."""
    return QUERIES[asks.view](asks, limit, min(before, asks.before))


def known(view: str) -> str:
    """The name of a view; an unknown one is a bad_request."""
    if view not in VIEWS:
        raise BadRequest(_("view must be one of %s.") % ", ".join(sorted(VIEWS)))
    return view


def unread_ids(reader: Reader, most: int | None = None) -> list[int]:
    """The ids of a user's unread notifications, newest first, at most as many as are counted."""
    whole = Asked("unread", EVERYTHING, reader)
    return [row.id for row in rows(whole, options.UNREAD_CAP if most is None else most)]


def unread_among(asks: Asked, limit: int, before: int = LAST) -> list[Row]:
    """What is unread of what is asked for: nothing, where that cannot be unread."""
    if asks.view not in ("inbox", "unread"):
        return []
    return rows(replace(asks, view="unread"), limit, before)


def pending(reader: Reader) -> Where:
    """The condition of what would be read unseen if the mark passed it."""
    untouched = without(reader, "r.read_at IS NOT NULL OR r.unread")
    return EVERYTHING & _running(reader) & untouched


# What a receipt r says when the notification is not in the inbox, and when it is read for certain.
_AWAY = "r.done_at IS NOT NULL OR r.snoozed_until > %s"
_HERE = "r.done_at IS NULL AND (r.snoozed_until IS NULL OR r.snoozed_until <= %s)"
_READ = "r.read_at IS NOT NULL AND NOT r.unread"


def _inbox(asks: Asked, limit: int, before: int) -> list[Row]:
    return newest(asks.reader, _here(asks), limit, before, asks.above)


def _unread(asks: Asked, limit: int, before: int) -> list[Row]:
    # Above the mark all is unread but what a receipt says was read; at or below it nothing is
    # but what a receipt says was made unread.
    reader = asks.reader
    if reader.user_id is None:
        return []
    now = _now(reader)
    where = asks.where & _running(reader)
    untouched = without(reader, f"{_AWAY} OR ({_READ})", now)
    above = max(reader.read_to, asks.above)
    fresh = newest(reader, where & untouched, limit, before, above)
    marked = kept(reader, where & Where(f"r.unread AND {_HERE}", (now,)), limit, before)
    return _newest_of({*fresh, *marked}, limit)


def _read(asks: Asked, limit: int, before: int) -> list[Row]:
    """The inbox without what is unread."""
    reader, here = asks.reader, _here(asks)
    above = max(reader.read_to, asks.above)
    fresh = newest(reader, here & having(reader, _READ), limit, before, above)
    older = min(before, reader.read_to + 1)
    marked = newest(reader, here & without(reader, "r.unread"), limit, older, asks.above)
    return _newest_of({*fresh, *marked}, limit)


def _snoozed(asks: Asked, limit: int, before: int) -> list[Row]:
    asleep = Where("r.done_at IS NULL AND r.snoozed_until > %s", (_now(asks.reader),))
    return kept(asks.reader, asks.where & _running(asks.reader) & asleep, limit, before)


def _done(asks: Asked, limit: int, before: int) -> list[Row]:
    return kept(asks.reader, asks.where & Where("r.done_at IS NOT NULL"), limit, before)


def _expired(asks: Asked, limit: int, before: int) -> list[Row]:
    over = Where("n.expires_at <= %s", (_now(asks.reader),))
    left = without(asks.reader, "r.done_at IS NOT NULL")
    return ended(asks.reader, asks.where & over & left, limit, before)


def _here(asks: Asked) -> Where:
    away = without(asks.reader, _AWAY, _now(asks.reader))
    return asks.where & _running(asks.reader) & away


def _running(reader: Reader) -> Where:
    return Where("(n.expires_at IS NULL OR n.expires_at > %s)", (_now(reader),))


def _newest_of(found: Iterable[Row], limit: int) -> list[Row]:
    return sorted(found, key=lambda row: row.position, reverse=True)[:limit]


def _now(reader: Reader) -> Any:
    return DateTimeField().get_db_prep_value(reader.now, connections[options.DATABASE])


VIEWS = ("inbox", "unread", "snoozed", "done", "expired")
# What a search makes of the inbox (-is:unread) has no address of its own.
QUERIES: dict[str, Query] = {
    "inbox": _inbox,
    "read": _read,
    "unread": _unread,
    "snoozed": _snoozed,
    "done": _done,
    "expired": _expired,
}
