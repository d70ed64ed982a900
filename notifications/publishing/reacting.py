"""Reactions: one emoji of one reader under a post, told as a whole after each change."""

from typing import Any

from django.utils.translation import gettext as _

from notifications import log
from notifications.errors import BadRequest, Conflict, Forbidden, NotFound
from notifications.events import POST_REACTED
from notifications.models import Reaction, Room
from notifications.posts import REACTIONS, author_of, reactions
from notifications.publishing.rooms import refused_part
from notifications.publishing.rows import topics_by_id
from notifications.publishing.standing import standing
from notifications.rights import may_read
from notifications.topics import room_topic

# Every event about a post's reactions carries them all.
MOST_AUTHORS = 200


def react(room: Room, id: int, emoji: str, on: bool, user: Any, visitor: str = "") -> bool:
    """Put an emoji of `REACTIONS` under a post, or take one's own away; whether that is a change.

    Raises `NotFound` for what is not there, `BadRequest` for another emoji, `Forbidden` where one
    may not take part, `Conflict` above `MOST_AUTHORS` of one emoji.
    """
    reader = user if user is not None and user.is_authenticated else None
    if not may_read(reader, room_topic(room)):
        raise NotFound(_("There is no such room."))
    if emoji not in REACTIONS:
        raise BadRequest(_("emoji must be one of: %s.") % " ".join(REACTIONS))
    with log.transaction():
        # Locked: of two at the same moment, the second tells of both.
        post = standing(room, id)
        _refuse(room, id, reader, visitor)
        mine = Reaction.objects.filter(post=post, emoji=emoji, author=author_of(reader, visitor))
        if on == mine.exists():
            return False
        if on:
            _add(post.pk, emoji, author_of(reader, visitor))
        else:
            mine.delete()
        state = reactions({post.pk: room.slug})[post.pk]
        log.append(POST_REACTED, [room_topic(room)], {"id": post.pk, "reactions": state})
    return True


def _refuse(room: Room, id: int, reader: Any, visitor: str) -> None:
    if refusal := refused_part(room, reader, visitor):
        raise Forbidden(refusal)
    if not author_of(reader, visitor):
        raise Forbidden(_("Only who has a session reacts."))
    if topics_by_id([id])[id] != [room_topic(room)]:
        raise Forbidden(_("This was not said to this room alone: it takes no reactions."))


def _add(id: int, emoji: str, author: str) -> None:
    if Reaction.objects.filter(post_id=id, emoji=emoji).count() >= MOST_AUTHORS:
        raise Conflict(_("%d have reacted so already.") % MOST_AUTHORS)
    Reaction.objects.create(post_id=id, emoji=emoji, author=author)
