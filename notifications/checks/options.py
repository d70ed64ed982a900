"""The NOTICEBOARD setting: names that exist, values of the right type, numbers that make sense."""

from difflib import get_close_matches
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from notifications.conf import SETTING, all_options, chosen, mistyped, options, unknown
from notifications.errors import BadTopic
from notifications.models import Level
from notifications.topics import check_topic

# nginx closes a connection that is silent for 60 s, some load balancers after 30 s.
LONGEST_HEARTBEAT = 25


@register()
def check_options(**kwargs: Any) -> list[CheckMessage]:
    """E001, E002, E003 and W004."""
    wrong: list[CheckMessage] = [*map(_unknown, unknown()), *map(_mistyped, mistyped())]
    return wrong or [*_mandatory(), *_heartbeat()]


def _unknown(name: str) -> Error:
    known = list(all_options())
    close = get_close_matches(name.upper(), known, n=1)
    cure = f"Did you mean {close[0]}?" if close else "There are: " + ", ".join(known) + "."
    return Error(f"{SETTING}[{name!r}] is no option.", hint=cure, id="noticeboard.E001")


def _mistyped(name: str) -> Error:
    option = all_options()[name]
    return Error(
        f"{SETTING}[{name!r}] is {chosen()[name]!r}, which has the wrong type.",
        hint=f"{option.metadata['sentence']} The default is {option.default!r}.",
        id="noticeboard.E002",
    )


def _mandatory() -> list[CheckMessage]:
    """What is neither would be required of nobody, and nobody would notice."""
    strange = [name for name in options.MANDATORY if name not in Level.values and not _topic(name)]
    return [
        Error(
            f"{SETTING}['MANDATORY'] has {name!r}, which is neither a level nor a topic.",
            hint=f"Levels are {', '.join(Level.values)}; a topic is such as group.3.",
            id="noticeboard.E003",
        )
        for name in strange
    ]


def _topic(name: str) -> bool:
    try:
        return bool(check_topic(name))
    except BadTopic:
        return False


def _heartbeat() -> list[CheckMessage]:
    if options.HEARTBEAT_SECONDS <= LONGEST_HEARTBEAT:
        return []
    return [
        Warning(
            f"{SETTING}['HEARTBEAT_SECONDS'] is {options.HEARTBEAT_SECONDS}: proxies close"
            " connections that are silent for so long.",
            hint=f"Use {LONGEST_HEARTBEAT} or less.",
            id="noticeboard.W004",
        )
    ]
