"""Followed texts: a text that changes is one card with a version, replaced in place.

The row is what a snapshot shows, `text.changed` is what tells of it; both are written together. A
version is told after all lower ones and never again, so a client keeps the highest it has seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from notifications import log, rights
from notifications.audience import resolve
from notifications.conf import options
from notifications.errors import BadAudience, BadRequest
from notifications.events import TEXT_CHANGED, TEXT_REMOVED, iso
from notifications.inbox.snapshot import settled
from notifications.models import FollowedText
from notifications.models.clock import now
from notifications.models.followed import KEY_CHARACTERS, NAME_CHARACTERS
from notifications.text import clean_body, clean_line
from notifications.topics import is_personal

# A page of cards, not an archive.
MOST_TEXTS = 100
CUT = "…"


def tell(to: Any, text: str, *, key: str, name: str = "") -> FollowedText | None:
    """Make this the text of the card `key` of one topic; None if it is already.

    `to` is an audience as for `notify`, but of one topic only. What is longer than
    `options.BODY_CHARACTERS` is cut. Raises `BadAudience`, `BadRequest` for a key that is none.
    """
    key, shown = checked_key(key), _cut(clean_body(text, len(text)), options.BODY_CHARACTERS)
    heading = _cut(clean_line(name) or key, NAME_CHARACTERS)
    with log.transaction():
        # Looked up each time: a room that is deleted meanwhile must not get cards any more.
        rows = FollowedText.objects.select_for_update()
        card, _made = rows.get_or_create(
            topic=one_topic(to), key=key, defaults={"name": heading, "changed_at": now()}
        )
        if card.version and (card.text, card.name) == (shown, heading):
            return None
        card.name, card.text, card.changed_at = heading, shown, now()
        card.version += 1
        card.save()
        log.append(TEXT_CHANGED, [card.topic], _told(card))
    return card


def remove(to: Any, *, key: str) -> bool:
    """Take a card away; False if there is none. Raises like `tell`."""
    with log.transaction():
        rows = FollowedText.objects.select_for_update()
        card = rows.filter(topic=one_topic(to), key=checked_key(key)).first()
        if card is None:
            return False
        log.append(TEXT_REMOVED, [card.topic], {"id": card.pk, "key": card.key})
        card.delete()
    return True


def texts(user: Any, asked: Iterable[str] = ()) -> dict[str, Any]:
    """The cards that a user (or a visitor) may read, and the cursor that they are valid at.

    `asked` are topics besides the user's own; those that the user may not read are left out.
    """
    more = frozenset(topic for topic in asked if rights.may_read(user, topic))

    def read() -> tuple[dict[str, Any], frozenset[str]]:
        topics = rights.topics_of(user) | more
        rows = FollowedText.objects.filter(topic__in=topics).order_by("-changed_at", "-pk")
        cards = sorted(rows[:MOST_TEXTS], key=lambda card: (card.name.casefold(), card.pk))
        page = {
            "cursor": str(log.head().cursor),
            "texts": [wire(card) for card in cards],
            "topics": sorted(more),
        }
        return page, topics

    return settled(read)


def wire(card: FollowedText) -> dict[str, Any]:
    """A card as a snapshot has it: the event's data, and the topic unless it is a person's."""
    return {**_told(card), "topic": None if is_personal(card.topic) else card.topic}


def one_topic(to: Any) -> str:
    """The one topic of an audience; raises `BadAudience` for none or several."""
    topics = resolve(to)
    if len(topics) > 1:
        raise BadAudience(_("A followed text has one topic. Follow it once for each."))
    return topics[0]


def checked_key(key: str) -> str:
    """The key itself; raises `BadRequest` if it is empty, too long or not one visible line."""
    if key and len(key) <= KEY_CHARACTERS and clean_line(key) == key:
        return key
    raise BadRequest(
        _("The key of a text is one line of at most %(most)d characters.")
        % {"most": KEY_CHARACTERS}
    )


def _told(card: FollowedText) -> dict[str, Any]:
    return {
        "id": card.pk,
        "key": card.key,
        "name": card.name,
        "version": card.version,
        "text": card.text,
        "changed_at": iso(card.changed_at),
    }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + CUT
