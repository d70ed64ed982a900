"""Whose rights are to be looked at again, and when: found without looking at everybody."""

from __future__ import annotations

from notifications.relay.connection import Connection

#: Parts of a second; what is due in the same part is found together.
PARTS = 4


class Agenda:
    """Connections by the moment at which they are due, which is their ``renew_at``."""

    def __init__(self) -> None:
        self._noted: dict[int, dict[Connection, None]] = {}

    def __len__(self) -> int:
        return sum(len(noted) for noted in self._noted.values())

    def note(self, connection: Connection, at: float) -> None:
        """Let a connection be due at a time of the loop, and not when it was to be before."""
        self.forget(connection)
        connection.renew_at = at
        self._noted.setdefault(_part(at), {})[connection] = None

    def forget(self, connection: Connection) -> None:
        """Let it never be due; nothing happens if it is not noted."""
        part = _part(connection.renew_at)
        noted = self._noted.get(part)
        if noted is not None:
            noted.pop(connection, None)
            if not noted:
                del self._noted[part]

    def due(self, now: float) -> list[Connection]:
        """Take those whose time has come."""
        come = sorted(part for part in self._noted if part <= now * PARTS)
        return [each for part in come for each in self._noted.pop(part)]


def _part(at: float) -> int:
    return int(at * PARTS) + 1
