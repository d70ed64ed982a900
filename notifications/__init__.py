"""Noticeboard: live notifications for Django.

`from notifications import notify` works before the apps are loaded: what is exported here is looked
up when it is first used, because it needs the models.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notifications.errors import ActionFailed
    from notifications.offers import register_action
    from notifications.publishing import anotify, notify, notify_many, retract

__all__ = ["ActionFailed", "anotify", "notify", "notify_many", "register_action", "retract"]

# Where each of them is.
PLACES = {
    "ActionFailed": "notifications.errors",
    "register_action": "notifications.offers",
    **dict.fromkeys(("anotify", "notify", "notify_many", "retract"), "notifications.publishing"),
}


def __getattr__(name: str) -> Any:
    if name in PLACES:
        return getattr(import_module(PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
