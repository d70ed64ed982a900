"""The preferences of one reader, with the defaults for what was not chosen."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from notifications.conf import options
from notifications.models import Level, RoomLevel
from notifications.topics import room_topic

DEFAULTS: dict[str, Any] = {
    "toasts": Level.SUCCESS.value,
    "keep_toasts": False,
    "relative_times": True,
    "shortcuts": True,
    "density": "cosy",
    "dnd_until": None,
    "quiet": None,
    "critical_ignores_quiet": True,
    "muted": [],
    "desktop_off": [],
}
"""What one who has chosen nothing gets; the names are also those of the stored choices."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """All preferences of one reader at one moment.

    `toasts` is the least level that pops up, `density` cosy or compact, `dnd_until` an ISO time
    that lies ahead or None. `quiet` has a time `zone` and the hours of `days`: "0" (Monday) to "6",
    each with a list of a pair of "HH:MM"; a pair whose end is not later than its start ends on the
    next day. `muted` are the topics of which nothing pops up, `desktop_off` those without a desktop
    notification, `rooms` what was chosen for a room (slug → `RoomLevel`), `mandatory` the levels
    and topics that nobody mutes. `version` grows with each change; 0: nothing was ever chosen.
    """

    toasts: str
    keep_toasts: bool
    relative_times: bool
    shortcuts: bool
    density: str
    dnd_until: str | None
    quiet: Mapping[str, Any]
    critical_ignores_quiet: bool
    muted: tuple[str, ...]
    desktop_off: tuple[str, ...]
    rooms: Mapping[str, str] = field(default_factory=dict)
    mandatory: tuple[str, ...] = ()
    version: int = 0

    @property
    def always(self) -> frozenset[str]:
        """The levels that pop up whatever topic is muted."""
        return frozenset(self.mandatory).intersection(Level.values) | {Level.CRITICAL.value}

    def wire(self) -> dict[str, Any]:
        """What the browser gets, in the page, in the answer of the API and in the event."""
        return asdict(self)


def shape(chosen: Mapping[str, Any], rooms: Mapping[str, str], version: int) -> Preferences:
    """The preferences that follow from what was chosen and from what is mandatory now."""
    mandatory = tuple(sorted(set(options.MANDATORY)))
    values = {**DEFAULTS, **{name: chosen[name] for name in DEFAULTS if name in chosen}}
    levels = {slug: level for slug, level in rooms.items() if room_topic(slug) not in mandatory}
    quiet_rooms = {room_topic(slug) for slug, level in levels.items() if level != RoomLevel.ALL}
    values["muted"] = tuple(sorted({*values["muted"], *quiet_rooms} - set(mandatory)))
    values["desktop_off"] = tuple(sorted(set(values["desktop_off"]) - set(mandatory)))
    values["quiet"] = values["quiet"] or {"zone": settings.TIME_ZONE, "days": {}}
    values["dnd_until"] = _ahead(values["dnd_until"])
    values["critical_ignores_quiet"] |= Level.CRITICAL in mandatory
    return Preferences(**values, rooms=levels, mandatory=mandatory, version=version)


def _ahead(until: str | None) -> str | None:
    return until if until and datetime.fromisoformat(until) > timezone.now() else None
