"""Snapshot items as the templates show them. `static/noticeboard/views/item.js` does the same."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.conf import options

LEVEL_WORDS: dict[str, str | Promise] = {
    "info": _("Info"),
    "success": _("Success"),
    "warning": _("Warning"),
    "critical": _("Critical"),
}
HEADING_CHARACTERS = 80

Item = dict[str, Any]


def row(item: Item, *, read_to: int, now: datetime | None = None) -> Item:
    """`item` and what its page shows besides: heading, excerpt, level word, the user's state."""
    now = now or timezone.now()
    receipt = item.get("receipt") or {}
    return {
        **item,
        "heading": heading(item),
        "excerpt": item["text"] if item["title"] else "",
        "word": LEVEL_WORDS[item["level"]],
        "expired": _past(item["expires_at"], now),
        "done": bool(receipt.get("done_at")),
        "snoozed": bool(receipt.get("snoozed_until")) and not _past(receipt["snoozed_until"], now),
        "acknowledged": bool(receipt.get("acknowledged_at")),
        "unread": _unread(item, receipt, read_to, now),
    }


def rows(items: Iterable[Item], *, read_to: int) -> list[Item]:
    """Every item as a row; the first one of a day carries that day's name."""
    now = timezone.now()
    shown = [row(item, read_to=read_to, now=now) for item in items]
    last: date | None = None
    for each in shown:
        day = timezone.localtime(moment(each["published_at"])).date()
        each["day"] = "" if day == last else day_name(day, timezone.localtime(now).date())
        last = day
    return shown


def heading(item: Item) -> str:
    """The title, or the beginning of the text where there is none (posts in rooms)."""
    text: str = item["title"] or item["text"][:HEADING_CHARACTERS]
    return text or str(LEVEL_WORDS[item["level"]])


def capped(count: int | None) -> str:
    """A number as a badge shows it: `99+` from the cap on."""
    count = count or 0
    return f"{options.UNREAD_CAP - 1}+" if count >= options.UNREAD_CAP else str(count)


def moment(text: str) -> datetime:
    """The time in a wire value such as `2026-11-21T10:00:00.000Z`."""
    parsed = parse_datetime(text)
    if parsed is None:
        raise ValueError(f"{text!r} is not an ISO time")
    return parsed


def day_name(day: date, today: date) -> str:
    """`Today`, `Yesterday`, a weekday within the last week, else the date."""
    age = (today - day).days
    if age == 0:
        return gettext("Today")
    if age == 1:
        return gettext("Yesterday")
    if 0 < age < 7:
        return date_format(day, "l")
    return date_format(day, "DATE_FORMAT")


def _past(text: str | None, now: datetime) -> bool:
    return text is not None and moment(text) <= now


def _unread(item: Item, receipt: dict[str, Any], read_to: int, now: datetime) -> bool:
    if not item["inbox"] or receipt.get("done_at") or _past(item["expires_at"], now):
        return False
    if receipt.get("unread"):
        return not receipt.get("snoozed_until") or _past(receipt["snoozed_until"], now)
    return not receipt.get("read_at") and (item["position"] or 0) > read_to
