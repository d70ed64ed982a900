"""What authors do with their own posts: say them otherwise, or take them back."""

from typing import Any

from django.utils.translation import gettext as _

from notifications import log
from notifications.errors import Forbidden, NotFound
from notifications.models import Notification, Post, Room
from notifications.posts import author_of
from notifications.publishing.changing import edit, retract
from notifications.publishing.mentions import mention
from notifications.publishing.rooms import check_text, refused_post
from notifications.publishing.standing import seen, standing
from notifications.rights import may_read
from notifications.topics import room_topic


def edit_post(room: Room, id: int, text: str, user: Any, visitor: str = "") -> Notification:
    """Give one's own post another text; readers are told, and whoever it mentions anew.

    Raises `NotFound` for what is not there, `Forbidden` for another's post and where one may not
    post now, `BadNotification` for what is no text.
    """
    with log.transaction():
        post = _own(room, id, user, visitor)
        if refusal := refused_post(room, user, visitor):
            raise Forbidden(refusal)
        check_text(text)
        notification = edit(post.notification, body=text)
        mention(post, notification)
        return notification


def delete_post(room: Room, id: int, user: Any, visitor: str = "") -> None:
    """Take one's own post back; staff anybody's. Raises `NotFound` and `Forbidden`."""
    with log.transaction():
        if user is not None and user.is_authenticated and user.is_staff:
            post = standing(room, id)
        else:
            post = _own(room, id, user, visitor)
        retract(post.notification, by=user)


def source(room: Room, id: int, user: Any, visitor: str = "") -> str:
    """The Markdown of one's own post, for editing it; raises like `edit_post`."""
    _refuse_outsider(room, user)
    notification = seen(room, id)
    row = Post.objects.filter(pk=notification.pk).first()
    _refuse_other(row.author if row else author_of(notification.sender), user, visitor)
    return notification.body


def _own(room: Room, id: int, user: Any, visitor: str) -> Post:
    _refuse_outsider(room, user)
    post = standing(room, id)
    _refuse_other(post.author, user, visitor)
    return post


def _refuse_outsider(room: Room, user: Any) -> None:
    reader = user if user is not None and user.is_authenticated else None
    if not may_read(reader, room_topic(room)):
        raise NotFound(_("There is no such room."))


def _refuse_other(author: str, user: Any, visitor: str) -> None:
    if not author or author != author_of(user, visitor):
        raise Forbidden(_("Only who has written a post does this."))
