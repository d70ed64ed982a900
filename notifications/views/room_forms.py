"""What the forms of a room do without JavaScript: one thing, then back to the room."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from notifications import posting, publishing
from notifications.errors import NotFound, NoticeboardError
from notifications.models import Room
from notifications.publishing.moderation import POST_ACTIONS, ROOM_ACTIONS
from notifications.transports import limits
from notifications.views.refusals import refused
from notifications.views.rooms import find, nowhere

LONGEST_ID = 18


@require_POST
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """Post what the form says; its hidden key makes a form that is sent twice one post."""
    form = {name: request.POST[name] for name in ("text", "key") if name in request.POST}
    text = form.get("text", "").replace("\r\n", "\n")
    return _do(request, slug, lambda room: _post(request, room, {**form, "text": text}))


@require_POST
def rename(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep another name for a visitor in his session."""
    return _do(request, slug, lambda room: posting.rename(request, request.POST.get("name", "")))


@require_POST
def moderate(request: HttpRequest, slug: str) -> HttpResponse:
    """Do what the pressed button names; its value is the post, empty for the whole room."""
    return _do(request, slug, lambda room: _moderate(request, room))


def _do(request: HttpRequest, slug: str, act: Callable[[Room], None]) -> HttpResponse:
    found = find(request, slug)
    if found is None:
        return nowhere(request)
    try:
        act(found)
    except NotFound as error:
        return refused(request, error)
    except NoticeboardError as error:
        messages.error(request, error.detail)
    return HttpResponseRedirect(reverse("noticeboard:room", args=[slug]))


def _post(request: HttpRequest, room: Room, form: dict[str, str]) -> None:
    posting.write(request, room.slug, form)


def _moderate(request: HttpRequest, room: Room) -> None:
    do = next((name for name in (*POST_ACTIONS, *ROOM_ACTIONS) if name in request.POST), "")
    value = request.POST.get(do, "")
    if value and not (value.isascii() and value.isdigit() and len(value) <= LONGEST_ID):
        raise NotFound
    limits.actions.spend(posting.limited_by(request))
    publishing.moderate(room, do, request.user, int(value) if value else None)
    messages.success(request, _("Done."))
