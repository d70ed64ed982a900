"""The journal's lines about connections that stay; a poll is a request like any other."""

from __future__ import annotations

import time
from typing import Any

from notifications import journal
from notifications.relay.connection import Connection


def connected(connection: Connection) -> None:
    """It has been let in."""
    _note(journal.CONNECTED, connection, topics=len(connection.admission.topics))


def closed(connection: Connection, reason: str) -> None:
    """It has ended: its client has gone, or we have closed it for this reason."""
    seconds = round(time.time() - connection.since, 1)
    _note(journal.CLOSED, connection, reason=reason, seconds=seconds)


def _note(event: str, connection: Connection, **fields: Any) -> None:
    if not connection.polls:
        journal.note(
            event,
            transport=connection.encoding.name,
            connection=connection.tag,
            user=connection.admission.user_id,
            **fields,
        )
