"""The operators' page: what the server processes do, and who is connected to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from notifications import inbox as inboxes
from notifications import sessions
from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import Forbidden, NotFound, NoticeboardError, SignedOut
from notifications.jsonviews import json_view, query
from notifications.operating import ending, looking, tracing
from notifications.operating.overview import overview
from notifications.topics import user_topic
from notifications.views import operators_words as words
from notifications.views.refusals import refused

Page = Callable[[HttpRequest], HttpResponse]


def operators_page(allowed: Callable[[Any], bool]) -> Callable[[Page], Page]:
    """A page for those who are `allowed`: visitors are sent to sign in, others get 403."""

    def guard(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not allowed(request.user):
                raise PermissionDenied
            return page(request)

        return guarded

    return guard


@never_cache
@require_safe
@operators_page(ending.may_see)
def operators(request: HttpRequest) -> HttpResponse:
    """The page; `?user=` narrows the list to the connections of one who signs in by that name."""
    return render(
        request,
        "noticeboard/operators/page.html",
        {**_frame(request), "state": _state(request), "asked": _asked(request)},
    )


def read_state(request: HttpRequest) -> dict[str, Any]:
    """The same as JSON: figures and connections, each with the words that the page shows."""
    _check(request)
    query(request, ["user"])
    return _state(request)


def read_trace(request: HttpRequest) -> dict[str, Any]:
    """What the log tells one person after a cursor; without one, the cursor to begin at."""
    _check(request)
    query(request, ["user", "after"])
    person = _named(_asked(request))
    if person is None:
        raise NotFound
    after = request.GET.get("after")
    return words.trace(tracing.trace(person, Cursor.parse(after) if after else None))


api_operators = json_view(get=read_state)
api_trace = json_view(get=read_trace)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@operators_page(ending.may_disconnect)
def disconnect(request: HttpRequest) -> HttpResponse:
    """Ask first, then do it: `user` (a key), or `connection` (its id), or both."""
    fields = request.POST if request.method == "POST" else request.GET
    person, tag = _person(fields.get("user", "")), fields.get("connection", "")
    if person is None and not tag:
        raise Http404
    if request.method == "POST":
        try:
            done = _end(request, person, tag)
        except NoticeboardError as error:
            return refused(request, error)
        messages.success(request, done)
        return redirect("noticeboard:operators")
    return render(
        request,
        "noticeboard/operators/disconnect.html",
        {
            **_frame(request),
            "person": person,
            "tag": tag,
            "seconds": ending.AWAY_SECONDS,
            "may_sign_out": sessions.are_rows(),
        },
    )


def _end(request: HttpRequest, person: Any, tag: str) -> str:
    how = request.POST.get("how", "")
    name = person.get_username() if person is not None else ""
    if how == "sign_out" and person is not None:
        count = ending.sign_out(person, request.user)
        said = ngettext(
            "%(name)s is signed out: %(count)s session ended.",
            "%(name)s is signed out: %(count)s sessions ended.",
            count,
        )
        return said % {"name": name, "count": count}
    if how == "person" and person is not None:
        ending.disconnect(person, request.user)
        return _("%(name)s is disconnected for %(seconds)s seconds.") % {
            "name": name,
            "seconds": ending.AWAY_SECONDS,
        }
    if how == "connection" and tag:
        ending.close(tag, person, request.user)
        return _("The connection is closed.")
    raise Http404


def _state(request: HttpRequest) -> dict[str, Any]:
    asked = _asked(request)
    person = _named(asked) if asked else None
    nobody = bool(asked) and person is None
    if nobody:
        return words.state(overview(), _("Nobody signs in as “%s”.") % asked)
    look = looking.EVERYBODY if person is None else user_topic(person)
    looking.ask(look)
    return words.state(overview(look))


def _check(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise SignedOut
    if not ending.may_see(request.user):
        raise Forbidden


def _frame(request: HttpRequest) -> dict[str, Any]:
    snapshot = inboxes.snapshot(request.user, limit=options.PAGE_SIZE)
    return {
        "page": "operators",
        "snapshot": snapshot,
        "unread": snapshot["unread"],
        "may_disconnect": ending.may_disconnect(request.user),
        "config": {
            "api": reverse("noticeboard:api-operators"),
            "trace": reverse("noticeboard:api-operators-trace"),
            "disconnect": reverse("noticeboard:operators-disconnect"),
            "failed": _("The figures could not be asked for."),
        },
    }


def _asked(request: HttpRequest) -> str:
    return request.GET.get("user", "").strip()[:150]


def _named(username: str) -> Any:
    people = get_user_model()._default_manager
    if "\0" in username:
        return None
    return people.filter(**{get_user_model().USERNAME_FIELD: username}).first()


def _person(key: str) -> Any:
    """The user with a key; None where none is given. Raises Http404 for one that is nobody's."""
    if not key:
        return None
    try:
        person = get_user_model()._default_manager.filter(pk=key).first()
    except (ValidationError, ValueError, OverflowError):
        person = None
    if person is None:
        raise Http404
    return person
