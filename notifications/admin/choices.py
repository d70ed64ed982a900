"""What an audience can be chosen from: everyone, groups, rooms, users, and registered topics."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from notifications.audience import labels
from notifications.models import Room
from notifications.topics import ALL, group_topic, registered, room_topic, split, user_topic

PAGE = 20

# Without JavaScript they all stand in one list.
FEW = 50


class Choice(NamedTuple):
    """One topic and what it is called where one chooses it."""

    topic: str
    text: str


class Page(NamedTuple):
    """One page of what was found, and whether another follows."""

    choices: list[Choice]
    more: bool


def search(term: str, page: int = 1) -> Page:
    """What a term finds; users follow page by page, all else stands on the first."""
    # PostgreSQL refuses a NUL, which no name has.
    term = term.replace("\0", "").strip()
    start = (page - 1) * PAGE
    users = list(_users(term)[start : start + PAGE + 1])
    choices = [Choice(user_topic(user), _person(user)) for user in users[:PAGE]]
    if page == 1:
        choices = [*_shared(term, PAGE), *choices]
    return Page(choices, more=len(users) > PAGE)


def offered() -> list[Choice]:
    """What is offered where nothing can be searched: everyone, and the first groups and rooms."""
    return list(_shared("", FEW))


def described(topics: Iterable[str]) -> list[Choice]:
    """Topics, as they are called here."""
    return [Choice(topic, _kind(topic, text)) for topic, text in labels(topics).items()]


def _shared(term: str, most: int) -> Iterator[Choice]:
    everyone = _("Everyone")
    if term.lower() in (ALL, everyone.lower()[: len(term)]):
        yield Choice(ALL, everyone)
    for group in _matching(Group.objects.order_by("name"), term, ("name",))[:most]:
        yield Choice(group_topic(group), _kind(group_topic(group), group.name))
    for room in _matching(Room.objects.order_by("slug"), term, ("slug", "name"))[:most]:
        yield Choice(room_topic(room), f"#{room.slug}")
    if registered(term) is not None:
        yield Choice(term, term)


def _users(term: str) -> QuerySet[Any]:
    model = get_user_model()
    known = {field.name for field in model._meta.get_fields()}
    fields = [model.USERNAME_FIELD, *({"first_name", "last_name"} & known)]
    active = model._default_manager.filter(is_active=True).order_by(model.USERNAME_FIELD)
    return _matching(active, term, fields)


def _matching(rows: QuerySet[Any], term: str, fields: Iterable[str]) -> QuerySet[Any]:
    """The rows in which every word of the term is found in some field."""
    for word in term.lstrip("#").split():
        found = Q()
        for field in fields:
            found |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(found)
    return rows


def _person(user: Any) -> str:
    name, full = user.get_username(), user.get_full_name()
    return f"{full} ({name})" if full else str(name)


def _kind(topic: str, text: str) -> str:
    if split(topic)[0] == "group":
        return _("%(name)s (group)") % {"name": text}
    return text
