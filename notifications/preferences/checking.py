"""Which values a preference may have. Each check returns the value as it is kept."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.conf import options
from notifications.errors import BadPreference, BadTopic
from notifications.events import iso
from notifications.models import Level
from notifications.topics import ROOM, check_topic, split

DENSITIES = ("cosy", "compact")
DAYS = ("0", "1", "2", "3", "4", "5", "6")
MOST_TOPICS = 200
# A longer silence is a decision to leave, and would be forgotten.
LONGEST_SILENCE = timedelta(days=31)

_HOUR = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def check(name: str, value: Any) -> Any:
    """The value of a preference as it is kept; raises `BadPreference`, which names the field."""
    checked = CHECKS.get(name)
    if checked is None:
        raise BadPreference(field=name, code="unknown_field")
    return checked(name, value)


def mandatory(name: str) -> bool:
    """May nobody mute this level or topic?"""
    return name in options.MANDATORY


def locked(field: str) -> BadPreference:
    """The error for what the administrators require."""
    return BadPreference(field=field, code="locked")


def switched(name: str, value: Any, before: list[str]) -> list[str]:
    """The topics of a list after ``{"group.3": true, …}``: true puts one into it.

    Raises `BadPreference`, with `locked` for a topic that is mandatory.
    """
    if not isinstance(value, Mapping):
        raise BadPreference(field=name, code="wrong_type")
    after = set(before)
    for topic, on in value.items():
        _topic(name, topic)
        if not isinstance(on, bool):
            raise BadPreference(field=name, code="wrong_type")
        if on and mandatory(topic):
            raise locked(name)
        after = after | {topic} if on else after - {topic}
    if len(after) > MOST_TOPICS:
        raise BadPreference(_("At most %s topics.") % MOST_TOPICS, field=name)
    return sorted(after)


def _topic(name: str, topic: Any) -> None:
    try:
        kind = split(check_topic(topic))[0]
    except BadTopic as error:
        raise BadPreference(error.detail, field=name) from error
    if kind == ROOM:
        raise BadPreference(_("What a room tells you is set with “rooms”."), field=name)


def _one_of(values: tuple[str, ...]) -> Callable[[str, Any], Any]:
    def chosen(name: str, value: Any) -> Any:
        if not isinstance(value, str):
            raise BadPreference(field=name, code="wrong_type")
        if value not in values:
            said = _("Choose one of these: %s.") % ", ".join(values)
            raise BadPreference(said, field=name)
        return value

    return chosen


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadPreference(field=name, code="wrong_type")
    return value


def _ignoring(name: str, value: Any) -> bool:
    if not _switch(name, value) and mandatory(Level.CRITICAL):
        raise locked(name)
    return bool(value)


def _until(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadPreference(field=name, code="wrong_type")
    try:
        until = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadPreference(_("This is not a time."), field=name) from error
    if until.tzinfo is None:
        raise BadPreference(_("Say the time with its zone."), field=name)
    if until > timezone.now() + LONGEST_SILENCE:
        said = _("At most %s days from now.") % LONGEST_SILENCE.days
        raise BadPreference(said, field=name)
    # What is past is as good as now, and the first years cannot be said in another zone.
    return iso(max(until, timezone.now()))


def _quiet(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or value.keys() != {"zone", "days"}:
        raise BadPreference(_("Give “zone” and “days”."), field=name)
    if not isinstance(value["zone"], str) or value["zone"] not in zones():
        raise BadPreference(_("There is no such time zone."), field=name)
    days = value["days"]
    if not isinstance(days, Mapping) or not set(days) <= set(DAYS):
        raise BadPreference(_("Days are “0” (Monday) to “6”."), field=name)
    return {
        "zone": value["zone"],
        "days": {day: _spans(name, days[day]) for day in sorted(days) if days[day]},
    }


def _spans(name: str, value: Any) -> list[list[str]]:
    if not (isinstance(value, list) and len(value) == 1 and _is_span(value[0])):
        said = _("Give each day one pair of hours, such as 22:00 and 07:00.")
        raise BadPreference(said, field=name)
    return [list(value[0])]


def _is_span(span: Any) -> bool:
    return (
        isinstance(span, list)
        and len(span) == 2
        and all(isinstance(hour, str) and _HOUR.fullmatch(hour) for hour in span)
    )


@cache
def zones() -> frozenset[str]:
    """The names of the time zones that a browser knows too, and UTC."""
    areas = re.compile(r"(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|"
                       r"Indian|Pacific)/|UTC\Z")  # fmt: skip
    return frozenset(name for name in available_timezones() if areas.match(name))


CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "toasts": _one_of(tuple(Level.values)),
    "keep_toasts": _switch,
    "relative_times": _switch,
    "shortcuts": _switch,
    "density": _one_of(DENSITIES),
    "dnd_until": _until,
    "quiet": _quiet,
    "critical_ignores_quiet": _ignoring,
}
"""The checks of all preferences but the lists of topics (`switched`) and the rooms."""
