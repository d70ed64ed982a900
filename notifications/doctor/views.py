"""The page at /setup/, and its JSON: for superusers, and for all staff where DEBUG is on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notifications import inbox, publishing
from notifications.conf import options
from notifications.doctor import snippets
from notifications.doctor.finding import Case
from notifications.doctor.measured import Measured
from notifications.doctor.probe import SOCKET, STREAM
from notifications.doctor.project import first_module
from notifications.doctor.steps import NAMES, ailing, examine
from notifications.doctor.ticks import idle_seconds, new_pass
from notifications.errors import BadRequest, NotFound, NoticeboardError
from notifications.jsonviews import json_body, json_view, query
from notifications.transports import limits
from notifications.views.refusals import refused


def may_see(user: Any) -> bool:
    """Whether somebody may see how the site is set up; a project's users need not know of staff."""
    trusted = "is_staff" if settings.DEBUG else "is_superuser"
    return bool(
        user.is_active and (getattr(user, "is_superuser", False) or getattr(user, trusted, False))
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What was found; a POST sends the reader a notification, for whoever has no JavaScript."""
    if not request.user.is_authenticated and settings.DEBUG:
        return redirect_to_login(request.get_full_path())
    if not may_see(request.user):
        raise Http404
    if request.method == "POST":
        return _send_by_form(request)
    snapshot = inbox.snapshot(request.user, limit=options.PAGE_SIZE)
    findings = examine(_case(request, Measured()))
    return render(
        request,
        "noticeboard/setup/page.html",
        {
            "page": "setup",
            "snapshot": snapshot,
            "unread": snapshot["unread"],
            "poll_seconds": options.POLL_SECONDS,
            "findings": [each.wire() for each in findings],
            "well": not ailing(findings),
            "snippets": _snippets(),
            "config": {
                "url": reverse("noticeboard:api-setup"),
                "send": reverse("noticeboard:api-setup-send"),
                "module": first_module(),
            },
        },
    )


def _send_by_form(request: HttpRequest) -> HttpResponse:
    try:
        send_to(request.user)
    except NoticeboardError as error:
        return refused(request, error)
    messages.success(request, _("Sent. It is in your inbox."))
    return redirect("noticeboard:setup")


def read(request: HttpRequest) -> dict[str, Any]:
    """A pass for what the browser is to measure, and how long it has to be silent."""
    query(request, ())
    _checked(request)
    return {"pass": new_pass(), "idle_seconds": idle_seconds(), "stream": STREAM, "socket": SOCKET}


def judge(request: HttpRequest) -> dict[str, Any]:
    """What is found: ``{"measured": {…}, "only": ["layer", …]}``, without ``only`` everything."""
    query(request, ())
    _checked(request)
    body = json_body(request)
    measured, only = body.pop("measured", {}), body.pop("only", list(NAMES))
    if body:
        raise BadRequest(", ".join(sorted(body)), code="unknown_field")
    if not isinstance(measured, dict) or not isinstance(only, list):
        raise BadRequest(code="wrong_type")
    if not all(isinstance(name, str) and name in NAMES for name in only):
        raise BadRequest(code="wrong_type")
    findings = examine(_case(request, Measured.read(measured)), only)
    return {"ok": not ailing(findings), "findings": [each.wire() for each in findings]}


def send(request: HttpRequest) -> dict[str, Any]:
    """Send the reader a notification, in place of the one that was sent before."""
    query(request, ())
    _checked(request)
    return {"ok": True, "id": send_to(request.user)}


api_setup = json_view(get=read, post=judge)
api_setup_send = json_view(post=send)


def send_to(user: Any) -> int:
    """Publish a notification to one user; its id."""
    limits.actions.spend(user.pk)
    notification = publishing.notify(
        _("It works"),
        to=user,
        body=_("You have sent this to yourself from the setup page."),
        level="success",
        replace_key=f"setup.{user.pk}",
    )
    return int(notification.pk)


def _case(request: HttpRequest, measured: Measured) -> Case:
    return Case(measured, asgi=isinstance(request, ASGIRequest))


def _checked(request: HttpRequest) -> None:
    # To who may not, the page is not there, and neither is this.
    if not may_see(request.user):
        raise NotFound


def _snippets() -> list[dict[str, str]]:
    return [
        {"name": _("The bell in a template"), "text": snippets.TEMPLATE},
        {"name": _("A notification from code"), "text": snippets.CODE},
        {"name": _("A link to write one"), "text": snippets.LINK},
    ]
