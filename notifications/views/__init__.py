"""The pages people see: the inbox, one notification, and the forms that work without JavaScript."""

from notifications.views.actions import act
from notifications.views.catalogue import catalogue
from notifications.views.detail import detail, mute, pane, take
from notifications.views.follow import api_texts, follow
from notifications.views.operators import api_operators, api_trace, disconnect, operators
from notifications.views.pages import inbox
from notifications.views.preference_page import page as preferences
from notifications.views.preferences import api_preferences
from notifications.views.room_forms import act as act_on_post
from notifications.views.room_forms import moderate, post, rename
from notifications.views.rooms import room, rooms
from notifications.views.saved import api_view, api_views, remove_view, save_view
from notifications.views.walls import make_link, open_wall, wall

__all__ = [
    "act",
    "act_on_post",
    "api_operators",
    "api_preferences",
    "api_texts",
    "api_trace",
    "api_view",
    "api_views",
    "catalogue",
    "detail",
    "disconnect",
    "follow",
    "inbox",
    "make_link",
    "moderate",
    "mute",
    "open_wall",
    "operators",
    "pane",
    "post",
    "preferences",
    "remove_view",
    "rename",
    "room",
    "rooms",
    "save_view",
    "take",
    "wall",
]
