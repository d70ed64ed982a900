"""Looks: somebody wants to see connections, and the processes list them as long as he does."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models.functions import Now

from notifications.models import Look
from notifications.models.clock import now

#: The look at all connections; any other has a user's topic as its name.
EVERYBODY = ""
#: A look is forgotten so many seconds after it was last asked for.
LOOK_SECONDS = 15.0
#: More are not served at a time: the ones asked for last are.
MOST_LOOKS = 20
#: How many connections each process lists for one look: the newest.
MOST_LISTED = 500


def ask(name: str = EVERYBODY) -> None:
    """Ask all processes to list the connections of a user (by his topic), or all."""
    if not Look.objects.filter(pk=name).update(asked_at=Now()):
        Look.objects.bulk_create([Look(name=name)], ignore_conflicts=True)
        Look.objects.filter(asked_at__lt=_since()).delete()


def asked() -> list[str]:
    """The names of the looks that are to be served now."""
    rows = Look.objects.filter(asked_at__gt=_since()).order_by("-asked_at")
    return list(rows.values_list("name", flat=True)[:MOST_LOOKS])


def _since() -> datetime:
    return now() - timedelta(seconds=LOOK_SECONDS)
