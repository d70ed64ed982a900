"""Rooms: posts in them, and what their readers are told when a room itself changes."""

import math
import re
from typing import Any

from django.db import IntegrityError
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from notifications import log
from notifications.conf import options
from notifications.errors import BadNotification, BadRequest, Forbidden, NotFound, TooMany
from notifications.models import Address, Membership, Mute, Notification, Post, Room
from notifications.models.clock import now
from notifications.posts import author_of
from notifications.publishing.access import room_rights_changed
from notifications.publishing.mentions import mention
from notifications.publishing.writing import build, write
from notifications.rights import may_read
from notifications.text import clean_line
from notifications.topics import room_topic

# What readers are told of a room.
TOLD = (
    "slug",
    "name",
    "description",
    "is_public",
    "is_closed",
    "announcement_only",
    "slow_seconds",
)
# Of these, what changes who may read it.
RIGHTS = ("is_public", "is_closed")
NAME_CHARACTERS = 80
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


def post(
    room: Room,
    text: str,
    user: Any = None,
    name: str = "",
    *,
    visitor: str = "",
    key: str = "",
    reply_to: int | None = None,
) -> Notification:
    """Post in a room, as a user or as a visitor who calls himself ``name``.

    ``visitor`` is the digest of a visitor's session. With a ``key`` (8 to 64 letters, digits,
    ``_`` and ``-``, chosen at random by the sender) the same author posts once, however often it
    is sent: later calls return what the first has made. ``reply_to`` is the id of the post that
    is answered.

    Raises `NotFound` for a room that this user may not read and a post that is not there,
    `Forbidden` where he may not post, `BadNotification` for an empty or too long text and
    `TooMany` (``slow_mode``) where the room's slow mode makes him wait.
    """
    author = user if user is not None and user.is_authenticated else None
    if not may_read(author, room_topic(room)):
        raise NotFound(_("There is no such room."))
    if key and not KEY.fullmatch(key):
        raise BadRequest(_("key must be 8 to 64 letters, digits, “_” and “-”."))
    whose = author_of(author, visitor)
    earlier = _posted(room, whose, key)
    if earlier is not None:
        return earlier
    if refusal := refused_post(room, author, visitor):
        raise Forbidden(refusal)
    check_text(text)
    shown = "" if author else visitor_name(name)
    notification = build({"body": text, "sender": author, "sender_name": shown})
    row = Post(room=room, author=whose, key=key, reply_to_id=reply_to)
    try:
        with log.transaction():
            slow = room.slow_seconds and not (author and author.is_staff)
            if slow and (earlier := _wait_for_turn(room, row)):
                return earlier
            _write(row, notification)
    except IntegrityError:
        # Sent twice at the same moment: one of the two is it.
        earlier = _posted(room, whose, key)
        if earlier is None:
            raise
        return earlier
    return notification


def visitor_name(name: str) -> str:
    """The name that a visitor's post carries."""
    return clean_line(name)[:NAME_CHARACTERS].strip() or _("anonymous")


def refused_post(room: Room, user: Any, visitor: str = "") -> str:
    """Why somebody who reads a room may not post in it; empty where he may."""
    staff = user is not None and user.is_authenticated and user.is_staff
    if room.announcement_only and not room.is_closed and not staff:
        return _("Only staff post in this room.")
    return refused_part(room, user, visitor)


def refused_part(room: Room, user: Any, visitor: str = "") -> str:
    """Why somebody who reads a room may take no part in it at all; empty where he may."""
    author = user if user is not None and user.is_authenticated else None
    if room.is_closed:
        return _("This room is closed: it can be read only.")
    if author is not None and author.is_staff:
        return ""
    muted = Mute.objects.filter(room_id=room.pk, author=author_of(author, visitor) or "-")
    if muted.filter(until__gt=Now()).exists():
        return _("You are muted in this room for a while.")
    if room.is_public and room.anonymous_posts:
        return ""
    members = Membership.objects.filter(room_id=room.pk)
    if author is None or not members.filter(user_id=author.pk).exists():
        return _("Only members post in this room.")
    return ""


def room_changed(room: Room, before: Room | None) -> None:
    """Tell the readers of a room that it was changed; ``before`` is None for a new one."""
    old = _told(before) if before is not None else None
    new = _told(room)
    if old is None or old == new:
        return
    log.append("room.changed", [room_topic(room)], new)
    if any(old[name] != new[name] for name in RIGHTS):
        room_rights_changed(room.slug)


def _told(room: Room) -> dict[str, Any]:
    return {name: getattr(room, name) for name in TOLD}


def _posted(room: Room, author: str, key: str) -> Notification | None:
    if not key:
        return None
    found = Post.objects.filter(room_id=room.pk, author=author, key=key)
    earlier = found.select_related("notification").first()
    return earlier.notification if earlier else None


def _write(row: Post, notification: Notification) -> None:
    """Publish a post and what it mentions; the row first, since the event tells of it too."""
    topic = room_topic(row.room)
    if row.reply_to_id is not None:
        there = Address.objects.filter(notification_id=row.reply_to_id, topic=topic, live=True)
        if not there.exists():
            raise NotFound(_("There is no such post."))

    def beside(written: Notification) -> None:
        row.notification = written
        row.save(force_insert=True)

    write(notification, [topic], beside)
    mention(row, notification)


def _wait_for_turn(room: Room, row: Post) -> Notification | None:
    """Refuse who posts too soon; the post itself, if it is there since the room was looked at.

    The room is held: of two that are sent at the same moment, one comes too soon.
    """
    Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    if earlier := _posted(room, row.author, row.key):
        return earlier
    mine = Post.objects.filter(room_id=room.pk, author=row.author).order_by("-pk")
    last = mine.values_list("notification__published_at", flat=True).first()
    wait = room.slow_seconds - (now() - last).total_seconds() if last else 0
    if wait > 0:
        raise TooMany(code="slow_mode", retry_after=math.ceil(wait))
    return None


def check_text(text: str) -> None:
    """Raise `BadNotification` for what is no text of a post."""
    if not text.strip():
        raise BadNotification(_("A post needs a text."))
    if len(text) > options.POST_CHARACTERS:
        raise BadNotification(
            _("A post has at most %(most)d characters.") % {"most": options.POST_CHARACTERS}
        )
