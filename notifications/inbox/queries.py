"""The ids of an inbox, newest first, at a cost that does not grow with what was ever sent.

A topic's addresses are indexed by position, so the newest L of one topic cost L index entries
however long it is; the newest L of an inbox are among the newest L of each of its topics. Each
topic is asked for them alone (`LATERAL` on PostgreSQL, `UNION ALL` on SQLite) and the answers are
merged; `topic IN (…) ORDER BY position` would read every row of every topic.

Only what is in such a window is then looked at: which of it fits, by its ids. In one query the
planner of PostgreSQL would look at whole topics first and cut afterwards (4 to 7 times the cost
with a million notifications). Where too little fits, the next window is larger.

A notification that reaches a reader by several topics stands where it came first: its least
position. Positions are the `seq` of `notification.created` events, hence unique per notification.
"""

# Only names of our own tables and columns are put into SQL; every value is a parameter.
# ruff: noqa: S608

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connections

from notifications.conf import options
from notifications.inbox import seeking
from notifications.inbox.reader import Reader
from notifications.inbox.where import Where
from notifications.models import Address, Notification, Receipt

LAST = 2**62  # above every position
# SQLite takes at most 500 terms in one UNION ALL.
TOPICS_AT_ONCE = 200
# Places that are looked at together: at first, and at most. Each window is GROWTH times the last.
FIRST_WINDOW = 50
LAST_WINDOW = 2_000
GROWTH = 4


class Row(NamedTuple):
    """One notification of an inbox and where it stands."""

    id: int
    position: int


TABLES = {
    "address": Address._meta.db_table,
    "notification": Notification._meta.db_table,
    "receipt": Receipt._meta.db_table,
}


def having(reader: Reader, sql: str, *params: Any) -> Where:
    """The condition that the reader has a receipt ``r`` of which ``sql`` is true."""
    receipt = "SELECT 1 FROM {receipt} r WHERE r.user_id = %s AND r.notification_id = n.id"
    return Where(f"EXISTS ({receipt.format(**TABLES)} AND ({sql}))", (_user(reader), *params))


def without(reader: Reader, sql: str, *params: Any) -> Where:
    """The condition that the reader has no receipt ``r`` of which ``sql`` is true.

    Not a join with "is null": the planner of PostgreSQL would take that for rare, read whole topics
    and sort them.
    """
    return ~having(reader, sql, *params)


def standing_at(topics: Sequence[str]) -> Where:
    """The condition that the notification is addressed to one of these topics."""
    one_of, wanted = _one_of(topics)
    addressed = f"SELECT 1 FROM {TABLES['address']} s WHERE s.notification_id = n.id"
    return Where(f"EXISTS ({addressed} AND s.topic {one_of})", (wanted,))


def newest(
    reader: Reader, where: Where, limit: int, before: int = LAST, above: int = 0
) -> list[Row]:
    """The newest ``limit`` rows with ``above`` < position < ``before`` that fit ``where``."""
    return _merged(reader, where, limit, before, above, "DESC")


def oldest(reader: Reader, where: Where, limit: int, above: int) -> list[Row]:
    """The oldest ``limit`` rows above a position that fit ``where``, oldest first."""
    return _merged(reader, where, limit, LAST, above, "ASC")


def kept(reader: Reader, where: Where, limit: int, before: int = LAST) -> list[Row]:
    """As ``newest``, found from the reader's own receipts: for states that only a receipt gives."""
    mine = Where("r.user_id = %s", (_user(reader),))
    receipts = "JOIN {receipt} r ON r.notification_id = n.id".format(**TABLES)
    return _grouped(reader, receipts, mine & where, limit, before)


def ended(reader: Reader, where: Where, limit: int, before: int = LAST) -> list[Row]:
    """As ``newest``, found from the notifications that ``where`` selects by an index of theirs."""
    return _grouped(reader, "", where, limit, before)


def positions(reader: Reader, ids: Sequence[int], inbox: bool = True) -> dict[int, int]:
    """Where each of ``ids`` stands for the reader; what the reader does not get is left out."""
    rows = Address.objects.using(options.DATABASE).filter(
        notification_id__in=ids, topic__in=reader.topics
    )
    found: dict[int, int] = {}
    # Asked for what is live, PostgreSQL takes the index of live places and reads whole topics.
    for id, position, live, in_inbox in rows.values_list(
        "notification_id", "position", "live", "inbox"
    ):
        if position is not None and live and (in_inbox or not inbox):
            found[id] = min(position, found.get(id, position))
    return found


def hold(ids: Sequence[int]) -> None:
    """Keep notifications as they are until the end of the transaction, in the order of their ids.

    The lock is shared: one notification is read by many at once. SQLite has one writer anyway.
    """
    if _vendor() != "postgresql":
        return
    with connections[options.DATABASE].cursor() as cursor:
        sql = "SELECT id FROM {notification} WHERE id = ANY(%s) ORDER BY id FOR SHARE"
        cursor.execute(sql.format(**TABLES), [list(ids)])


def _merged(
    reader: Reader, where: Where, limit: int, before: int, above: int, order: str
) -> list[Row]:
    found: list[Row] = []
    size, sought, bounds = max(limit, FIRST_WINDOW), False, (before, above)
    while True:
        window, more = _window(reader.topics, above, before, size, order)
        found += _fitting(reader, where, window)
        if len(found) >= limit or not more:
            return found[:limit]
        # The next window would not fill it either: what is rare is for an index to find.
        if where.seek and not sought and len(found) * GROWTH < limit:
            sought = True
            if (ids := seeking.few(where.seek)) is not None:
                return _among(reader, where, ids, limit, *bounds, order)
        if order == "DESC":
            before = window[-1].position
        else:
            above = window[-1].position
        size = min(size * GROWTH, LAST_WINDOW)


def _among(
    reader: Reader,
    where: Where,
    ids: Sequence[int],
    limit: int,
    before: int,
    above: int,
    order: str,
) -> list[Row]:
    """The same of these notifications alone, where all that can fit are among them."""
    standing = positions(reader, ids).items()
    places = [Row(id, position) for id, position in standing if above < position < before]
    places.sort(key=lambda row: row.position, reverse=order == "DESC")
    return _fitting(reader, where, places)[:limit]


def _window(
    topics: Sequence[str], above: int, before: int, size: int, order: str
) -> tuple[list[Row], bool]:
    """The first ``size`` places between two positions, and whether there may be more."""
    rows: list[Row] = []
    for some in _portions(topics):
        rows += _fetch(*_by_topic(some, (above, before, size), order))
    # At one position stands one notification: none is cut off from its other topics.
    places = sorted(set(rows), key=lambda row: row.position, reverse=order == "DESC")
    return places[:size], len(rows) >= size


def _fitting(reader: Reader, where: Where, window: Sequence[Row]) -> list[Row]:
    """Of a window what fits ``where`` and does not stand at another place, in its order."""
    if not window:
        return []
    ids = [row.id for row in window]
    one_of, wanted = _one_of(ids, "bigint")
    # Two questions by id. Joined, PostgreSQL reads one of the sides whole, or compares all pairs.
    sql = "SELECT n.id FROM {notification} n WHERE n.id {one_of} AND {where}"
    found = _values(sql.format(**TABLES, one_of=one_of, where=where.sql), [wanted, *where.params])
    standing = positions(reader, [id for (id,) in found])
    return [row for row in window if standing.get(row.id) == row.position]


def _by_topic(
    topics: Sequence[str], bounds: tuple[int, int, int], order: str
) -> tuple[str, list[Any]]:
    postgresql = _vendor() == "postgresql"
    branch = """
        SELECT a.notification_id, a.position FROM {address} a
        WHERE a.topic = {topic} AND a.live AND a.inbox AND a.position > %s AND a.position < %s
        ORDER BY a.position {order} LIMIT %s
    """.format(**TABLES, topic="t.topic" if postgresql else "%s", order=order)
    if postgresql:
        each = f"SELECT x.* FROM unnest(%s::text[]) AS t(topic) CROSS JOIN LATERAL ({branch}) x"
        return f"{each} ORDER BY 2 {order} LIMIT %s", [list(topics), *bounds, bounds[-1]]
    sql = " UNION ALL ".join([f"SELECT * FROM ({branch})"] * len(topics))
    return sql, [value for topic in topics for value in (topic, *bounds)]


def _grouped(reader: Reader, join: str, where: Where, limit: int, before: int) -> list[Row]:
    one_of, mine = _one_of(reader.topics)
    sql = """
        SELECT n.id, MIN(a.position) FROM {notification} n
        {join}
        JOIN {address} a ON a.notification_id = n.id
        WHERE a.live AND a.inbox AND a.position IS NOT NULL AND a.topic {one_of} AND {where}
        GROUP BY n.id HAVING MIN(a.position) < %s ORDER BY 2 DESC LIMIT %s
    """.format(**TABLES, join=join, one_of=one_of, where=where.sql)
    return _fetch(sql, [mine, *where.params, before, limit])


def _fetch(sql: str, params: Sequence[Any]) -> list[Row]:
    return [Row(*found) for found in _values(sql, params)]


def _values(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connections[options.DATABASE].cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _one_of(values: Sequence[Any], type: str = "text") -> tuple[str, Any]:
    """A condition "is one of these" with one parameter, however many there are."""
    if _vendor() == "postgresql":
        return f"= ANY(%s::{type}[])", list(values)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(values))


def _portions(topics: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(topics), TOPICS_AT_ONCE):
        yield topics[start : start + TOPICS_AT_ONCE]


def _user(reader: Reader) -> Any:
    """The user's key as the database stores it (a UUID is text on SQLite)."""
    field = Receipt._meta.get_field("user")
    return field.get_db_prep_value(reader.user_id, connections[options.DATABASE])


def _vendor() -> str:
    return str(connections[options.DATABASE].vendor)
