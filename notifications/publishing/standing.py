"""A post as it stands in its room, held for what is done with it."""

from django.utils.translation import gettext as _

from notifications.errors import NotFound
from notifications.models import Address, Notification, Post, Room
from notifications.posts import author_of
from notifications.publishing.rows import locked
from notifications.topics import room_topic


def seen(room: Room, id: int) -> Notification:
    """What a room shows under this id, only to be read; raises `NotFound`."""
    here = Address.objects.filter(notification_id=id, topic=room_topic(room), live=True)
    address = here.select_related("notification__sender").first()
    if address is None or address.notification.retracted_at is not None:
        raise NotFound(_("There is no such post."))
    return address.notification


def standing(room: Room, id: int) -> Post:
    """The row of a post that a room shows, its notification locked until the transaction ends.

    One that came otherwise (a notification to the room) gets its row now. Raises `NotFound` for
    what is not in the room, or not any more: whoever edits what is just being deleted comes late.
    """
    notification = locked(id)
    seen(room, id)
    row, _made = Post.objects.get_or_create(
        notification=notification,
        defaults={"room": room, "author": author_of(notification.sender)},
    )
    return row
