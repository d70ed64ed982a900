"""The Django app: connects what listens to signals, and registers the checks."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Importing them connects them; they need the models, which are not there before.
CONNECTED = ("receivers", "broadcast", "checks", "lab.ticks", "lab.pointers")


class NotificationsConfig(AppConfig):
    """Noticeboard."""

    name = "notifications"
    verbose_name = _("Noticeboard")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for module in CONNECTED:
            import_module(f"notifications.{module}")
