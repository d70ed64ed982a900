"""The JSON API: the snapshot, what a reader can do; the part of rooms is in `room_api`.

Answers and errors are private JSON, never a page. The transports' part (`/api/events/`) is not
Django's: see `routing`.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import path, re_path

from notifications import inbox, outcome_api, room_api, signal_api
from notifications.actions import Subject, perform
from notifications.errors import BadRequest, BadSearch, NotFound, SignedOut
from notifications.jsonviews import json_body, json_view, query, whole_number
from notifications.room_api import admit_visitor
from notifications.transports import limits

ACTIONS = frozenset(
    ("read", "unread", "seen", "done", "undone", "read_all", "snooze", "unsnooze", "acknowledge")
)


def read_inbox(request: HttpRequest) -> dict[str, Any]:
    """The snapshot: ``?view=&level=&level=&topic=&q=&before=&limit=``."""
    query(request, ("view", "topic", "q", "before", "limit"), repeated=("level",))
    admit_visitor(request)
    q = request.GET.get("q", "")
    # A program's search means what it says, or it is told why not; a page shows its hints.
    if hints := inbox.parse(q).hints:
        raise BadSearch(" ".join(hints))
    return inbox.snapshot(
        request.user,
        view=request.GET.get("view", "inbox"),
        levels=request.GET.getlist("level"),
        topic=request.GET.get("topic"),
        q=q,
        before=whole_number(request, "before"),
        limit=whole_number(request, "limit"),
    )


def read_number(request: HttpRequest) -> dict[str, Any]:
    """How many notifications are unread, where a snapshot counts no further: to 10,000."""
    if not request.user.is_authenticated:
        raise SignedOut
    query(request, ())
    return {"unread": inbox.unread_number(request.user)}


def act(request: HttpRequest, action: str) -> dict[str, Any]:
    """One of the actions on the inbox, with its fields as the body.

    With the header ``Idempotency-Key`` it is done once, however often it is sent.
    """
    if action not in ACTIONS:
        raise BadRequest(code="unknown_action")
    if not request.user.is_authenticated:
        raise SignedOut
    query(request, ())
    body = json_body(request)
    limits.actions.spend(request.user.pk)
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return perform(Subject(request.user), action, body)
    return inbox.once(request.user, key, lambda: perform(Subject(request.user), action, body))


def nothing(request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
    """The answer for every other address of the API."""
    raise NotFound


urlpatterns = [
    path("unread/", json_view(get=read_number), name="api-unread"),
    path("inbox/", json_view(get=read_inbox), name="api-inbox"),
    path("inbox/<str:action>/", json_view(post=act), name="api-action"),
    *outcome_api.urlpatterns,
    *room_api.urlpatterns,
    path("signals/", json_view(post=signal_api.write_signal), name="api-signals"),
    path("calls/<str:ref>/", json_view(post=signal_api.answer_call), name="api-call"),
    re_path("", json_view(get=nothing, post=nothing)),
]
