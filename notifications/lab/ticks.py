"""What a run sends: events of one type, on a topic that only its owner may read."""

from secrets import token_hex
from typing import Any

from notifications.events import register_event_type
from notifications.topics import register_topic, split, user_topic

TICK = "lab.tick"
"""``n`` counts from 1, ``sent_at`` is ms since 1970 at the server, ``payload`` is filler."""

register_event_type(TICK, {"n": int, "sent_at": float, "payload": str})


def new_topic(user: Any) -> str:
    """A topic for one run. Its owner is in it, so that every process knows who may read it."""
    return f"lab.{_owner(user)}-{token_hex(6)}"


def _owner(user: Any) -> str:
    return split(user_topic(user))[1]


def _may_read(user: Any, key: str) -> bool:
    signed_in = user is not None and user.is_authenticated
    return signed_in and key.rpartition("-")[0] == _owner(user)


register_topic("lab.{id}", can_read=_may_read)
