"""From what people call an audience to topics, and back.

An audience is given as ``"all"``, ``"user:alice"``, ``"group:ops"``, ``"room:lobby"``, a topic
(``"user.7"``), a user, group or room, or any iterable of these.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from notifications.errors import BadAudience, BadTopic
from notifications.models import Membership, Room
from notifications.rights import display_name
from notifications.topics import (
    ALL,
    check_topic,
    group_topic,
    registered,
    room_topic,
    split,
    user_topic,
)

# SQLite allows few variables in one statement in its oldest builds.
LOOKUP_BATCH = 500
# SQLite's driver fails on a greater number, instead of finding nothing.
GREATEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that was asked for by name: ``user:alice`` or ``user.7``."""

    kind: str
    key: str
    by_topic: bool

    def __str__(self) -> str:
        return f"{self.kind}{'.' if self.by_topic else ':'}{self.key}"


def resolve(to: Any) -> list[str]:
    """The topics of one audience, each once; raises `BadAudience`, which names the cure."""
    return resolve_many([to])[0]


def resolve_many(audiences: Sequence[Any]) -> list[list[str]]:
    """The topics of many audiences, with a few queries for all of them together."""
    parts = [_parts(audience) for audience in audiences]
    named = {part for each in parts for part in each if isinstance(part, Named)}
    found = _look_up(named)
    resolved = [
        list(dict.fromkeys(found[part] if isinstance(part, Named) else part for part in each))
        for each in parts
    ]
    if not all(resolved):
        raise BadAudience(_("A notification needs an audience of at least one topic."))
    return resolved


def users(topics: Iterable[str]) -> QuerySet[Any]:
    """The active users who read at least one of these topics now (of their own accord)."""
    model = get_user_model()
    active = model._default_manager.filter(is_active=True)
    keys: dict[str, list[str]] = {}
    for topic in topics:
        kind, key = split(topic)
        keys.setdefault(kind, []).append(key)
    if ALL in keys:
        return active
    chosen = Q(pk__in=keys.get("user", []))
    if "group" in keys and hasattr(model, "groups"):
        members: QuerySet[Any] = model.groups.through._default_manager.filter(
            group_id__in=keys["group"]
        )
        chosen |= Q(pk__in=members.values("user_id"))
    if "room" in keys:
        members = Membership.objects.filter(room__slug__in=keys["room"])
        chosen |= Q(pk__in=members.values("user_id"))
    return active.filter(chosen)


def label(topic: str) -> str:
    """What people call a topic: "Everyone", a user's name, a group's, "#lobby"."""
    return labels([topic])[topic]


def labels(topics: Iterable[str]) -> dict[str, str]:
    """The labels of many topics: one query a kind. Who is gone is called by the topic."""
    wanted = list(topics)
    named = {topic: display_name(user) for topic, user in _by_topic("user", wanted).items()}
    named |= {topic: group.name for topic, group in _by_topic("group", wanted).items()}
    named |= {topic: f"#{split(topic)[1]}" for topic in wanted if split(topic)[0] == "room"}
    named[ALL] = _("Everyone")
    return {topic: named.get(topic, topic) for topic in wanted}


def _parts(audience: Any) -> list[str | Named]:
    """Topics that need no look-up as text, all else as `Named`."""
    if isinstance(audience, str):
        return [_part(audience.strip())]
    if isinstance(audience, AnonymousUser):
        raise BadAudience(
            _("A visitor cannot be addressed. Address a room that visitors may read.")
        )
    if isinstance(audience, get_user_model()):
        return [user_topic(_saved(audience))]
    if isinstance(audience, Group):
        return [group_topic(_saved(audience))]
    if isinstance(audience, Room):
        return [room_topic(_saved(audience))]
    if isinstance(audience, Iterable) and not isinstance(audience, bytes | Mapping):
        return [part for each in audience for part in _parts(each)]
    raise BadAudience(
        _("%(what)s is no audience. Use all, user:NAME, group:NAME, room:SLUG or a topic.")
        % {"what": type(audience).__name__}
    )


def _part(name: str) -> str | Named:
    if name == ALL:
        return ALL
    kind, colon, key = name.partition(":")
    if colon and kind in ("user", "group", "room") and key:
        return Named(kind, key, by_topic=False)
    try:
        topic_kind, topic_key = split(check_topic(name))
    except BadTopic:
        raise _unknown(name) from None
    if topic_kind in ("user", "group", "room") and topic_key:
        return Named(topic_kind, topic_key, by_topic=True)
    if registered(name) is None:
        raise _unknown(name)
    return name


def _unknown(name: str) -> BadAudience:
    cure = _meant(name)
    if cure:
        return BadAudience(
            _("“%(name)s” is no audience: did you mean %(cure)s?")
            % {"name": name[:80], "cure": cure}
        )
    return BadAudience(
        _("“%(name)s” is no audience. Use all, user:NAME, group:NAME, room:SLUG or a topic.")
        % {"name": name[:80]}
    )


def _meant(name: str) -> str:
    """The known thing that somebody who wrote a bare word most likely meant."""
    model = get_user_model()
    if "\0" in name:
        return ""
    if name.lower() in ("all", "everyone", "everybody"):
        return ALL
    if model._default_manager.filter(**{model.USERNAME_FIELD: name}).exists():
        return f"user:{name}"
    if Group.objects.filter(name=name).exists():
        return f"group:{name}"
    if Room.objects.filter(slug=name.lstrip("#")).exists():
        return f"room:{name.lstrip('#')}"
    return ""


def _saved(instance: Any) -> Any:
    if instance.pk is None:
        raise BadAudience(
            _("%(what)s has to be saved before it can be addressed.") % {"what": str(instance)}
        )
    return instance


def _look_up(named: set[Named]) -> dict[Named, str]:
    found: dict[Named, str] = {}
    for kind in ("user", "group", "room"):
        asked = sorted((each for each in named if each.kind == kind), key=str)
        for start in range(0, len(asked), LOOKUP_BATCH):
            found |= _look_up_kind(kind, asked[start : start + LOOKUP_BATCH])
    for missing in sorted(named - found.keys(), key=str):
        raise BadAudience(_missing(missing))
    return found


def _look_up_kind(kind: str, asked: list[Named]) -> dict[Named, str]:
    rows, name_field = _table(kind)
    by_name = {each.key: each for each in asked if not each.by_topic and "\0" not in each.key}
    by_topic = {str(each): each for each in asked if each.by_topic}
    named = rows.filter(**{f"{name_field}__in": list(by_name)})
    found = {by_name[getattr(row, name_field)]: _topic(kind, row) for row in named}
    numbered = _by_topic(kind, by_topic)
    return found | {by_topic[topic]: topic for topic in numbered}


def _by_topic(kind: str, topics: Iterable[str]) -> dict[str, Any]:
    """The rows behind those of the topics that are of this kind."""
    rows, _name_field = _table(kind)
    field = rows.model._meta.get_field("slug") if kind == "room" else rows.model._meta.pk
    keys = [
        key
        for topic_kind, text in map(split, topics)
        if topic_kind == kind and (key := _key(field, text)) is not None
    ]
    # A number with leading zeros finds a row, but is not the topic of it.
    found = {_topic(kind, row): row for row in rows.filter(**{f"{field.name}__in": keys})}
    return {topic: found[topic] for topic in topics if topic in found}


def _key(field: Any, text: str) -> Any:
    """A primary key as its column has it; None for what no row can have."""
    try:
        key = field.to_python(text)
    except ValidationError:
        return None
    return None if isinstance(key, int) and key > GREATEST_KEY else key


def _table(kind: str) -> tuple[QuerySet[Any], str]:
    model = get_user_model()
    if kind == "user":
        return model._default_manager.all(), model.USERNAME_FIELD
    if kind == "group":
        return Group.objects.all(), "name"
    return Room.objects.all(), "slug"


def _topic(kind: str, row: Any) -> str:
    if kind == "user":
        return user_topic(row)
    return group_topic(row) if kind == "group" else room_topic(row)


def _missing(named: Named) -> str:
    what = {
        "user": _("There is no user %(name)s."),
        "group": _("There is no group %(name)s."),
        "room": _("There is no room %(name)s."),
    }[named.kind]
    return what % {"name": named.key[:80]}
