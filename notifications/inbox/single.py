"""One notification as one user has it."""

from typing import Any, NamedTuple

from notifications import rights
from notifications.conf import options
from notifications.errors import NotFound
from notifications.inbox.queries import positions
from notifications.inbox.reader import reader_of
from notifications.items import prepared
from notifications.models import Address, Notification, Receipt

GREATEST_ID = 2**63 - 1


class Visible(NamedTuple):
    """A notification, where it stands for the reader, and the reader's receipt."""

    notification: Notification
    position: int
    receipt: Receipt | None


def visible(user: Any, id: int) -> Visible:
    """The notification if the user (None or AnonymousUser: a visitor) may read it.

    Raises ``not_found`` for what is retracted, not published, not there or not the user's: nobody
    learns which.
    """
    using = options.DATABASE
    rows = prepared(Notification.objects.using(using)).filter(retracted_at=None)
    notification = rows.filter(pk=id).first() if 0 < id <= GREATEST_ID else None
    if notification is None:
        raise NotFound
    reader = reader_of(user)
    position = positions(reader, [id], inbox=False).get(id) or _asked(user, id)
    receipts = Receipt.objects.using(using).filter(user_id=reader.user_id, notification_id=id)
    mine = receipts.first() if reader.user_id is not None else None
    return Visible(notification, position, mine)


def _asked(user: Any, id: int) -> int:
    """Where it stands by a topic that the user may read though it is not one of the user's own."""
    rows = Address.objects.using(options.DATABASE).filter(notification_id=id, live=True)
    readable = [
        position
        for topic, position in rows.values_list("topic", "position")
        if position is not None and rights.may_read(user, topic)
    ]
    if not readable:
        raise NotFound
    return min(readable)
