"""Tell the relays that somebody's rights have changed, and forget a topic that is gone."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from notifications import log
from notifications.models import FollowedText
from notifications.publishing.rows import addresses, notifications, unaddress
from notifications.topics import room_topic, user_topic

# A group may have many members: no single event has more topics than this.
USERS_PER_EVENT = 500


def rights_changed(user_ids: Iterable[Any], reason: str, session: str | None = None) -> None:
    """Append ``rights.changed`` for these users.

    ``reason`` is signed_out, deactivated, password or topics; ``session`` is the digest of the one
    session that it is about (`rights.session_digest`), None for all of the user's.
    """
    topics = [user_topic(pk) for pk in dict.fromkeys(user_ids)]
    parts = range(0, len(topics), USERS_PER_EVENT)
    _append([topics[start : start + USERS_PER_EVENT] for start in parts], reason, session)


def room_rights_changed(slug: str) -> None:
    """Append ``rights.changed`` for everybody who reads a room: who that is, is about to change."""
    _append([[room_topic(slug)]], "topics", None)


def forget_topic(topic: str) -> None:
    """A topic is gone for good: nobody is addressed by it any more, nor would a namesake be.

    What was addressed to it alone is retracted and blanked. Its readers take a new snapshot, since
    their rights have changed: so no event tells of each.
    """
    with log.transaction():
        here = addresses().filter(topic=topic)
        others = addresses().filter(notification_id=OuterRef("pk")).exclude(topic=topic)
        only_here = notifications().filter(
            ~Exists(others), pk__in=here.values("notification_id"), retracted_at__isnull=True
        )
        only_here.update(retracted_at=Now())
        unaddress(here)
        FollowedText.objects.filter(topic=topic).delete()
        log.forget(topic)


def _append(audiences: list[list[str]], reason: str, session: str | None) -> None:
    data = {"reason": reason, "session": session}
    with log.transaction():
        log.append_many(("rights.changed", topics, data) for topics in audiences)
