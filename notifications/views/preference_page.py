"""The page of the reader's preferences; without JavaScript its one form saves all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notifications import inbox as inboxes
from notifications.audience import labels
from notifications.conf import options
from notifications.models import Level, Membership, Notify, RoomLevel
from notifications.preferences import DEFAULTS, Preferences
from notifications.preferences.checking import zones
from notifications.rights import topics_of
from notifications.topics import ROOM, room_topic, split, user_topic
from notifications.views.preference_form import save
from notifications.views.preferences import mine

Words = str | Promise
DAY_NAMES = (
    *(_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday")),
    *(_("Saturday"), _("Sunday")),
)


@dataclass(frozen=True, slots=True)
class Control:
    """One switch, or one choice of several (`choices`), as the templates and the browser know it.

    `value` and `default` are what the form would send: of a switch "true" or "false".
    """

    id: str
    name: str
    label: Words
    hint: Words = ""
    value: str = "true"
    default: str = "true"
    choices: tuple[tuple[str, Words], ...] = ()
    key: str = ""
    locked: bool = False

    @property
    def on(self) -> bool:
        return self.value == "true"

    @property
    def default_word(self) -> Words:
        """What the default is called."""
        words: Mapping[str, Words] = dict(self.choices) or {"true": _("on"), "false": _("off")}
        return words[self.default]

    @property
    def reset(self) -> str:
        """What a button that takes the choice back sends."""
        return f"{self.name}:{self.key}" if self.key else self.name


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The preferences; a POST saves those of the form and shows them again."""
    if request.method == "POST":
        return save(request)
    chosen = mine(request)
    snapshot = inboxes.snapshot(request.user, limit=options.PAGE_SIZE)
    return render(
        request,
        "noticeboard/preferences/page.html",
        {
            "page": "preferences",
            "snapshot": snapshot,
            "unread": snapshot["unread"],
            "poll_seconds": options.POLL_SECONDS,
            "chosen": chosen,
            "topic_rows": _topics(request.user, chosen),
            "levels": _levels(chosen),
            "rooms": _rooms(request.user, chosen),
            "ignoring": _ignoring(chosen),
            "popping": _popping(chosen),
            "looks": _looks(chosen),
            "zones": sorted({*zones(), chosen.quiet["zone"]}),
            "days": _days(chosen),
        },
    )


def _topics(user: Any, chosen: Preferences) -> list[dict[str, Any]]:
    """The topics of a reader but the rooms', and those that he has muted besides."""
    own = [each for each in topics_of(user) if split(each)[0] != ROOM]
    silent = [each for each in chosen.muted if split(each)[0] != ROOM]
    found = sorted({*own, *silent, *chosen.desktop_off})
    named = {**labels(found), user_topic(user): gettext("To you alone")}
    rows = []
    for number, topic in enumerate(found):
        locked = topic in chosen.mandatory
        cells = [
            _cell(f"{short}-{number}", name, topic, topic not in getattr(chosen, name), locked)
            for short, name in (("inapp", "muted"), ("desktop", "desktop_off"))
        ]
        rows.append(
            {"id": f"topic-{number}", "label": named[topic], "locked": locked, "cells": cells}
        )
    return rows


def _cell(id: str, name: str, topic: str, on: bool, locked: bool) -> Control:
    return Control(id, name, "", value=_bool(on), key=topic, locked=locked)


def _levels(chosen: Preferences) -> list[dict[str, Any]]:
    """The levels that pop up whatever is muted; critical always does."""
    said = {
        "success": _("Every success notification"),
        "info": _("Every info notification"),
        "warning": _("Every warning"),
        "critical": _("Everything critical"),
    }
    return [
        {"id": f"level-{level}", "label": said[level], "required": level in chosen.mandatory}
        for level in Level.values
        if level in chosen.always
    ]


def _rooms(user: Any, chosen: Preferences) -> list[Control]:
    members = Membership.objects.filter(user_id=user.pk).select_related("room")
    controls = []
    for each in members.order_by("room__name", "room__slug"):
        slug = each.room.slug
        default = RoomLevel.ALL if each.room.notify == Notify.ALL else RoomLevel.MENTIONS
        controls.append(
            Control(
                id=f"room-{slug}",
                name="rooms",
                label=each.room.name,
                hint=each.room.description,
                value=str(chosen.rooms.get(slug, default.value)),
                default=default.value,
                choices=tuple(RoomLevel.choices),
                key=slug,
                locked=room_topic(slug) in chosen.mandatory,
            )
        )
    return controls


def _ignoring(chosen: Preferences) -> Control:
    return _control(
        chosen,
        "critical_ignores_quiet",
        _("Critical notifications ignore quiet hours"),
        _("Do not disturb holds back even these."),
        locked=Level.CRITICAL in chosen.mandatory,
    )


def _popping(chosen: Preferences) -> list[Control]:
    """How notifications pop up."""
    return [
        _control(
            chosen,
            "toasts",
            _("Least level that pops up"),
            _("What is below it is counted in your inbox only."),
            choices=tuple(Level.choices),
        ),
        _control(
            chosen,
            "keep_toasts",
            _("Keep what pops up until I dismiss it"),
            _("Else it goes after some seconds; critical notifications always stay."),
        ),
    ]


def _looks(chosen: Preferences) -> list[Control]:
    """How the pages look and are used."""
    return [
        _control(
            chosen,
            "density",
            _("Density"),
            choices=(("cosy", _("Cosy")), ("compact", _("Compact"))),
        ),
        _control(
            chosen,
            "relative_times",
            _("Times"),
            choices=(
                ("true", _("Relative: 5 minutes ago")),
                ("false", _("Absolute: date and time")),
            ),
        ),
        _control(
            chosen,
            "shortcuts",
            _("Keyboard shortcuts"),
            _("Single keys such as e for done; ? lists them all."),
        ),
    ]


def _control(
    chosen: Preferences, name: str, label: Words, hint: Words = "", **more: Any
) -> Control:
    value, default = (_text(each) for each in (getattr(chosen, name), DEFAULTS[name]))
    return Control(f"p-{name}", name, label, hint, value, default, **more)


def _text(value: Any) -> str:
    return _bool(value) if isinstance(value, bool) else str(value)


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _days(chosen: Preferences) -> list[dict[str, Any]]:
    days = []
    for number, name in enumerate(DAY_NAMES):
        spans = chosen.quiet["days"].get(str(number)) or [["", ""]]
        days.append({"number": number, "name": name, "from": spans[0][0], "to": spans[0][1]})
    return days
