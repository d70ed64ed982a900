"""Topics: names of what one can subscribe to. A topic is also a legal Channels group name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from notifications.errors import BadTopic

ALL = "all"
USER, GROUP, ROOM = "user", "group", "room"
BUILT_IN = (ALL, USER, GROUP, ROOM)
LONGEST = 80

_LEGAL = re.compile(r"[a-z0-9._-]{1,80}")
_ID = "[a-z0-9_-]+"

CanRead = Callable[[Any, str], bool]


class Registered(NamedTuple):
    """A kind of topic that the host project has added."""

    pattern: str
    regex: re.Pattern[str]
    can_read: CanRead


class TopicMatch(NamedTuple):
    """A topic of a registered kind: the id in it, and who may read it."""

    topic: str
    id: str
    can_read: CanRead


_registered: dict[str, Registered] = {}


def check_topic(text: str) -> str:
    """The topic itself; raises `BadTopic` if it is not a legal one."""
    if isinstance(text, str) and _LEGAL.fullmatch(text) and _has_kind_and_id(text):
        return text
    raise BadTopic(
        _(
            "“%(topic)s” is not a topic. Write “all” or “kind.id” in lower-case letters, digits, "
            "“.”, “_” and “-”, at most 80 characters."
        )
        % {"topic": str(text)[:LONGEST]}
    )


def split(topic: str) -> tuple[str, str]:
    """("user", "7") of `user.7`; ("all", "") of `all`."""
    kind, _dot, rest = topic.partition(".")
    return kind, rest


def user_topic(user: Any) -> str:
    """The topic of one person, from the user or the primary key (UUID: `user.<hex>`)."""
    return check_topic(f"{USER}.{_key(user)}")


def group_topic(group: Any) -> str:
    """The topic of a Django group, from the group or its primary key."""
    return check_topic(f"{GROUP}.{_key(group)}")


def room_topic(room: Any) -> str:
    """The topic of a room, from the room or its slug."""
    return check_topic(f"{ROOM}.{getattr(room, 'slug', room)}")


def is_personal(topic: str) -> bool:
    """Is it the topic of one person? Such a topic is never told to clients."""
    return topic.startswith(USER + ".")


def register_topic(pattern: str, can_read: CanRead) -> None:
    """Add a kind of topic, such as `order.{id}`.

    `can_read(user, id)` decides who may subscribe; the id is the text in the place of `{id}`:
    lower-case letters, digits, `_` and `-`. Registering a pattern again replaces its rule.
    """
    before, found, after = pattern.partition("{id}")
    if not found or split(before)[0] in BUILT_IN or not before.strip("."):
        raise BadTopic(
            _("“%(pattern)s” cannot be registered. Write a new kind and “{id}”: “order.{id}”.")
            % {"pattern": pattern}
        )
    check_topic(f"{before}x{after}")
    regex = re.compile(f"{re.escape(before)}({_ID}){re.escape(after)}")
    _registered[pattern] = Registered(pattern, regex, can_read)


def unregister_topic(pattern: str) -> None:
    """Take a kind of topic away again."""
    _registered.pop(pattern, None)


def registered(topic: str) -> TopicMatch | None:
    """The registered kind that the topic belongs to, if there is one."""
    for kind in _registered.values():
        if match := kind.regex.fullmatch(topic):
            return TopicMatch(topic, match[1], kind.can_read)
    return None


def _has_kind_and_id(text: str) -> bool:
    kind, rest = split(text)
    return text == ALL or bool(kind != ALL and kind and rest)


def _key(thing: Any) -> str:
    key = getattr(thing, "pk", thing)
    return key.hex if isinstance(key, UUID) else str(key).lower()
