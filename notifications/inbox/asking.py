"""What is asked of an inbox: a view, filters and a search, as the conditions of a query."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import connections
from django.db.models import DateTimeField, Q
from django.utils.translation import gettext as _

from notifications.conf import options
from notifications.errors import BadRequest
from notifications.inbox import seeking
from notifications.inbox.language import LEVELS, LONGEST_SEARCH, Search, Term, parse
from notifications.inbox.queries import LAST, having, standing_at
from notifications.inbox.reader import Reader
from notifications.inbox.where import EVERYTHING, NOTHING, Where
from notifications.inbox.words import holding
from notifications.models import Notification
from notifications.strictjson import storable
from notifications.topics import ROOM

# These states are views: a search for one of them looks there.
VIEWS_OF_STATES = ("unread", "done", "snoozed")
MOST_SENDERS = 20
NAMES = ("first_name", "last_name")


@dataclass(frozen=True, slots=True)
class Asked:
    """The view in which a reader looks, for what, and by which of the topics.

    ``reader`` has only the topics that can fit; only places ``above`` and ``before`` can.
    """

    view: str
    where: Where
    reader: Reader
    above: int = 0
    before: int = LAST
    hints: tuple[str, ...] = ()


def check(levels: Sequence[str], q: str) -> Search:
    """The search that ``q`` is; ``bad_request`` for what no filter can be."""
    if not set(LEVELS).issuperset(levels):
        raise BadRequest(_("level must be one of %s.") % ", ".join(sorted(LEVELS)))
    if len(q) > LONGEST_SEARCH or not storable(q):
        raise BadRequest(_("The search text is too long or not a text."))
    return parse(q)


def asked(reader: Reader, view: str, levels: Sequence[str], search: Search) -> Asked:
    """Put together what a reader asks for."""
    chosen, where, hints = _view(view, search)
    if levels:
        where &= _one_of("n.level", levels)
    for build in (_levels, _senders, _links, _texts):
        where &= build(search)
    where &= _acknowledged(reader, search) & _rooms_left_out(search)
    topics, missing = _topics(reader, search)
    where, above, before = _ages(where, search)
    said = (*search.hints, *hints, *missing)
    return Asked(chosen, where, replace(reader, topics=topics), above, before, said)


def _view(view: str, search: Search) -> tuple[str, Where, list[str]]:
    wanted = [term.value for term in search.of("is") if term.value in VIEWS_OF_STATES]
    chosen = wanted[-1] if wanted else view
    unwanted = {term.value for term in search.of("is", wanted=False)}
    hints = []
    if len(set(wanted)) > 1:
        said = {"state": chosen, "states": ", ".join(f"is:{each}" for each in wanted)}
        hints.append(_("Nothing is all of %(states)s: is:%(state)s counted.") % said)
    if chosen in unwanted:
        return chosen, NOTHING, hints
    if "unread" in unwanted and chosen == "inbox":
        return "read", EVERYTHING, hints
    return chosen, EVERYTHING, hints


def _levels(search: Search) -> Where:
    return _each(search, "level", lambda values: _one_of("n.level", values))


def _links(search: Search) -> Where:
    return _each(search, "has", lambda _values: Where("n.link <> ''"))


def _senders(search: Search) -> Where:
    return _each(search, "from", _sent_by)


def _texts(search: Search) -> Where:
    where = EVERYTHING
    for term in search.of("text"):
        where &= holding(term.value, term.exact)
    for term in search.of("text", wanted=False):
        where &= ~holding(term.value, term.exact)
    return where


def _each(search: Search, key: str, build: Callable[[list[str]], Where]) -> Where:
    """One of the wanted values, and none of the unwanted."""
    where = EVERYTHING
    if wanted := [term.value for term in search.of(key)]:
        where &= build(wanted)
    if unwanted := [term.value for term in search.of(key, wanted=False)]:
        where &= ~build(unwanted)
    return where


def _acknowledged(reader: Reader, search: Search) -> Where:
    def build(_values: list[str]) -> Where:
        return having(reader, "r.acknowledged_at IS NOT NULL")

    terms = tuple(term for term in search.terms if term.value == "acknowledged")
    return _each(Search(terms), "is", build)


def _rooms_left_out(search: Search) -> Where:
    left_out = [_topic(term) for term in search.of("room", "topic", wanted=False)]
    return ~standing_at(left_out) if left_out else EVERYTHING


def _topics(reader: Reader, search: Search) -> tuple[tuple[str, ...], list[str]]:
    """The reader's topics that are left, and hints for those that are none of them."""
    wanted = {_topic(term): term for term in search.of("room", "topic")}
    left_out = {_topic(term) for term in search.of("room", "topic", wanted=False)}
    missing = [
        _("“%(key)s:%(value)s” is none of yours.") % {"key": term.key, "value": term.value}
        for topic, term in wanted.items()
        if topic not in reader.topics
    ]
    topics = tuple(
        topic
        for topic in reader.topics
        if topic not in left_out and (not wanted or topic in wanted)
    )
    return topics, missing


def _topic(term: Term) -> str:
    return f"{ROOM}.{term.value}" if term.key == "room" else term.value


def _ages(where: Where, search: Search) -> tuple[Where, int, int]:
    """The ages as conditions, and the bounds that they set to the places."""
    above, before = 0, LAST
    for moment, newer in _moments(search):
        sign = ">=" if newer else "<"
        value = DateTimeField().get_db_prep_value(moment, connections[options.DATABASE])
        where &= Where(f"n.published_at {sign} %s", (value,))
        if newer:
            above = max(above, seeking.above(moment))
        else:
            before = min(before, seeking.below(moment) or LAST)
    return where, above, before


def _moments(search: Search) -> Iterable[tuple[datetime, bool]]:
    """The times of the age terms, and whether what is newer is wanted; not older is newer."""
    for term in search.terms:
        if term.moment is not None:
            yield term.moment, (term.key == "newer") is term.wanted


def _sent_by(names: list[str]) -> Where:
    """Sent by an account with one of these names, or under the name alone."""
    field = Notification._meta.get_field("sender")
    connection = connections[options.DATABASE]
    keys = [field.get_db_prep_value(key, connection) for name in names for key in _users(name)]
    # As the index of sender_name has it.
    named = "n.sender_name <> '' AND UPPER(n.sender_name) = UPPER(%s)"
    either = [f"({named})"] * len(names)
    if keys:
        either.append(f"(n.sender_id IS NOT NULL AND n.sender_id IN ({_places(keys)}))")
    sql, params = f"({' OR '.join(either)})", (*names, *keys)
    return Where(sql, params, seek=(sql, params))


def _users(name: str) -> list[Any]:
    model = get_user_model()
    fits = Q(**{f"{model.USERNAME_FIELD}__iexact": name})
    for each in NAMES:
        try:
            model._meta.get_field(each)
        except FieldDoesNotExist:
            continue
        fits |= Q(**{f"{each}__iexact": name})
    users = model._default_manager.using(options.DATABASE).filter(fits)
    return list(users.order_by("pk").values_list("pk", flat=True)[:MOST_SENDERS])


def _one_of(column: str, values: Sequence[Any]) -> Where:
    return Where(f"{column} IN ({_places(values)})", tuple(values))


def _places(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))
