"""The ends of a snooze that are offered. `inbox/later/snooze.js` offers the same, and any other."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.views.rows import Item, moment

MORNING = 9
EVENING = 18


def snoozes(item: Item, now: datetime) -> list[dict[str, str | Promise]]:
    """The offered ends that lie ahead, and before the notification's own end."""
    local = timezone.localtime(now)
    tomorrow = (local + timedelta(days=1)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    choices = [
        (_("In 1 hour"), now + timedelta(hours=1)),
        (_("This evening (18:00)"), tomorrow + timedelta(days=-1, hours=EVENING - MORNING)),
        (_("Tomorrow 9:00"), tomorrow),
        (_("Next Monday 9:00"), tomorrow + timedelta(days=(7 - tomorrow.weekday()) % 7)),
    ]
    latest = moment(item["expires_at"]) if item["expires_at"] else None
    return [
        {"label": label, "until": until.isoformat()}
        for label, until in choices
        if until > now and (latest is None or until < latest)
    ]
