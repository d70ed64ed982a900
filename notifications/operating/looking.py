"""Looks: somebody wants to see connections, and the processes list them as long as he does."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from notifications.models import Look
from notifications.models.written_once import WrittenOnce

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
    return [name for (name,) in _ASKED.rows()]


def _since() -> CombinedExpression:
    return Now() - timedelta(seconds=LOOK_SECONDS)


_ASKED = WrittenOnce(
    lambda: (
        Look.objects.filter(asked_at__gt=_since())
        .order_by("-asked_at")
        .values_list("name")[:MOST_LOOKS]
    )
)
