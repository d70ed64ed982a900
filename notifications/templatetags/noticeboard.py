"""Template tags of the pages, and `{% noticeboard_config %}` for a page of a host project."""

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from lucide.templatetags.lucide import lucide

from notifications import inbox
from notifications.conf import options
from notifications.templatetags.notify import notification_bell
from notifications.views.preferences import mine
from notifications.views.rows import LEVEL_WORDS, capped, moment
from notifications.views.ticket import ticket

register = template.Library()
register.filter(capped)
register.inclusion_tag("noticeboard/bell.html", takes_context=True)(notification_bell)

LEVEL_ICONS = {
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "critical": "siren",
}
ICONS = (
    *LEVEL_ICONS.values(),
    *("alarm-clock", "archive", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "bell"),
    *("check", "check-check"),
    *("chevron-down", "circle-x", "clock", "external-link", "file-text", "hourglass", "inbox"),
    *("languages", "settings"),
    *("list-filter", "loader-circle", "log-out", "mail", "mail-open", "moon", "pause", "play"),
    *("refresh-cw", "search", "shield", "sun", "sun-moon", "timer", "undo-2", "user-x"),
    *("wifi-off", "x", "zap"),
    # Rooms.
    *("lock", "lock-open", "megaphone", "messages-square", "monitor", "pin", "pin-off", "send"),
    *("trash-2", "volume-x", "calendar", "copy", "ellipsis", "flag", "keyboard", "link"),
    *("pencil", "reply", "smile-plus"),
)
FOLDERS_OF_SOME_PAGES = ("bell", "rooms", "lab", "pointers")
# Modules that are loaded when something is done, not when the page is.
APART = re.compile("/(apart|later)/")
BLANK = {
    "id": "",
    "level": "info",
    "word": LEVEL_WORDS["info"],
    "published_at": "",
    "unread": True,
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite. It says nothing to a screen reader: words stand beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">'
        '<use href="#icon-{}"></use></svg>',
        name,
    )


@register.simple_tag
def level_icon(level: str) -> SafeString:
    return icon(LEVEL_ICONS[level])


@register.simple_tag
def level_word(level: str) -> str:
    return str(LEVEL_WORDS[level])


@register.simple_tag
def icon_sprite() -> SafeString:
    """Every icon once, for the `<use>` of `icon`: 25 rows of inline pictures would be 40 KB."""
    return _sprite()


@cache
def _sprite() -> SafeString:
    pictures = ((lucide(name, id=f"icon-{name}"),) for name in ICONS)
    return format_html(
        '<svg class="sprite" width="0" height="0" aria-hidden="true"><defs>{}</defs></svg>',
        format_html_join("", "{}", pictures),
    )


@register.simple_tag
def cleaned(html: str) -> SafeString:
    """A body as HTML. `notifications.text.render` has cleaned it; nothing else may come here."""
    return mark_safe(html)  # noqa: S308


@register.simple_tag
def blank_item() -> dict[str, Any]:
    """The item of the `<template>` that the browser fills."""
    return dict(BLANK)


@register.simple_tag
def absolute(value: str | datetime | None) -> str:
    """A wire time in the reader's zone, as date and time; nothing for nothing."""
    if not value:
        return ""
    when = moment(value) if isinstance(value, str) else value
    return date_format(timezone.localtime(when), "DATETIME_FORMAT")


@register.simple_tag
def unread_name(count: int | None) -> str:
    """The unread count in words, for a name or a line under a heading."""
    count = count or 0
    if count >= options.UNREAD_CAP:
        return gettext("%(count)s or more unread") % {"count": options.UNREAD_CAP}
    return ngettext("%(count)s unread", "%(count)s unread", count) % {"count": count}


@register.simple_tag
def unread_title(count: int | None) -> str:
    """What the page's title begins with: `(3) `, or nothing."""
    return f"({capped(count)}) " if count else ""


@register.simple_tag(takes_context=True)
def noticeboard_config(context: Context) -> SafeString:
    """What the browser's modules start from, with the cursor that the page was rendered at.

    A view that has taken a snapshot hands it over as `snapshot`; else one is taken here. `topics`
    are those that the page asks for besides its reader's own.
    """
    request = context["request"]
    snapshot = context.get("snapshot") or inbox.snapshot(request.user, limit=options.PAGE_SIZE)
    topics = list(context.get("topics") or ())
    return json_script(
        {
            "cursor": snapshot["cursor"],
            "topics": topics,
            "ticket": ticket(request, topics, snapshot["cursor"]),
            "snapshot": snapshot,
            "user": snapshot["user"],
            "heartbeat": options.HEARTBEAT_SECONDS,
            "poll_seconds": options.POLL_SECONDS,
            "page_size": options.PAGE_SIZE,
            "unread_cap": options.UNREAD_CAP,
            "preferences": mine(request).wire(),
            "csrf_cookie": settings.CSRF_COOKIE_NAME,
            "urls": _urls(),
        },
        "noticeboard-config",
    )


def _urls() -> dict[str, str]:
    page = reverse("noticeboard:inbox")
    return {
        "ws": "/ws/",
        "sse": "/events/",
        "poll": "/api/events/",
        "inbox": "/api/inbox/",
        "page": page,
        "texts": reverse("noticeboard:api-texts"),
        "preferences": reverse("noticeboard:api-preferences"),
        "login": reverse("noticeboard:login"),
        "detail": reverse("noticeboard:detail", args=[0]),
    }


@register.simple_tag(takes_context=True)
def noticeboard_modules(context: Context) -> SafeString:
    """The import map and the preloads of our modules.

    Modules import one another by relative paths, also under a storage that puts hashes into
    names: the map leads every plain address to the real one. Folders of modules for some pages
    only are loaded ahead where a view names them in `modules`; those in `apart` never are.
    """
    named = joined_entries() or module_paths()
    addresses = {f"{settings.STATIC_URL}{path}": static(path) for path in named}
    imports = {plain: real for plain, real in addresses.items() if plain != real}
    wanted = modules_ahead(set(context.get("modules") or ()))
    preloads = format_html_join(
        "", '<link rel="modulepreload" href="{}">', ((static(path),) for path in wanted)
    )
    if not imports:
        return preloads
    # Nothing in a script is HTML but the end of it: without "<" it has none.
    body = mark_safe(json.dumps({"imports": imports}).replace("<", "\\u003C"))  # noqa: S308
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>{}', nonce(context), body, preloads
    )


def joined_entries() -> tuple[str, ...]:
    """What is one file with all that it imports; nothing where each module is a file."""
    return () if settings.DEBUG else getattr(staticfiles_storage, "joined", ())


def modules_ahead(folders: set[str]) -> list[str]:
    """The modules that a page loads ahead; joined ones come with the page's own."""
    if joined_entries():
        starts = {f"noticeboard/{folder}/page.js" for folder in folders}
        return [path for path in module_paths() if path in starts]
    left_out = set(FOLDERS_OF_SOME_PAGES) - folders
    return [
        path
        for path in module_paths()
        if path.split("/")[1] not in left_out and not APART.search(path)
    ]


@cache
def module_paths() -> tuple[str, ...]:
    """Our modules as static paths: the page's own, the client's, the store and the views."""
    folder = finders.find("noticeboard/page.js")
    if not isinstance(folder, str):
        return ()
    root = Path(folder).parent
    return tuple(
        f"noticeboard/{path.relative_to(root).as_posix()}"
        for path in sorted(root.rglob("*.js"))
        if path.name != "theme.js"
    )


def nonce(context: Context) -> str:
    """The nonce of this response: of Django 6's own policy, or of django-csp.

    Both are made when they are written, and count as false until then.
    """
    given = (context.get("csp_nonce"), getattr(context.get("request"), "csp_nonce", None))
    return next((str(each) for each in given if each is not None), "")
