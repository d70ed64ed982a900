"""The pages people see: the inbox, one notification, and the forms that work without JavaScript."""

from notifications.views.actions import act
from notifications.views.catalogue import catalogue
from notifications.views.follow import api_texts, follow
from notifications.views.pages import detail, inbox
from notifications.views.room_forms import moderate, post, rename
from notifications.views.rooms import room, rooms, wall

__all__ = [
    "act",
    "api_texts",
    "catalogue",
    "detail",
    "follow",
    "inbox",
    "moderate",
    "post",
    "rename",
    "room",
    "rooms",
    "wall",
]
