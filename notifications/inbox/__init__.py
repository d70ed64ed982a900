"""One user's view of the notifications: a query over topics and receipts, and what one does there.

`snapshot` is what a page starts from. The actions answer ``{"ok", "changed", "ids"}``; each takes a
signed-in user and raises ``NoticeboardError``, and then nothing has changed.
"""

from notifications.inbox.counting import Unread, unread, unread_number
from notifications.inbox.language import parse
from notifications.inbox.marks import read_all, seen
from notifications.inbox.receipts import (
    acknowledge,
    done,
    mark_unread,
    read,
    read_shown,
    snooze,
    undone,
    unsnooze,
)
from notifications.inbox.repeats import once
from notifications.inbox.rooms import (
    room_post,
    room_posts,
    room_posts_after,
    room_posts_around,
    room_posts_since,
    without_names,
)
from notifications.inbox.saved import remove_view, save_view, saved_views
from notifications.inbox.single import visible
from notifications.inbox.snapshot import snapshot

__all__ = [
    "Unread",
    "acknowledge",
    "done",
    "mark_unread",
    "once",
    "parse",
    "read",
    "read_all",
    "read_shown",
    "remove_view",
    "room_post",
    "room_posts",
    "room_posts_after",
    "room_posts_around",
    "room_posts_since",
    "save_view",
    "saved_views",
    "seen",
    "snapshot",
    "snooze",
    "undone",
    "unread",
    "unread_number",
    "unsnooze",
    "visible",
    "without_names",
]
