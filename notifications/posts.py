"""What is said of a post besides its notification: whose it is, what it answers, who reacted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.crypto import salted_hmac

from notifications import text
from notifications.models import Address, Notification, Post, Reaction
from notifications.rights import display_name
from notifications.topics import room_topic, user_topic

REACTIONS = ("👍", "❤️", "😂", "🎉", "😕", "👀")
TAG_CHARACTERS = 12
QUOTE_CHARACTERS = 120
# What a quote is cut from: the excerpt that every reader of the original has.
EXCERPT_CHARACTERS = 200
TAG_SALT = "noticeboard.author"

Shown = dict[str, Any]


def author_of(user: Any, visitor: str = "") -> str:
    """By which name a room remembers who has posted; empty where nothing tells."""
    if user is not None and user.is_authenticated:
        return user_topic(user)
    return f"visitor.{visitor}" if visitor else ""


def author_tag(slug: str, author: str) -> str:
    """What a room's readers know an author by: the same in one room, another in every other.

    It tells nothing else: without the secret key nobody gets from it to the author, nor back.
    """
    if not author:
        return ""
    signed = salted_hmac(TAG_SALT, f"{slug} {author}", algorithm="sha256")
    return signed.hexdigest()[:TAG_CHARACTERS]


def shown(notifications: Sequence[Notification], rooms: Mapping[int, str]) -> dict[int, Shown]:
    """What an item says as ``post``, by id, for those whose room is given.

    Costs two queries (three with replies), however many posts there are; none without rooms.
    """
    if not rooms:
        return {}
    rows = {row.pk: row for row in Post.objects.filter(pk__in=list(rooms))}
    quotes = _quotes(
        (rooms[row.pk], row.reply_to_id) for row in rows.values() if row.reply_to_id is not None
    )
    reacted = reactions(rooms)
    found = {}
    for notification in notifications:
        slug = rooms.get(notification.pk)
        if slug is not None:
            row = rows.get(notification.pk)
            author = row.author if row else author_of(notification.sender)
            original = row.reply_to_id if row else None
            found[notification.pk] = {
                "author": author_tag(slug, author),
                "reply_to": None if original is None else quotes[slug, original],
                "reactions": reacted[notification.pk],
            }
    return found


def reactions(rooms: Mapping[int, str]) -> dict[int, dict[str, list[str]]]:
    """Who reacted with what, as tags, the oldest first; by the id of the post."""
    found: dict[int, dict[str, list[str]]] = {pk: {} for pk in rooms}
    rows = Reaction.objects.filter(post_id__in=list(rooms)).order_by("pk")
    for pk, emoji, author in rows.values_list("post_id", "emoji", "author"):
        found[pk].setdefault(emoji, []).append(author_tag(rooms[pk], author))
    return found


def quote(original: Notification) -> Shown:
    """A post as a reply shows it. `static/noticeboard/rooms/store.js` does the same."""
    words = text.excerpt(original.body, EXCERPT_CHARACTERS) or original.title
    if len(words) > QUOTE_CHARACTERS:
        words = words[: QUOTE_CHARACTERS - 1].rstrip(" ") + "…"
    sender = display_name(original.sender) or original.sender_name
    return {"id": original.pk, "sender": sender, "text": words}


def no_quote(id: int) -> Shown:
    """What a reply shows of a post that is not there any more."""
    return {"id": id, "sender": "", "text": ""}


def _quotes(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Shown]:
    """The quotes of posts, each in the room in which it is answered; elsewhere nobody reads it."""
    pairs = set(wanted)
    found = {(slug, id): no_quote(id) for slug, id in pairs}
    if pairs:
        here = Address.objects.filter(
            notification_id__in={id for _slug, id in pairs},
            topic__in={room_topic(slug) for slug, _id in pairs},
            live=True,
        ).select_related("notification__sender")
        topics = {room_topic(slug): slug for slug, _id in pairs}
        for address in here:
            key = topics[address.topic], address.notification_id
            if key in found:
                found[key] = quote(address.notification)
    return found
