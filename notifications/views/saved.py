"""Saved views over HTTP: for programs, and as forms that work without JavaScript."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from notifications import inbox
from notifications.errors import BadRequest, NoticeboardError, SignedOut
from notifications.jsonviews import json_body, json_view, query
from notifications.views.refusals import refused


def choices(user: Any, filters: str) -> list[dict[str, Any]]:
    """A user's saved views as links; ``filters`` is the query string of what is shown."""
    here = sorted(QueryDict(filters).lists())
    address = reverse("noticeboard:inbox")
    return [
        {
            **view,
            "url": f"{address}?{view['query']}",
            "current": sorted(QueryDict(view["query"]).lists()) == here,
        }
        for view in inbox.saved_views(user)
    ]


@login_required
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Save the posted filters under the posted name, and show them."""
    try:
        view = inbox.save_view(
            request.user, request.POST.get("name", ""), request.POST.get("query", "")
        )
    except NoticeboardError as error:
        return refused(request, error)
    messages.success(request, _("Saved as “%(name)s”.") % view)
    return HttpResponseRedirect(f"{reverse('noticeboard:inbox')}?{view['query']}")


@login_required
@require_POST
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a saved view; the inbox as a whole is shown."""
    try:
        inbox.remove_view(request.user, pk)
    except NoticeboardError as error:
        return refused(request, error)
    messages.success(request, _("Saved view removed."))
    return HttpResponseRedirect(reverse("noticeboard:inbox"))


def _list(request: HttpRequest) -> dict[str, Any]:
    _signed_in(request)
    query(request, ())
    return {"views": inbox.saved_views(request.user)}


def _save(request: HttpRequest) -> dict[str, Any]:
    _signed_in(request)
    query(request, ())
    body = json_body(request)
    if unknown := body.keys() - {"name", "query"}:
        raise BadRequest(_("Unknown field: %s.") % str(min(unknown))[:40], code="unknown_field")
    for name in ("name", "query"):
        if not isinstance(body.get(name), str):
            raise BadRequest(_("name and query must be texts."), code="wrong_type")
    return {"ok": True, "view": inbox.save_view(request.user, body["name"], body["query"])}


def _remove(request: HttpRequest, pk: int) -> dict[str, Any]:
    _signed_in(request)
    query(request, ())
    inbox.remove_view(request.user, pk)
    return {"ok": True}


def _signed_in(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise SignedOut


api_views = json_view(get=_list, post=_save)
api_view = json_view(delete=_remove)
