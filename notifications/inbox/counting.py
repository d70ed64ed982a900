"""How much of an inbox is unread, for a badge that needs nothing else."""

from typing import Any, NamedTuple

from notifications.conf import options
from notifications.inbox.reader import reader_of
from notifications.inbox.views import unread_ids


class Unread(NamedTuple):
    """The number of unread notifications (``capped``: that many or more) and their ids."""

    number: int
    ids: list[int]
    capped: bool


def unread(user: Any) -> Unread:
    """What is unread for a user, newest first, counted up to ``options.UNREAD_CAP``."""
    ids = unread_ids(reader_of(user))
    return Unread(len(ids), ids, len(ids) >= options.UNREAD_CAP)


def unread_number(user: Any, most: int = 10_000) -> int:
    """How many are unread for a user, counted up to ``most``: for who wants to know it exactly."""
    return len(unread_ids(reader_of(user), most))
