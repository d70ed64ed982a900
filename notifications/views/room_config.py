"""What the modules of a room start from, and the rooms that its reader has."""

from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.urls import reverse

from notifications import posting, rights
from notifications.conf import options
from notifications.models import Address, Membership, Room
from notifications.posts import REACTIONS, author_of, author_tag
from notifications.publishing.mentions import belongs
from notifications.topics import room_topic

# Of those that one goes through by keys.
MOST_ROOMS = 100


def readable(user: Any) -> QuerySet[Room]:
    """The rooms that a reader may read, those with the newest posts first."""
    topic = Concat(Value("room."), OuterRef("slug"), output_field=CharField())
    newest = Address.objects.filter(topic=topic, live=True, position__isnull=False)
    newest = newest.order_by("-position")
    found = Room.objects.annotate(
        newest=Subquery(newest.values("position")[:1]),
        newest_at=Subquery(newest.values("notification__published_at")[:1]),
    ).order_by("is_closed", "-newest_at", "name")
    if not user.is_authenticated:
        return found.filter(is_public=True, is_closed=False)
    mine = Membership.objects.filter(room_id=OuterRef("pk"), user_id=user.pk)
    found = found.annotate(joined=Exists(mine))
    return found if user.is_staff else found.filter(Q(is_public=True) | Exists(mine))


def room_config(request: HttpRequest, found: Room, page: dict[str, Any]) -> dict[str, Any]:
    """What the modules of a room's pages start from, the page of posts included."""
    user = request.user
    subject = posting.subject_of(request)
    staff = user.is_authenticated and user.is_staff
    return {
        **page,
        "slug": found.slug,
        "topic": room_topic(found),
        "private": not found.is_public,
        "me": rights.display_name(user) if user.is_authenticated else posting.name_of(request),
        "visitor": not user.is_authenticated,
        "tag": author_tag(found.slug, author_of(user, subject.visitor)),
        "reactions": list(REACTIONS),
        "slow_seconds": 0 if staff else found.slow_seconds,
        "most": options.POST_CHARACTERS,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "poll_seconds": options.POLL_SECONDS,
        "urls": _urls(found, belongs(found, user)),
    }


def rooms_of(user: Any) -> list[dict[str, Any]]:
    """The reader's rooms in the order of their list: slug, address, position of the newest post."""
    return [
        {
            "slug": each.slug,
            "url": reverse("noticeboard:room", args=[each.slug]),
            "newest": getattr(each, "newest", None) or 0,
        }
        for each in readable(user)[:MOST_ROOMS]
    ]


def _urls(found: Room, belongs: bool) -> dict[str, str]:
    """Addresses of the API; empty for what this reader may not do."""
    slug = [found.slug]
    return {
        "posts": reverse("noticeboard:api-room-posts", args=slug),
        "post": reverse("noticeboard:api-room-post", args=[found.slug, 0]),
        "moderation": reverse("noticeboard:api-room-moderation", args=slug),
        "present": reverse("noticeboard:api-present", args=slug),
        "people": reverse("noticeboard:api-room-people", args=slug) if belongs else "",
        "wall_link": reverse("noticeboard:api-room-wall-link", args=slug) if belongs else "",
    }
