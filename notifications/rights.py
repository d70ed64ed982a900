"""Who may read what: the topics of a user, and of a session as it stands in the store."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
    load_backend,
)
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from notifications.errors import BadTopic
from notifications.models import Room
from notifications.topics import (
    ALL,
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
# A signed cookie is a session key too, and no browser keeps a longer cookie.
MOST_KEY_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Admission:
    """What one session may read at the moment it was looked at.

    ``session`` is the short digest by which ``rights.changed`` names the session, ``expires`` its
    end in seconds since the epoch, ``asked`` what was asked for beyond the user's own topics.
    """

    user_id: Any
    name: str
    is_staff: bool
    session: str | None
    expires: float | None
    topics: frozenset[str]
    asked: tuple[str, ...] = ()

    @property
    def anonymous(self) -> bool:
        return self.user_id is None


def topics_of(user: Any) -> frozenset[str]:
    """The topics that a user has without asking; a visitor (or None) has the public rooms."""
    if not _signed_in(user):
        public = Room.objects.filter(is_public=True, is_closed=False).values_list("slug", flat=True)
        return frozenset(room_topic(slug) for slug in public)
    rooms = Room.objects.filter(memberships__user_id=user.pk).values_list("slug", flat=True)
    return frozenset(
        [ALL, user_topic(user)]
        + [group_topic(pk) for pk in _group_ids(user)]
        + [room_topic(slug) for slug in rooms]
    )


def may_read(user: Any, topic: str) -> bool:
    """Whether a user (or a visitor: None) may read a topic. An unknown topic is a no."""
    try:
        kind, key = split(check_topic(topic))
    except BadTopic:
        return False
    if kind == "room":
        return _may_read_room(user, key)
    if kind in ("all", "user", "group"):
        return topic in topics_of(user)
    return _may_read_registered(user, topic)


def admit(session_key: str | None, asked: Iterable[str] = ()) -> Admission:
    """Look a session up as Django's ``get_user`` does, without a request; else it is a visitor's.

    The session must be in the store, its backend in the settings, its user active, and its
    authentication hash that of the user's password (or of a fallback secret key).
    """
    wanted = tuple(dict.fromkeys(asked))[:MOST_ASKED]
    found = _session_user(session_key) if _plausible(session_key) else None
    if found is None:
        return _admission(None, None, None, wanted)
    user, expires = found
    return _admission(user, session_digest(str(session_key)), expires, wanted)


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


def _admission(
    user: Any, session: str | None, expires: float | None, asked: tuple[str, ...]
) -> Admission:
    topics = topics_of(user)
    more = {topic for topic in asked if topic not in topics and may_read(user, topic)}
    return Admission(
        user_id=None if user is None else user.pk,
        name=display_name(user),
        is_staff=bool(getattr(user, "is_staff", False)),
        session=session,
        expires=expires,
        topics=topics | more,
        asked=asked,
    )


def _plausible(session_key: str | None) -> bool:
    """Refuse what no session store has made before a database is asked with it (NUL is a 500)."""
    return (
        bool(session_key)
        and len(str(session_key)) <= MOST_KEY_CHARACTERS
        and str(session_key).isascii()
        and str(session_key).isprintable()
    )


def _session_user(session_key: str | None) -> tuple[Any, float] | None:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    # load() and not store[...]: the latter remembers, and some stores write what they remember.
    data = store.load()
    backend_path = data.get(BACKEND_SESSION_KEY)
    if SESSION_KEY not in data or backend_path not in settings.AUTHENTICATION_BACKENDS:
        return None
    try:
        pk = get_user_model()._meta.pk.to_python(data[SESSION_KEY])
    except ValidationError:
        return None
    user = load_backend(backend_path).get_user(pk)
    if not _signed_in(user) or not _hash_fits(user, data.get(HASH_SESSION_KEY)):
        return None
    expires = _expires(store, data)
    return (user, expires) if expires is not None else None


def _hash_fits(user: Any, kept: str | None) -> bool:
    if not hasattr(user, "get_session_auth_hash"):
        return True
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return kept is not None and any(constant_time_compare(kept, each) for each in hashes)


def _expires(store: Any, data: dict[str, Any]) -> float | None:
    """When a session ends; None if it has. A row knows; other stores give the latest it can be."""
    if hasattr(store, "model"):
        rows = store.model._default_manager.filter(session_key=store.session_key)
        end = rows.values_list("expire_date", flat=True).first()
        return end.timestamp() if end is not None and end > timezone.now() else None
    custom = data.get("_session_expiry")
    return float(store.get_expiry_date(expiry=custom).timestamp())


def _signed_in(user: Any) -> bool:
    return user is not None and bool(user.is_authenticated) and bool(user.is_active)


def _may_read_room(user: Any, slug: str) -> bool:
    room = Room.objects.filter(slug=slug).first()
    if room is None:
        return False
    if not _signed_in(user):
        return bool(room.is_public and not room.is_closed)
    if room.is_public or user.is_staff:
        return True
    return Room.objects.filter(pk=room.pk, memberships__user_id=user.pk).exists()


def _may_read_registered(user: Any, topic: str) -> bool:
    found = registered(topic)
    try:
        return found is not None and bool(found.can_read(user, found.id))
    except Exception:
        logger.exception("can_read of %s failed: nobody is let in.", topic)
        return False


def _group_ids(user: Any) -> list[Any]:
    # A custom user model need not have groups.
    return list(user.groups.values_list("pk", flat=True)) if hasattr(user, "groups") else []
