"""What the forms of a room do without JavaScript: one thing, then back to the room."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from notifications import posting, publishing
from notifications.actions import GREATEST_ID
from notifications.errors import NotFound, NoticeboardError
from notifications.models import Room
from notifications.publishing.moderation import POST_ACTIONS, ROOM_ACTIONS, SLOW
from notifications.transports import limits
from notifications.views.refusals import refused
from notifications.views.rooms import find, nowhere, number

DOING = {"edit": "edit_post", "delete": "delete_post", "react": "react", "report": "report"}


@require_POST
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """Post what the form says; its hidden key makes a form that is sent twice one post."""
    form: dict[str, Any] = {
        name: request.POST[name] for name in ("text", "key") if name in request.POST
    }
    form["text"] = _unix(form.get("text", ""))
    if answered := request.POST.get("reply_to"):
        form["reply_to"] = _id(answered)
    return _do(request, slug, lambda room: _post(request, room, form))


@require_POST
def act(request: HttpRequest, slug: str, id: int, do: str) -> HttpResponse:
    """One thing with one post, then back to where it stands."""
    return _do(request, slug, lambda room: _act(request, room, id, do), at=do != "delete" and id)


@require_POST
def rename(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep another name for a visitor in his session."""
    return _do(request, slug, lambda room: posting.rename(request, request.POST.get("name", "")))


@require_POST
def moderate(request: HttpRequest, slug: str) -> HttpResponse:
    """Do what the pressed button names; its value is the post, empty for the whole room."""
    return _do(request, slug, lambda room: _moderate(request, room))


def _do(
    request: HttpRequest, slug: str, act: Callable[[Room], None], at: int | bool = False
) -> HttpResponse:
    found = find(request, slug)
    if found is None:
        return nowhere(request)
    try:
        act(found)
    except NotFound as error:
        return refused(request, error)
    except NoticeboardError as error:
        messages.error(request, error.detail)
    where = f"?at={at}#post-{at}" if at else ""
    return HttpResponseRedirect(reverse("noticeboard:room", args=[slug]) + where)


def _post(request: HttpRequest, room: Room, form: dict[str, Any]) -> None:
    posting.write(request, room.slug, form)


def _act(request: HttpRequest, room: Room, id: int, do: str) -> None:
    if do not in DOING or not 0 < id <= GREATEST_ID:
        raise NotFound
    posting.act(request, DOING[do], room.slug, id, _fields(request, do))
    if do != "react":
        messages.success(request, _("Done."))


def _fields(request: HttpRequest, do: str) -> dict[str, Any]:
    if do == "edit":
        return {"text": _unix(request.POST.get("text", ""))}
    if do == "report":
        return {"reason": request.POST.get("reason", "")}
    if do == "react":
        on = "add" in request.POST
        return {"emoji": request.POST.get("add" if on else "remove", ""), "on": on}
    return {}


def _moderate(request: HttpRequest, room: Room) -> None:
    known = (*POST_ACTIONS, *ROOM_ACTIONS, SLOW)
    do = next((name for name in known if name in request.POST), "")
    value = request.POST.get(do, "")
    named = _id(value) if value else None
    limits.actions.spend(posting.limited_by(request))
    if do == SLOW:
        publishing.moderate(room, do, request.user, seconds=named)
    else:
        publishing.moderate(room, do, request.user, named)
    messages.success(request, _("Done."))


def _unix(text: str) -> str:
    # A form sends its lines as the internet of old ended them.
    return text.replace("\r\n", "\n")


def _id(text: str) -> int:
    found = number(text)
    if found is None:
        raise NotFound
    return found
