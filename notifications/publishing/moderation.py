"""What staff do in a room: pin and delete posts, mute authors, close it. Each is told at once."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from notifications import log
from notifications.errors import BadRequest, Conflict, Forbidden
from notifications.models import Mute, Post, Room
from notifications.models.clock import now
from notifications.models.room import LONGEST_PAUSE
from notifications.posts import author_of
from notifications.publishing.changing import retract
from notifications.publishing.standing import standing
from notifications.topics import room_topic

audit = logging.getLogger("noticeboard.audit")

# More would fill the page before its first post.
MOST_PINS = 5
MUTED_FOR = timedelta(hours=1)
SLOW = "slow"


def moderate(
    room: Room, do: str, by: Any, id: int | None = None, seconds: int | None = None
) -> None:
    """Do one of `POST_ACTIONS` with the post ``id``, or one of `ROOM_ACTIONS` with the room.

    ``slow`` is done to the room with ``seconds``, which stand with nothing else; 0 ends it.

    Raises `Forbidden` for who is no staff, `NotFound` for what is no post of this room, `Conflict`
    where it cannot be done. Doing a thing twice is doing it once.
    """
    if not (by is not None and by.is_authenticated and by.is_active and by.is_staff):
        raise Forbidden(_("Only staff do this."))
    with log.transaction():
        if do == SLOW and id is None:
            _slow(room, seconds)
        elif seconds is not None:
            raise BadRequest(_("Only slow mode takes seconds."))
        elif do in ROOM_ACTIONS and id is None:
            _set(room, **ROOM_ACTIONS[do])
        elif do in POST_ACTIONS and id is not None:
            POST_ACTIONS[do](room, _post(room, id), by)
        elif do in (SLOW, *ROOM_ACTIONS, *POST_ACTIONS):
            raise BadRequest(_("Name the post (id) for what is done to a post, and only there."))
        else:
            raise BadRequest(code="unknown_action")
    audit.info("room %s: %s %s by user %s", room.slug, do, id or seconds or "", by.pk)


def pinned_ids(room: Room) -> list[int]:
    """The pinned posts of a room that are still there, the newest pin first."""
    pinned = Post.objects.filter(room_id=room.pk, pinned_at__isnull=False)
    there = pinned.filter(notification__retracted_at=None).order_by("-pinned_at", "-pk")
    return list(there.values_list("pk", flat=True))


def _pin(room: Room, post: Post, by: Any) -> None:
    pins = pinned_ids(room)
    if post.pk in pins:
        return
    if len(pins) >= MOST_PINS:
        raise Conflict(_("At most %d posts are pinned. Unpin one first.") % MOST_PINS)
    _keep(room, post, now())


def _unpin(room: Room, post: Post, by: Any) -> None:
    if post.pinned_at is not None:
        _keep(room, post, None)


def _keep(room: Room, post: Post, pinned_at: Any) -> None:
    post.pinned_at = pinned_at
    post.save()
    log.append("room.pinned", [room_topic(room)], {"slug": room.slug, "ids": pinned_ids(room)})


def _delete(room: Room, post: Post, by: Any) -> None:
    retract(post.pk, by=by)


def _mute(room: Room, post: Post, by: Any) -> None:
    until = now() + MUTED_FOR
    Mute.objects.update_or_create(room=room, author=_author(post), defaults={"until": until})


def _unmute(room: Room, post: Post, by: Any) -> None:
    Mute.objects.filter(room=room, author=_author(post)).delete()


def _author(post: Post) -> str:
    author = post.author or author_of(post.notification.sender)
    if not author:
        raise Conflict(_("Nobody knows who has posted this."))
    return author


def _slow(room: Room, seconds: int | None) -> None:
    if seconds is None or not 0 <= seconds <= LONGEST_PAUSE:
        raise BadRequest(_("seconds must be 0 to %d.") % LONGEST_PAUSE)
    _set(room, slow_seconds=seconds)


def _set(room: Room, **fields: bool | int) -> None:
    # Locked, so that two moderators who press at once tell of two changes.
    row = Room.objects.select_for_update().get(pk=room.pk)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def _post(room: Room, id: int) -> Post:
    # One after another: what is pinned is counted, and told as a whole.
    Room.objects.select_for_update().get(pk=room.pk)
    return standing(room, id)


POST_ACTIONS: Mapping[str, Callable[[Room, Post, Any], None]] = {
    "pin": _pin,
    "unpin": _unpin,
    "delete": _delete,
    "mute": _mute,
    "unmute": _unmute,
}
ROOM_ACTIONS: Mapping[str, Mapping[str, bool]] = {
    "close": {"is_closed": True},
    "open": {"is_closed": False},
    "announce": {"announcement_only": True},
    "discuss": {"announcement_only": False},
}
