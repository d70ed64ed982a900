"""Noticeboard: live notifications for Django.

`from notifications import notify` works before the apps are loaded: the four functions are looked
up when they are first used, because they need the models.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notifications.publishing import anotify, notify, notify_many, retract

__all__ = ["anotify", "notify", "notify_many", "retract"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("notifications.publishing"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
