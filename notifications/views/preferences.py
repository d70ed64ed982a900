"""The reader's preferences: JSON for the page's controls, and the page itself."""

from typing import Any

from django.http import HttpRequest

from notifications import preferences
from notifications.errors import SignedOut
from notifications.jsonviews import json_body, json_view, query
from notifications.transports import limits


def mine(request: HttpRequest) -> preferences.Preferences:
    """The preferences of who asks: read once for a page, however many parts of it want them."""
    if not hasattr(request, "noticeboard_preferences"):
        request.noticeboard_preferences = preferences.of(request.user)  # type: ignore[attr-defined]
    found: preferences.Preferences = request.noticeboard_preferences  # type: ignore[attr-defined]
    return found


def read(request: HttpRequest) -> dict[str, Any]:
    """All preferences as they are now."""
    query(request, ())
    if not request.user.is_authenticated:
        raise SignedOut
    return {"preferences": preferences.of(request.user).wire()}


def write(request: HttpRequest) -> dict[str, Any]:
    """Change those that the body names, all or none; answers with all as they are then."""
    query(request, ())
    if not request.user.is_authenticated:
        raise SignedOut
    body = json_body(request)
    limits.actions.spend(request.user.pk)
    return {"ok": True, "preferences": preferences.change(request.user, body).wire()}


api_preferences = json_view(get=read, post=write)
