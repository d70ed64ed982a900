"""What the form of the preferences page says when it is sent without JavaScript."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import preferences
from notifications.errors import NoticeboardError
from notifications.models import Level
from notifications.preferences import DEFAULTS, Preferences
from notifications.preferences.checking import DAYS, zones
from notifications.transports import limits

CHOICES = ("toasts", "density")
SWITCHES = ("keep_toasts", "shortcuts")
MINUTES = ("30", "60", "120")


def save(request: HttpRequest) -> HttpResponse:
    """Save all that the form says, or nothing, and show the page again."""
    form = request.POST
    try:
        limits.actions.spend(request.user.pk)
        preferences.change(request.user, wanted(form, preferences.of(request.user)))
        messages.success(request, _("Saved."))
    except NoticeboardError as error:
        messages.error(request, _("Not saved: %s") % error.detail)
    return HttpResponseRedirect(reverse("noticeboard:preferences"))


def wanted(form: QueryDict, chosen: Preferences) -> dict[str, Any]:
    """The changes that a form asks for: what is as the default has it is no choice."""
    values: dict[str, Any] = {name: form[name] for name in CHOICES if name in form}
    values |= {name: name in form for name in SWITCHES}
    if "relative_times" in form:
        values["relative_times"] = form["relative_times"] == "true"
    if Level.CRITICAL not in chosen.mandatory:
        values["critical_ignores_quiet"] = "critical_ignores_quiet" in form
    changes = {name: _unless_default(name, value) for name, value in values.items()}
    changes |= {
        "muted": _off(form, "muted"),
        "desktop_off": _off(form, "desktop_off"),
        "rooms": _rooms(form),
        "quiet": _quiet(form),
        **_silence(form),
    }
    return changes | _reset(form, changes)


def _unless_default(name: str, value: Any) -> Any:
    return None if value == DEFAULTS[name] else value


def _off(form: QueryDict, name: str) -> dict[str, bool]:
    """A switch that is off is not in the form: `topics` are those that it shows, unlocked."""
    on = form.getlist(name)
    return {topic: topic not in on for topic in form.getlist("topics")}


def _rooms(form: QueryDict) -> dict[str, str | None]:
    levels: dict[str, str | None] = {}
    for field in _after(form, "rooms:"):
        level = str(form[f"rooms:{field}"])
        levels[field] = None if level == form.get(f"default:{field}") else level
    return levels


def _quiet(form: QueryDict) -> dict[str, Any] | None:
    hours = {day: [form.get(f"from-{day}", ""), form.get(f"to-{day}", "")] for day in DAYS}
    days = {day: [pair] for day, pair in hours.items() if any(pair)}
    zone = form.get("zone", "")
    return {"zone": zone, "days": days} if days or zone != settings.TIME_ZONE else None


def _silence(form: QueryDict) -> dict[str, Any]:
    """What the pressed button of do not disturb asks for; nothing if none was pressed."""
    asked = form.get("dnd", "")
    now = timezone.now()
    if asked in MINUTES:
        return {"dnd_until": (now + timedelta(minutes=int(asked))).isoformat()}
    if asked == "day":
        return {"dnd_until": _midnight(now, form.get("zone", "")).isoformat()}
    return {"dnd_until": None} if asked == "off" else {}


def _midnight(now: datetime, zone: str) -> datetime:
    here = ZoneInfo(zone) if zone in zones() else timezone.get_default_timezone()
    tomorrow = now.astimezone(here).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=here)


def _reset(form: QueryDict, changes: dict[str, Any]) -> dict[str, Any]:
    """What the pressed button takes back to its default."""
    name, _colon, key = form.get("reset", "").partition(":")
    if not name:
        return {}
    if not key:
        return {name: None}
    default = None if name == "rooms" else False
    return {name: {**changes.get(name, {}), key: default}}


def _after(form: QueryDict, prefix: str) -> Iterable[str]:
    return [name.removeprefix(prefix) for name in form if name.startswith(prefix)]
