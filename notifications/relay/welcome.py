"""The first frame of a connection."""

from __future__ import annotations

from typing import Any

from notifications.conf import options
from notifications.cursor import Cursor
from notifications.relay.admitting import Admissions
from notifications.relay.connection import Connection, Control


def welcome(connection: Connection, position: Cursor, admissions: Admissions) -> Control:
    """The ``ready`` frame of a connection that has just been taken in at a position."""
    fields: dict[str, Any] = {
        "client": connection.client_id,
        "heartbeat": options.HEARTBEAT_SECONDS,
        "user": connection.admission.user_id,
    }
    # A poll is not told that it is in.
    if not connection.polls:
        ticket = admissions.ticket(connection.admission, connection.session_key)
        fields |= {"ticket": ticket} if ticket else {}
    return Control("ready", position, fields)
