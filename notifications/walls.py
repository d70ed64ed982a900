"""Links for a screen: a session without an account that reads a room's wall, until the link ends.

A link carries a token made of the room's `wall_key`. Opening it puts the token into the browser's
session; it counts as long as it is the token of the key that the room has now.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from notifications.models import Room
from notifications.topics import room_topic

#: Where a session keeps its links: slug → token.
WALLS = "noticeboard_walls"
#: A screen shows one room after the other; a session does not grow with what it is shown.
MOST_WALLS = 20
#: A screen on a wall is not signed in anew every two weeks.
OPEN_SECONDS = 365 * 24 * 3600
TOKEN_SALT = "noticeboard.wall"


def wall_token(room: Room) -> str:
    """The token of a room's link now; empty where there is no link."""
    if not room.wall_key:
        return ""
    signed = salted_hmac(TOKEN_SALT, f"{room.slug} {room.wall_key}", algorithm="sha256")
    return signed.hexdigest()


def fits(room: Room, token: object) -> bool:
    """Whether a token is that of the room's link now."""
    right = wall_token(room)
    # A session is written by us alone, but a token of an address is anybody's.
    return bool(right) and isinstance(token, str) and constant_time_compare(token, right)


def topics_of(data: Mapping[str, Any]) -> frozenset[str]:
    """The topics that a session without a user has by links; no query where it has none."""
    kept = kept_in(data)
    if not kept:
        return frozenset()
    rooms = Room.objects.filter(slug__in=list(kept)).exclude(wall_key="")
    return frozenset(room_topic(room) for room in rooms if fits(room, kept[room.slug]))


def may_read(data: Mapping[str, Any], room: Room) -> bool:
    """Whether a session without a user reads this room by a link."""
    return fits(room, kept_in(data).get(room.slug))


def kept_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """The links of a session, whatever else may be there under that name."""
    found = data.get(WALLS)
    return dict(found) if isinstance(found, dict) else {}


def forget(session: Any) -> None:
    """Who signs in has his own rights, and a session as long as any other."""
    if WALLS in session:
        del session[WALLS]
        session.set_expiry(None)


def keep(session: Any, room: Room) -> None:
    """Let a session (of nobody who is signed in) read a room's wall for a long time."""
    kept = kept_in(session)
    kept.pop(room.slug, None)
    newest = list(kept.items())[-(MOST_WALLS - 1) :]
    session[WALLS] = {**dict(newest), room.slug: wall_token(room)}
    session.set_expiry(OPEN_SECONDS)
