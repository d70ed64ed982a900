"""Mentions: `@handle` in a post tells the one of that name, once per post, in his inbox.

So does every post of a quiet room tell those who chose to have all of them; who chose to have
nothing of a room is not told there at all.

A handle is the name that everybody sees, without its blanks. Who may be mentioned: the members of
the room, and staff. Who may mention: the same; a visitor does not learn who they are.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from notifications import preferences
from notifications.conf import options
from notifications.models import Membership, Notification, Place, Post, Room
from notifications.publishing.places import audience_digest
from notifications.publishing.withdrawal import MENTION_KEY, mention_key, withdraw
from notifications.publishing.writing import notify_many
from notifications.rights import display_name
from notifications.topics import user_topic

# A post that names more is not meant for each of them.
MOST_MENTIONS = 20
# Of the list that helps to write one.
MOST_PEOPLE = 8
HANDLE_CHARACTERS = 80
# An e-mail address is no mention: before its @ stands a letter.
MENTION = re.compile(rf"(?<![\w@])@([^\s@]{{1,{HANDLE_CHARACTERS}}})")
SHOWN_CHARACTERS = 50


def mention(post: Post, notification: Notification) -> None:
    """Tell whom a post concerns and has not told before; take back where it does so no more.

    Call it in the transaction that writes the post.
    """
    place = Place.objects.filter(key=mention_key(post.pk))
    before = dict(place.values_list("audience", "notification_id"))
    following = preferences.followers(post.room)
    if not before and not following and "@" not in notification.body:
        return
    named = _mentioned(post.room, notification)
    titles = dict.fromkeys(following, _title(post, notification, named=False))
    titles |= dict.fromkeys(named, _title(post, notification, named=True))
    concerned = {
        audience_digest([user_topic(user)]): (user, title)
        for user, title in titles.items()
        if user.pk != notification.sender_id
    }
    notify_many(
        {
            "to": user,
            "title": title,
            "sender": notification.sender,
            "link": f"{_address(post.room)}?at={post.pk}",
            "replace_key": mention_key(post.pk),
        }
        for audience, (user, title) in concerned.items()
        if audience not in before
    )
    withdraw([told for audience, told in before.items() if told and audience not in concerned],
             "retracted")  # fmt: skip


def forget_mentions(room: Room) -> None:
    """Take back what told of posts in a room that is being deleted: it would lead nowhere."""
    leads_here = Notification.objects.filter(link__startswith=f"{_address(room)}?at=")
    told = leads_here.filter(places__key__startswith=MENTION_KEY, retracted_at=None)
    withdraw(list(told.values_list("pk", flat=True)), "retracted")


def people(room: Room, user: Any, q: str = "") -> list[dict[str, str]]:
    """Whom a reader may mention: name and handle of those with a word that begins like ``q``.

    At most `MOST_PEOPLE`, by name, without the reader himself; nobody, for who is neither a member
    nor staff.
    """
    if not belongs(room, user):
        return []
    start = _folded(q)
    found = []
    for each in _people(room):
        name = display_name(each)
        words = [_folded(name), *(word.casefold() for word in name.split())]
        if each.pk != user.pk and name and any(word.startswith(start) for word in words):
            found.append({"name": name, "handle": handle(name)})
    return sorted(found, key=lambda each: each["name"].casefold())[:MOST_PEOPLE]


def handle(name: str) -> str:
    """The name without its blanks."""
    return "".join(name.split())


def _mentioned(room: Room, notification: Notification) -> list[Any]:
    runs = MENTION.findall(notification.body)[: 2 * MOST_MENTIONS]
    if not runs or not belongs(room, notification.sender):
        return []
    by_handle: dict[str, list[Any]] = {}
    for user in _people(room):
        by_handle.setdefault(_folded(display_name(user)), []).append(user)
    by_handle.pop("", None)
    found = {user.pk: user for run in runs for user in _named(run, by_handle)}
    shut = preferences.deaf(room, found.values())
    return [user for pk, user in found.items() if pk not in shut][:MOST_MENTIONS]


def _named(run: str, by_handle: dict[str, list[Any]]) -> Iterable[Any]:
    """Whom a run of characters names: the longest handle it begins with, as a whole word."""
    folded = run.casefold()
    for end in range(len(folded), 0, -1):
        whole = end == len(folded) or not (folded[end].isalnum() or folded[end] == "_")
        if whole and folded[:end] in by_handle:
            return by_handle[folded[:end]]
    return ()


def _people(room: Room) -> QuerySet[Any]:
    users = get_user_model()._default_manager.using(options.DATABASE)
    mine = Membership.objects.filter(room_id=room.pk, user_id=OuterRef("pk"))
    found = users.filter(Q(Exists(mine)) | Q(is_staff=True), is_active=True)
    return found.order_by("pk")


def belongs(room: Room, user: Any) -> bool:
    """Whether a user is a member of a room, or staff."""
    if user is None or not user.is_authenticated:
        return False
    return (
        bool(user.is_staff) or Membership.objects.filter(room_id=room.pk, user_id=user.pk).exists()
    )


def _folded(name: str) -> str:
    return handle(name).casefold()


def _title(post: Post, notification: Notification, named: bool) -> str:
    # It is kept as it is written, and read by another than who has posted: so in no one's language.
    with translation.override(settings.LANGUAGE_CODE):
        if named:
            said = _("%(name)s mentioned you in %(room)s")
        else:
            said = _("%(name)s posted in %(room)s")
        return said % {
            "name": _short(display_name(notification.sender) or notification.sender_name),
            "room": _short(post.room.name),
        }


def _address(room: Room) -> str:
    return reverse("noticeboard:room", args=[room.slug])


def _short(name: str) -> str:
    return name if len(name) <= SHOWN_CHARACTERS else name[: SHOWN_CHARACTERS - 1] + "…"
