"""Links for a screen: who has one reads a room's wall without an account, until it is replaced."""

import logging
import secrets
from typing import Any

from notifications import log
from notifications.models import Room
from notifications.publishing.access import room_rights_changed

audit = logging.getLogger("noticeboard.audit")


def new_wall_key(room: Room, by: Any, replace: bool = True) -> Room:
    """Give a room a new wall key, so that every earlier link ends; returns the room as it is then.

    Without ``replace`` a key that is there already stays.
    """
    with log.transaction():
        row = Room.objects.select_for_update().get(pk=room.pk)
        if row.wall_key and not replace:
            return row
        # The signals of the model would tell readers of a change that they don't see.
        row.wall_key = secrets.token_hex(16)
        Room.objects.filter(pk=row.pk).update(wall_key=row.wall_key)
        room_rights_changed(row.slug)
    audit.info("room %s: new link for screens by user %s", row.slug, by.pk)
    return row
