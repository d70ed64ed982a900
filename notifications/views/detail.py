"""One notification: its page, the pane beside the list, and its forms that need no JavaScript."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from notifications import inbox as inboxes
from notifications import outcomes, preferences
from notifications.conf import options
from notifications.errors import NotFound, NoticeboardError
from notifications.inbox.reader import reader_of
from notifications.inbox.single import Visible
from notifications.inbox.wire import receipt_wire
from notifications.items import item as make_item
from notifications.views.note import muting, note
from notifications.views.refusals import refused
from notifications.views.rows import Item

GONE = "noticeboard/_gone.html"


@never_cache
@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notification in full. It is not marked read here: a GET changes nothing."""
    snapshot = inboxes.snapshot(request.user, limit=options.PAGE_SIZE)
    try:
        found = inboxes.visible(request.user, pk)
    except NotFound as error:
        return refused(request, error)
    frame = {
        "page": "detail",
        "snapshot": snapshot,
        "unread": snapshot["unread"],
        "poll_seconds": options.POLL_SECONDS,
    }
    shown = note(request.user, found, _wire(found), snapshot["read_to"])
    return render(request, "noticeboard/detail.html", {**frame, **shown})


@never_cache
@login_required
@require_safe
def pane(request: HttpRequest, pk: int) -> HttpResponse:
    """The same notification as the part of a page that the browser puts beside the list."""
    try:
        found = inboxes.visible(request.user, pk)
    except NotFound:
        return render(request, GONE, status=404)
    shown = note(request.user, found, _wire(found), reader_of(request.user).read_to)
    return render(request, "noticeboard/_note.html", shown)


@login_required
@require_POST
def take(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Do an action of the sender's, then back to the notification."""
    try:
        answer = outcomes.take(request.user, pk, number, request.POST.get("do", ""))
    except NoticeboardError as error:
        return refused(request, error)
    messages.success(request, answer["said"] or _("Done."))
    return HttpResponseRedirect(reverse("noticeboard:detail", args=[pk]))


@login_required
@require_POST
def mute(request: HttpRequest, pk: int) -> HttpResponse:
    """Mute one of the topics by which the notification came, or no longer."""
    topic, on = request.POST.get("topic", ""), request.POST.get("on") == "1"
    try:
        notification = inboxes.visible(request.user, pk).notification
        if topic not in notification.audience:
            raise NotFound
        preferences.change(request.user, muting(topic, on))
    except NoticeboardError as error:
        return refused(request, error)
    messages.success(request, _("Muted.") if on else _("No longer muted."))
    return HttpResponseRedirect(reverse("noticeboard:detail", args=[pk]))


def _wire(found: Visible) -> Item:
    """The notification as an item of a snapshot."""
    receipt: Any = receipt_wire(found.receipt)
    return {**make_item(found.notification), "position": found.position, "receipt": receipt}
