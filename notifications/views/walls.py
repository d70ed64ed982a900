"""The wall of a room for a big screen, and the link that opens it without an account."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from notifications import inbox as inboxes
from notifications import posting, publishing, rights, walls
from notifications.errors import Forbidden, NotFound
from notifications.models import Room
from notifications.publishing.mentions import belongs
from notifications.topics import room_topic
from notifications.transports import limits
from notifications.views.refusals import refused
from notifications.views.room_config import room_config
from notifications.views.rooms import find, nowhere, post_rows, with_slug

WALL_POSTS = 20
LONGEST_TOKEN = 64


@never_cache
@require_safe
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """A room for a big screen: the newest posts one by one, in large type."""
    found = with_slug(slug)
    if found is None:
        return nowhere(request)
    may_read = rights.may_read(request.user, room_topic(found))
    by_link = not may_read and _by_link(request, found)
    if not may_read and not by_link:
        return nowhere(request)
    page = inboxes.room_posts(found, None, WALL_POSTS)
    if not found.is_public or by_link:
        page = inboxes.without_names(page)
    config = {**room_config(request, found, page), "pinned": [], "most": WALL_POSTS}
    context: dict[str, Any] = {
        "room": found,
        "posts": post_rows(page["posts"])[::-1],
        "by_link": by_link,
        "config": config,
    }
    return render(request, "noticeboard/rooms/wall.html", context)


@never_cache
@require_safe
def open_wall(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Keep a link's right in this browser's session, and go on to where no token is logged."""
    found = with_slug(slug)
    if found is None or len(token) > LONGEST_TOKEN or not walls.fits(found, token):
        return refused(request, NotFound(_("This link is not valid any more. Ask for a new one.")))
    if not rights.may_read(request.user, room_topic(found)):
        if request.user.is_authenticated:
            return refused(request, Forbidden(_("Open this link where nobody is signed in.")))
        if request.method != "HEAD":
            walls.keep(request.session, found)
    return HttpResponseRedirect(reverse("noticeboard:wall", args=[slug]))


@require_POST
def make_link(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a link: back to the room, which shows it; ``new`` ends every earlier one."""
    found = find(request, slug)
    if found is None:
        return nowhere(request)
    limits.actions.spend(posting.limited_by(request))
    if not belongs(found, request.user):
        return refused(request, Forbidden(_("Only members of the room and staff make links.")))
    publishing.new_wall_key(found, request.user, replace="new" in request.POST)
    return HttpResponseRedirect(f"{reverse('noticeboard:room', args=[slug])}?wall=1")


def _by_link(request: HttpRequest, room: Room) -> bool:
    return not request.user.is_authenticated and walls.may_read(request.session, room)
