"""The JSON API of what a sender offers with a notification."""

from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext as _

from notifications import outcomes
from notifications.errors import BadRequest, SignedOut
from notifications.jsonviews import json_body, json_view, query
from notifications.transports import limits


def take(request: HttpRequest, id: int, number: int) -> dict[str, Any]:
    """Do one action, once: ``{}``, or ``{"do"}`` to be refused if it is another one by now."""
    if not request.user.is_authenticated:
        raise SignedOut
    query(request, ())
    body = json_body(request)
    if body.keys() - {"do"}:
        raise BadRequest(code="unknown_field")
    do = body.get("do", "")
    if not isinstance(do, str):
        raise BadRequest(_("do must be a text."), code="wrong_type")
    limits.actions.spend(request.user.pk)
    return {"ok": True, **outcomes.take(request.user, id, number, do)}


urlpatterns = [
    path(
        "notifications/<int:id>/actions/<int:number>/",
        json_view(post=take),
        name="api-offer",
    ),
]
