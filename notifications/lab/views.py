"""The lab's page and its JSON: for staff, and for everybody where DEBUG is on."""

from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import inbox
from notifications.conf import options
from notifications.errors import BadRequest, Forbidden, SignedOut
from notifications.jsonviews import json_body, json_view
from notifications.lab import runs
from notifications.lab.access import lab_page, may_use
from notifications.lab.plan import Plan


@never_cache
@require_safe
@lab_page
def lab(request: HttpRequest) -> HttpResponse:
    """The page. Its query (``?rate=5&seconds=30``) fills the form."""
    snapshot = inbox.snapshot(request.user, limit=options.PAGE_SIZE)
    return render(
        request,
        "noticeboard/lab.html",
        {
            "page": "lab",
            "modules": ["lab"],
            "snapshot": snapshot,
            "unread": snapshot["unread"],
            "transports": _transports(),
            # Under WSGI there are none of the live addresses.
            "live": isinstance(request, ASGIRequest),
            "config": {
                "run": reverse("noticeboard:lab-run"),
                "stop": reverse("noticeboard:lab-stop"),
                "pause": reverse("noticeboard:lab-pause"),
                "time": reverse("noticeboard:lab-time"),
                "csrf_cookie": settings.CSRF_COOKIE_NAME,
            },
        },
    )


def read_run(request: HttpRequest) -> dict[str, Any]:
    """The user's run as it stands."""
    return runs.run_of(_checked(request.user)).told()


def start_run(request: HttpRequest) -> dict[str, Any]:
    """Begin one: the fields of ``plan.Plan``."""
    user = _checked(request.user)
    return runs.start(user, Plan.of(json_body(request))).told()


def stop_run(request: HttpRequest) -> dict[str, Any]:
    """End one: ``{"topic"}``. All of its work has ended when the answer comes."""
    run, _fields = _named(request)
    run.stop()
    return run.told()


def pause_run(request: HttpRequest) -> dict[str, Any]:
    """Let one rest, or go on: ``{"topic", "paused"}``."""
    run, fields = _named(request)
    if not isinstance(fields.get("paused"), bool):
        raise BadRequest(code="wrong_type")
    run.pause(fields["paused"])
    return run.told()


def read_time(request: HttpRequest) -> dict[str, Any]:
    """The server's clock, to which the page sets its own."""
    _checked(request.user)
    return {"time": runs.now()}


lab_run = json_view(get=read_run, post=start_run)
lab_stop = json_view(post=stop_run)
lab_pause = json_view(post=pause_run)
lab_time = json_view(get=read_time)


def _transports() -> list[dict[str, str]]:
    """What the page calls them, and how each works in one sentence."""
    return [
        {
            "name": "websocket",
            "title": _("WebSocket"),
            "how": _("One connection, open both ways; the server writes each event as a frame."),
        },
        {
            "name": "sse",
            "title": _("Server-sent events"),
            "how": _("One request whose answer never ends; each event is a few lines of it."),
        },
        {
            "name": "longpoll",
            "title": _("Long polling"),
            "how": _("A request that the server holds until there is something; then the next."),
        },
        {
            "name": "poll",
            "title": _("Polling"),
            "how": _("A request at fixed times, whether there is something or not."),
        },
    ]


def _named(request: HttpRequest) -> tuple[runs.Run, dict[str, Any]]:
    """The user's run whose topic is in the body, and the body."""
    user, fields = _checked(request.user), json_body(request)
    topic = fields.get("topic")
    if not isinstance(topic, str):
        raise BadRequest(code="wrong_type")
    return runs.run_of(user, topic), fields


def _checked(user: Any) -> Any:
    if not user.is_authenticated:
        raise SignedOut
    if not may_use(user):
        raise Forbidden
    return user
