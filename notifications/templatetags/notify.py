"""`{% load notify %}{% notification_bell %}`: an inbox's bell in any template of a host project."""

from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.template import Context
from lucide.templatetags.lucide import lucide

from notifications.views import bell

register = template.Library()

BADGES = ("unread", "unseen")
PLACEMENTS = ("end", "start")
THEMES = ("auto", "light", "dark")
LEVELS = {
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "critical": "siren",
}


@register.inclusion_tag("noticeboard/bell.html", takes_context=True)
def notification_bell(
    context: Context,
    badge: str = "unread",
    placement: str = "end",
    limit: int = bell.LIMIT,
    toasts: bool = False,
    theme: str = "auto",
) -> dict[str, Any]:
    """A bell with the reader's unread number; nothing for a visitor.

    `badge` counts what is "unread" or "unseen"; the panel is flush with the button's `placement`
    edge, "end" or "start", and shows up to `limit` items; `toasts` shows what arrives; `theme` is
    "auto" (the page's own `color-scheme`), "light" or "dark".
    """
    for value, allowed in ((badge, BADGES), (placement, PLACEMENTS), (theme, THEMES)):
        if value not in allowed:
            raise template.TemplateSyntaxError(f"{value!r} is not one of {', '.join(allowed)}.")
    if not 1 <= limit <= bell.LIMIT:
        raise template.TemplateSyntaxError(f"limit must be 1 to {bell.LIMIT}.")
    request = context.get("request")
    if request is None:
        raise ImproperlyConfigured(
            "notification_bell needs the request: render the template with it, and have "
            "django.template.context_processors.request in TEMPLATES."
        )
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    whole = badge == "unseen" or limit == 1
    config = bell.start(request, whole)
    snapshot = config["snapshot"]
    count = snapshot["unread"]
    number = {"count": config["number"]}
    return {
        "config": config,
        "badge": badge,
        "placement": placement,
        "limit": limit,
        "toasts": "on" if toasts else "off",
        "theme": theme,
        "count": count,
        "shown": min(bell.unseen(snapshot), count) if badge == "unseen" else count,
        "name": bell.name(config["number"]) % number,
        "mark": bell.mark(config["number"]) % number,
        "levels": [(level, icon(name)) for level, name in LEVELS.items()],
        "bell": icon("bell"),
        "close": icon("x"),
    }


def icon(name: str) -> Any:
    """An icon of its own: a shadow tree does not see the page's sprite."""
    return lucide(name, size=20, **{"aria-hidden": "true"})
