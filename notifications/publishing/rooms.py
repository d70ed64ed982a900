"""Rooms: posts in them, and what their readers are told when a room itself changes."""

from typing import Any

from django.utils.translation import gettext as _

from notifications import log
from notifications.conf import options
from notifications.errors import BadNotification, Forbidden, NotFound
from notifications.models import Membership, Notification, Room
from notifications.publishing.access import room_rights_changed
from notifications.publishing.writing import notify
from notifications.rights import may_read
from notifications.text import clean_line
from notifications.topics import room_topic

# What readers are told of a room; a change of the last two is one of who may read it.
TOLD = ("slug", "name", "description", "is_public", "is_closed")
NAME_CHARACTERS = 80


def post(room: Room, text: str, user: Any = None, name: str = "") -> Notification:
    """Post in a room, as a user or as a visitor who calls himself ``name``.

    Raises `NotFound` for a room that this user may not read, `Forbidden` where he may not post,
    `BadNotification` for an empty or too long text.
    """
    author = user if user is not None and user.is_authenticated else None
    if not may_read(author, room_topic(room)):
        raise NotFound(_("There is no such room."))
    _refuse_post(room, author)
    if not text.strip():
        raise BadNotification(_("A post needs a text."))
    if len(text) > options.POST_CHARACTERS:
        raise BadNotification(
            _("A post has at most %(most)d characters.") % {"most": options.POST_CHARACTERS}
        )
    shown = "" if author else clean_line(name)[:NAME_CHARACTERS] or _("Visitor")
    return notify(to=room, body=text, sender=author, sender_name=shown)


def room_changed(room: Room, before: Room | None) -> None:
    """Tell the readers of a room that it was changed; ``before`` is None for a new one."""
    old = _told(before) if before is not None else None
    new = _told(room)
    if old is None or old == new:
        return
    log.append("room.changed", [room_topic(room)], new)
    if (old["is_public"], old["is_closed"]) != (new["is_public"], new["is_closed"]):
        room_rights_changed(room.slug)


def _told(room: Room) -> dict[str, Any]:
    return {name: getattr(room, name) for name in TOLD}


def _refuse_post(room: Room, author: Any) -> None:
    if room.is_closed:
        raise Forbidden(_("This room is closed: it can be read only."))
    if author is not None and author.is_staff:
        return
    if room.announcement_only:
        raise Forbidden(_("Only staff post in this room."))
    if room.is_public and room.anonymous_posts:
        return
    members = Membership.objects.filter(room_id=room.pk)
    if author is None or not members.filter(user_id=author.pk).exists():
        raise Forbidden(_("Only members post in this room."))
