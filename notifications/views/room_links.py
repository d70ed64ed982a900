"""The whole address of a room's link for a screen."""

from django.http import HttpRequest
from django.urls import reverse

from notifications import walls
from notifications.models import Room
from notifications.publishing.mentions import belongs


def wall_link(request: HttpRequest, room: Room) -> str:
    """The link of a room for whom it belongs to; empty for others, and where there is none."""
    token = walls.wall_token(room)
    if not token or not belongs(room, request.user):
        return ""
    return request.build_absolute_uri(reverse("noticeboard:wall-open", args=[room.slug, token]))
