"""What server processes say of themselves: for operators, beside the log, lost without harm."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notifications.models.base import Base


class Process(Base):
    """One running server process. It writes its row every few seconds, by the database's clock.

    `figures` are numbers for people, `connections` the lists that somebody is looking at: by the
    name of a look (see `Look`), `{"count", "rows"}`. What is old in `seen_at` has ended.
    """

    id = models.CharField(primary_key=True, max_length=32)
    host = models.CharField(_("host"), max_length=100)
    pid = models.PositiveIntegerField(_("process id"))
    layer = models.CharField(_("channel layer"), max_length=100)
    started_at = models.DateTimeField(_("started"), db_default=Now())
    seen_at = models.DateTimeField(_("seen"), db_default=Now())
    figures = models.JSONField(_("figures"), default=dict)
    connections = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("server process")
        verbose_name_plural = _("server processes")
        default_permissions = ("view",)
        permissions = [("disconnect", _("Can disconnect people"))]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.host}/{self.pid}"


class Look(Base):
    """Somebody looks at the list of connections, all of them ("") or those of one user (his topic).

    Processes list their connections only for looks that were asked for a moment ago.
    """

    name = models.CharField(primary_key=True, max_length=80)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
