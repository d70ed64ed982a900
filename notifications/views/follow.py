"""The live cards of followed texts: the page and its snapshot."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import following, rights
from notifications import inbox as inboxes
from notifications.conf import options
from notifications.errors import SignedOut
from notifications.jsonviews import json_view, query
from notifications.topics import ALL, ROOM, split


@never_cache
@require_safe
def follow(request: HttpRequest) -> HttpResponse:
    """The cards that the reader may see; of `?topic=` too. Visitors see those of public rooms."""
    asked = _asked(request)
    if _shut_out(request):
        return redirect_to_login(request.get_full_path())
    # First: what changes between the two comes again as an event, and is known by its version.
    snapshot = inboxes.snapshot(request.user, limit=options.PAGE_SIZE)
    shown = following.texts(request.user, asked)
    return render(
        request,
        "noticeboard/follow.html",
        {
            "page": "follow",
            "snapshot": snapshot,
            "unread": snapshot["unread"],
            "poll_seconds": options.POLL_SECONDS,
            "texts": [{**card, "label": _label(card["topic"])} for card in shown["texts"]],
            "wire": shown,
            "topics": shown["topics"],
        },
    )


def read_texts(request: HttpRequest) -> dict[str, Any]:
    """The snapshot of the cards: ``?topic=&topic=``."""
    query(request, (), repeated=("topic",))
    if _shut_out(request):
        raise SignedOut
    return following.texts(request.user, _asked(request))


api_texts = json_view(get=read_texts)


def _label(topic: str | None) -> str:
    """What a card says of its topic, as the browser does: no topic is the reader's own."""
    kind, name = split(topic or "")
    return _("Everyone") if kind == ALL else f"#{name}" if kind == ROOM else topic or ""


def _asked(request: HttpRequest) -> list[str]:
    return request.GET.getlist("topic")[: rights.MOST_ASKED]


def _shut_out(request: HttpRequest) -> bool:
    """A visitor without a public room sees nothing at all."""
    return not request.user.is_authenticated and not rights.topics_of(request.user)
