"""Whose inbox, by which topics, at which instant: what every query of an inbox asks with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notifications import rights
from notifications.conf import options
from notifications.inbox import clock
from notifications.models import Mark
from notifications.preferences import quiet_rooms
from notifications.topics import room_topic


@dataclass(frozen=True, slots=True)
class Reader:
    """One user (None: a visitor) with the topics and marks of one instant.

    ``topics`` is without the ``quiet`` rooms, whose posts this user wants in no inbox.
    """

    user_id: Any
    topics: tuple[str, ...]
    now: datetime
    read_to: int = 0
    seen_to: int = 0
    quiet: tuple[str, ...] = ()


def reader_of(user: Any, topic: str | None = None) -> Reader:
    """The reader that a user (None or AnonymousUser: a visitor) is now.

    With a ``topic``, which the user must be allowed to read, only what came by it is looked at,
    and stands where it came by it.
    """
    using = options.DATABASE
    own = sorted(rights.topics_of(user)) if topic is None else [topic]
    quiet = quiet_rooms(user)
    silent = {room_topic(slug) for slug in quiet}
    user_id = user.pk if user is not None and user.is_authenticated else None
    mark = Mark.objects.using(using).filter(pk=user_id).first() if user_id is not None else None
    return Reader(
        user_id=user_id,
        topics=tuple(each for each in own if each not in silent),
        now=clock.now(using),
        read_to=mark.read_to if mark else 0,
        seen_to=mark.seen_to if mark else 0,
        quiet=tuple(quiet),
    )
