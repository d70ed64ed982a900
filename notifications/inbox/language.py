"""The search language: what people type into the search field, read into terms.

    level:critical -room:ci from:alice older:2d "disk full" -test

A word finds words that begin with it, in any order; what stands in quotes is found as it stands. A
minus before a term turns it round. Every text is a search: a term that cannot be is left out, with
a hint that names the cure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from notifications.models import Notification

LONGEST_SEARCH = 200

STATES = ("unread", "done", "snoozed", "acknowledged")
FEATURES = ("link",)
UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
LONGEST_KEY = 12

# A minus, a key with its colon, and a value that may be quoted; a quote that is not closed is
# closed by the end.
TERM = re.compile(r'(-?)(?:([A-Za-z]+):)?(?:"([^"]*)"?|([^\s"]+))?')
AGE = re.compile(r"([0-9]{1,4})([mhdwy])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: ``key`` is a key of `KEYS`, or "text". Not ``wanted`` with a minus.

    ``exact``: it stood in quotes. ``moment`` is the time that an age comes to.
    """

    key: str
    value: str
    wanted: bool = True
    exact: bool = False
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What a text says: its terms, and what about it could not be understood."""

    terms: tuple[Term, ...] = ()
    hints: tuple[str, ...] = ()

    def of(self, *keys: str, wanted: bool = True) -> list[Term]:
        """The terms with one of these keys, with or without a minus."""
        return [term for term in self.terms if term.key in keys and term.wanted is wanted]


def parse(text: str, now: datetime | None = None) -> Search:
    """Read a search; ``now`` (aware) is what ages are counted from."""
    terms, hints = [], []
    for minus, key, quoted, bare, whole in _tokens(text[:LONGEST_SEARCH]):
        term, hint = _term(not minus, key, quoted, bare, whole, now or timezone.now())
        if term is not None:
            terms.append(term)
        if hint:
            hints.append(hint)
    return Search(tuple(terms), tuple(dict.fromkeys(hints)))


def _tokens(text: str) -> Iterator[tuple[str, str, str | None, str, str]]:
    for found in TERM.finditer(text):
        if found[0]:
            minus, key, quoted, bare = found.groups()
            yield minus, key or "", quoted, bare or "", found[0]


def _term(
    wanted: bool, key: str, quoted: str | None, bare: str, whole: str, now: datetime
) -> tuple[Term | None, str]:
    name = key.lower()
    value = (bare if quoted is None else quoted).strip()
    if name in KEYS:
        return _keyed(name, value, wanted, now)
    # An address, a drive or a time holds a colon too.
    plain = not key or value.startswith("/") or len(key) == 1 or len(key) > LONGEST_KEY
    hint = "" if plain or not value else _unknown(key)
    text = f"{key}:{value}" if key else value
    if not any(character.isalnum() for character in text):
        left_out = _("“%(term)s” holds no letter and no digit, so it was left out.")
        return None, left_out % {"term": whole} if whole.strip('-"') else ""
    return Term("text", text, wanted, quoted is not None), hint


def _keyed(key: str, value: str, wanted: bool, now: datetime) -> tuple[Term | None, str]:
    if not value:
        example = {"key": key, "example": f"{key}:{EXAMPLES[key]}"}
        return None, _("“%(key)s:” needs a value, as in %(example)s.") % example
    if key in ("older", "newer"):
        moment = _moment(value, now)
        said = {"key": key, "value": value}
        if moment is None:
            return None, (
                _(
                    "“%(key)s:%(value)s” is no age. Write a number with m, h, d, w or y, as in "
                    "%(key)s:2d, or a date, as in %(key)s:2026-11-21."
                )
                % said
            )
        return Term(key, value, wanted, moment=moment), ""
    if key in CHOICES:
        value = value.lower()
        if value not in CHOICES[key]:
            said = {"term": f"{key}:{value}", "key": key, "values": ", ".join(CHOICES[key])}
            return None, _("“%(term)s” was left out: %(key)s: is one of %(values)s.") % said
    return Term(key, value.lower() if key in ("room", "topic") else value, wanted), ""


def _moment(value: str, now: datetime) -> datetime | None:
    try:
        if found := AGE.fullmatch(value.lower()):
            return now - timedelta(seconds=int(found[1]) * UNITS[found[2]])
        day = parse_date(value) if value.isascii() else None
    except (ValueError, OverflowError):
        return None
    if day is None or not 1900 <= day.year <= 9000:
        return None
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _unknown(key: str) -> str:
    said = {"key": key, "keys": ", ".join(f"{each}:" for each in KEYS)}
    return (
        _(
            "There is no term “%(key)s:”, so it was looked for as text. Put it in quotes if that "
            "is what you want; the terms are %(keys)s."
        )
        % said
    )


EXAMPLES = {
    "level": "critical",
    "room": "ops",
    "topic": "all",
    "from": "alice",
    "older": "2d",
    "newer": "3h",
    "is": "unread",
    "has": "link",
}
KEYS = tuple(EXAMPLES)
LEVELS = tuple(value for value, _label in Notification._meta.get_field("level").flatchoices)
CHOICES = {"level": LEVELS, "is": STATES, "has": FEATURES}
