"""The inbox, rendered on the server; it is safe to GET."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import inbox as inboxes
from notifications.conf import options
from notifications.errors import NoticeboardError
from notifications.views.filters import Filters
from notifications.views.refusals import refused
from notifications.views.rows import Item, rows


@never_cache
@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list of the reader's notifications, filtered as the address says."""
    filters = Filters.read(request.GET)
    try:
        snapshot = inboxes.snapshot(request.user, **filters.arguments, limit=options.PAGE_SIZE)
    except NoticeboardError as error:
        return refused(request, error)
    shown = rows(snapshot["items"], read_to=snapshot["read_to"])
    return render(
        request,
        "noticeboard/inbox.html",
        {
            **_frame("inbox", snapshot),
            "rows": shown,
            "filters": filters,
            "setsize": -1 if snapshot["more"] else len(shown),
            "older": _older(filters, snapshot),
            "bulk": _bulk(filters, snapshot, shown),
            "empty": "" if shown else _empty(request, filters),
            "page_size": options.PAGE_SIZE,
            "days": options.NOTIFICATION_DAYS,
        },
    )


def _frame(page: str, snapshot: dict[str, Any]) -> dict[str, Any]:
    """What every page of a signed-in reader needs: the header's badge and the config."""
    return {
        "page": page,
        "snapshot": snapshot,
        "unread": snapshot["unread"],
        "poll_seconds": options.POLL_SECONDS,
    }


def _older(filters: Filters, snapshot: dict[str, Any]) -> str:
    if not snapshot["more"]:
        return ""
    return filters.older(snapshot["items"][-1]["position"]).url


def _bulk(filters: Filters, snapshot: dict[str, Any], shown: list[Item]) -> dict[str, Any]:
    """The button that marks what is shown as read: the whole inbox by its cursor, a narrowed
    list by its ids, and it says which."""
    if filters.narrowed or filters.view not in ("inbox", "unread"):
        ids = [each["id"] for each in shown if each["unread"]]
        label = ngettext("Mark %(n)s read", "Mark %(n)s read", len(ids)) % {"n": len(ids)}
        return {"url": _act_url("read"), "ids": ids, "count": len(ids), "label": label}
    label = gettext("Mark all read")
    return {"url": _act_url("read_all"), "ids": [], "count": snapshot["unread"], "label": label}


def _empty(request: HttpRequest, filters: Filters) -> str:
    """Which of the words for an empty list fits."""
    if filters.narrowed:
        return "filter"
    if filters.view not in ("inbox", "unread"):
        return "view"
    done = inboxes.snapshot(request.user, view="done", limit=1)
    return "handled" if filters.view == "unread" or done["items"] else "never"


def _act_url(action: str) -> str:
    return reverse("noticeboard:act", args=[action])
