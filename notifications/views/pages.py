"""The inbox, rendered on the server; it is safe to GET."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import inbox as inboxes
from notifications.conf import options
from notifications.errors import NoticeboardError
from notifications.views.filters import Filters
from notifications.views.refusals import refused
from notifications.views.rows import Item, capped, rows
from notifications.views.saved import choices


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
    filters = replace(filters, hints=tuple(snapshot["hints"]))
    shown = rows(snapshot["items"], read_to=snapshot["read_to"])
    empty, done = ("", 0) if shown else _empty(request, filters)
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
            "empty": empty,
            "done_count": capped(done),
            "saved_views": choices(request.user, filters.saved),
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
        return {"url": _act_url("read"), "ids": ids, **_labelled(len(ids))}
    return {"url": _act_url("read_all"), "ids": [], **_labelled(snapshot["unread"])}


def _labelled(count: int) -> dict[str, Any]:
    label = ngettext("Mark %(n)s read", "Mark %(n)s read", count)
    return {"count": count, "label": label % {"n": capped(count)}}


def _empty(request: HttpRequest, filters: Filters) -> tuple[str, int]:
    """Which of the words for an empty list fits, and how many notifications are done."""
    if filters.narrowed:
        return "filter", 0
    if filters.view not in ("inbox", "unread"):
        return "view", 0
    most = min(options.UNREAD_CAP, 100)
    done = len(inboxes.snapshot(request.user, view="done", limit=most)["items"])
    return "handled" if filters.view == "unread" or done else "never", done


def _act_url(action: str) -> str:
    return reverse("noticeboard:act", args=[action])
