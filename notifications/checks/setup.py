"""What the doctor finds as well, as far as it is known without a request."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from notifications.conf import options
from notifications.doctor import database, project


@register()
def check_addresses(**kwargs: Any) -> list[CheckMessage]:
    """W034: without its addresses nobody comes to a page of ours."""
    if not project.missing_addresses():
        return []
    return [
        Warning(
            "The addresses of Noticeboard are not in the project's.",
            hint=f"Put {project.INCLUDE} into the urlpatterns of {settings.ROOT_URLCONF}.",
            id="noticeboard.W034",
        )
    ]


@register(Tags.database)
def check_indexes(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """W035: an index was dropped, or never finished."""
    if options.DATABASE not in (databases or ()) or _to_be_migrated():
        return []
    missing = database.missing_indexes()
    if not missing:
        return []
    return [
        Warning(
            f"Indexes are missing or unfinished: {', '.join(sorted(missing))}.",
            hint=" ".join(statement.replace("\n", " ") for statement in missing.values()),
            id="noticeboard.W035",
        )
    ]


@register(Tags.database)
def check_clock(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """W036: what is due goes by the database's clock, what a page counts down by the server's."""
    if options.DATABASE not in (databases or ()):
        return []
    off = database.skew()
    if abs(off) <= database.MOST_SKEW:
        return []
    return [
        Warning(
            f"The clocks of server and database are {abs(off.total_seconds()):.1f} s apart.",
            hint="Let both machines keep their time by NTP.",
            id="noticeboard.W036",
        )
    ]


@register(deploy=True)
def check_policy(**kwargs: Any) -> list[CheckMessage]:
    """W037: nothing in the project sends a Content-Security-Policy."""
    if any("csp" in path.lower() for path in settings.MIDDLEWARE):
        return []
    return [
        Warning(
            "No middleware sends a Content-Security-Policy.",
            hint="Django 6 has one, for Django 5.2 there is django-csp; our pages work under"
            " default-src 'self'. If the proxy sends it, silence this check.",
            id="noticeboard.W037",
        )
    ]


def _to_be_migrated() -> bool:
    """Whether `migrate` has something to do for us: then it makes the indexes."""
    loader = MigrationLoader(connections[options.DATABASE])
    ours = {key for key in loader.disk_migrations or {} if key[0] == "notifications"}
    return bool(ours - set(loader.applied_migrations or {}))
