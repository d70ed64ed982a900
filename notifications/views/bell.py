"""What a bell starts from: the newest of an inbox, and every sentence in the reader's language."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from notifications import inbox
from notifications.conf import options
from notifications.views.ticket import ticket

# The most that a panel shows.
LIMIT = 8
# No language looks at more than the last two digits of a number.
COUNTED = 200


def start(request: HttpRequest, whole: bool) -> dict[str, Any]:
    """The config of a signed-in reader's bell. ``whole``: with all that a panel shows."""
    # What is done in the panel shows the cookie, which a host's page may never have set.
    get_token(request)
    snapshot = inbox.snapshot(request.user, limit=LIMIT if whole else 1)
    return {
        "snapshot": snapshot,
        "number": number(request.user, snapshot["unread"]),
        "limit": LIMIT,
        "user": snapshot["user"]["id"],
        "ticket": ticket(request, [], snapshot["cursor"]),
        "csrf": settings.CSRF_COOKIE_NAME,
        "urls": {
            "ws": "/ws/",
            "sse": "/events/",
            "inbox": "/api/inbox/",
            "unread": reverse("noticeboard:api-unread"),
            "detail": reverse("noticeboard:detail", args=[0]),
        },
        "names": forms(name),
        "marks": forms(mark),
        "arrivals": forms(arrival),
    }


def number(user: Any, counted: int) -> int:
    """How many are unread, also where a snapshot counts no further."""
    return inbox.unread_number(user) if counted >= options.UNREAD_CAP else counted


def unseen(snapshot: dict[str, Any]) -> int:
    """How many of the loaded ones are unread and came since the inbox was looked at."""
    return sum(
        item["id"] in snapshot["unread_ids"]
        and item["position"] > snapshot["seen_to"]
        and not (item["receipt"] or {}).get("seen_at")
        for item in snapshot["items"]
    )


def name(count: int) -> str:
    """The name of the button; the number is in it."""
    if not count:
        return gettext("Notifications")
    return ngettext(
        "Notifications, %(count)s unread", "Notifications, %(count)s unread", count
    )  # fmt: skip


def mark(count: int) -> str:
    return ngettext("Mark %(count)s read", "Mark %(count)s read", count)


def arrival(count: int) -> str:
    return ngettext("%(count)s new notification", "%(count)s new notifications", count)


def forms(sentence: Callable[[int], str]) -> dict[str, Any]:
    """A sentence for each number, as few as the language has.

    The rule of plurals is in the server's catalogue: a host's page loads none.
    """
    texts = [sentence(count) for count in range(COUNTED)]
    found = list(dict.fromkeys(texts))
    return {"forms": found, "index": "".join(str(found.index(text)) for text in texts)}
