"""Who may read what: the topics of a user, and of a session as it stands in the store."""

import hashlib
import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model

from notifications import sessions, walls
from notifications.errors import BadTopic
from notifications.models import Membership, Room
from notifications.models.among import Among
from notifications.sessions import Session, signed_in
from notifications.topics import (
    ALL,
    BUILT_IN,
    ROOM,
    check_topic,
    group_topic,
    registered,
    room_topic,
    split,
    user_topic,
)

logger = logging.getLogger(__name__)

# A page asks for the rooms that it shows; more than this is somebody trying names.
MOST_ASKED = 50

#: Where a visitor's session keeps the name that he has chosen.
VISITOR_NAME = "noticeboard_name"

#: Whose admission: a session key (None: no session), and what is asked for besides.
Key = tuple[str | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Admission:
    """What one session may read at the moment it was looked at.

    ``name`` is what others see, of a visitor the one that he has chosen, or nothing. ``session`` is
    the short digest by which ``rights.changed`` names the session, ``expires`` its
    end and ``checked`` that moment, both in seconds since the epoch, ``asked`` what was asked for
    beyond the user's own topics. ``by_ticket``: that moment was some other time's.
    """

    user_id: Any
    name: str
    is_staff: bool
    session: str | None
    expires: float | None
    topics: frozenset[str]
    asked: tuple[str, ...] = ()
    checked: float = field(default=0.0, compare=False)
    by_ticket: bool = field(default=False, compare=False)

    @property
    def anonymous(self) -> bool:
        return self.user_id is None


def topics_of(user: Any) -> frozenset[str]:
    """The topics that a user has without asking; a visitor (or None) has the public rooms."""
    if signed_in(user):
        return _topics_of_each([user.pk])[user.pk]
    public = Room.objects.filter(is_public=True, is_closed=False).values_list("slug", flat=True)
    return frozenset(room_topic(slug) for slug in public)


def may_read(user: Any, topic: str) -> bool:
    """Whether a user (or a visitor: None) may read a topic. An unknown topic is a no."""
    if not _is_legal(topic):
        return False
    if split(topic)[0] in BUILT_IN and topic in topics_of(user):
        return True
    return _may_read(user, topic, _rooms([topic]))


def admit(session_key: str | None, asked: Iterable[str] = ()) -> Admission:
    """Look a session up as Django's ``get_user`` does, without a request; else it is a visitor's.

    The session must be in the store, its backend in the settings, its user active, and its
    authentication hash that of the user's password (or of a fallback secret key).
    """
    return admit_many([(session_key, considered(asked))])[0]


def admit_many(wanted: Sequence[Key]) -> list[Admission]:
    """The same for many, in their order: a handful of queries, however many they are.

    What a project brings itself is asked one by one: session stores without rows, authentication
    backends, and the rules of registered topics.
    """
    now = time.time()
    found = sessions.find(key for key, _ in wanted if key is not None)
    users = {each.user.pk: each.user for each in found.values() if each.user is not None}
    own = _topics_of_each(users)
    rooms = _rooms(topic for _, asked in wanted for topic in asked)
    public: frozenset[str] | None = None
    admissions = []
    for key, asked in wanted:
        session = found.get(key) if key is not None else None
        user = session.user if session is not None else None
        if user is not None:
            topics = own[user.pk]
        else:
            public = topics_of(None) if public is None else public
            topics = public | walls.topics_of(session.data if session is not None else {})
        more = {each for each in asked if each not in topics and _may_read(user, each, rooms)}
        admissions.append(
            Admission(
                user_id=None if user is None else user.pk,
                name=_visitor(session) if user is None else display_name(user),
                is_staff=bool(getattr(user, "is_staff", False)),
                session=None if session is None else session_digest(str(key)),
                expires=None if user is None or session is None else session.expires,
                topics=topics | more,
                asked=asked,
                checked=now,
            )
        )
    return admissions


def considered(asked: Iterable[str]) -> tuple[str, ...]:
    """What is looked at of the topics that somebody asks for."""
    return tuple(dict.fromkeys(asked))[:MOST_ASKED]


def revalidate(admission: Admission, session_key: str | None) -> Admission:
    """The same admission as it stands now; a visitor's when the session is no longer valid."""
    return admit(session_key, admission.asked)


def session_digest(session_key: str) -> str:
    """The name by which events speak of a session: the key itself would be a password."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


def display_name(user: Any) -> str:
    """The full name of a user, else the user name, of an address only what stands before the @."""
    if user is None:
        return ""
    name = str(user.get_username())
    return str(user.get_full_name() or name.partition("@")[0] or name)


def _visitor(session: Session | None) -> str:
    return "" if session is None else str(session.data.get(VISITOR_NAME, ""))


def _topics_of_each(user_ids: Iterable[Any]) -> dict[Any, frozenset[str]]:
    """The own topics of users who are signed in."""
    ids = list(user_ids)
    topics = {pk: [ALL, user_topic(pk)] for pk in ids}
    # Many have the same few.
    group_name, room_name = cache(group_topic), cache(room_topic)
    for pk, group in _groups_of_each(ids):
        topics[pk].append(group_name(group))
    members = Membership.objects.filter(Among("user_id", ids)) if ids else Membership.objects.none()
    for pk, slug in members.values_list("user_id", "room__slug"):
        topics[pk].append(room_name(slug))
    return {pk: frozenset(each) for pk, each in topics.items()}


def _groups_of_each(user_ids: Collection[Any]) -> Iterable[tuple[Any, Any]]:
    user = get_user_model()
    # A custom user model need not have groups.
    if not user_ids or not hasattr(user, "groups"):
        return ()
    with_groups = user._default_manager.filter(Among("pk", user_ids), groups__isnull=False)
    return with_groups.values_list("pk", "groups")


def _rooms(topics: Iterable[str]) -> Mapping[str, Room]:
    """The rooms among these topics, by their slugs."""
    slugs = {split(topic)[1] for topic in topics if split(topic)[0] == ROOM and _is_legal(topic)}
    return Room.objects.in_bulk(slugs, field_name="slug") if slugs else {}


def _is_legal(topic: str) -> bool:
    try:
        return bool(check_topic(topic))
    except BadTopic:
        return False


def _may_read(user: Any, topic: str, rooms: Mapping[str, Room]) -> bool:
    """Whether one may read a topic that is not among the own ones."""
    kind, key = split(topic)
    if kind == ROOM:
        room = rooms.get(key)
        return room is not None and _is_open_to(room, user)
    return _is_legal(topic) and kind not in BUILT_IN and _may_read_registered(user, topic)


def _is_open_to(room: Room, user: Any) -> bool:
    """Whether one who is no member may read a room."""
    if not signed_in(user):
        return bool(room.is_public and not room.is_closed)
    return bool(room.is_public or user.is_staff)


def _may_read_registered(user: Any, topic: str) -> bool:
    found = registered(topic)
    try:
        return found is not None and bool(found.can_read(user, found.id))
    except Exception:
        logger.exception("can_read of %s failed: nobody is let in.", topic)
        return False
